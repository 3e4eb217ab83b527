import type { account } from "@/messages/en/account";
import { core } from "@/messages/en/core";
import type { kit } from "@/messages/en/kit";
import type { lessons } from "@/messages/en/learn";
import type { meeting } from "@/messages/en/meeting";
import type { palette } from "@/messages/en/palette";
import type { people } from "@/messages/en/people";
import type { teach } from "@/messages/en/teach";
import { start } from "./start";

export type Messages = typeof core &
  typeof account &
  typeof kit &
  typeof lessons &
  typeof meeting &
  typeof palette &
  typeof people &
  typeof teach;
export type Key = keyof Messages;

/** Languages of the front end; every catalogue but English is loaded when it is chosen. */
export const languages = { en: "English", hi: "हिन्दी" } as const;
export type Language = keyof typeof languages;

const stored = "stoa-language";
const catalogue: Partial<Messages> = {};

/** Adds a part of the English catalogue: a screen imports the parts it speaks. What a chosen language has said already stays. */
export function learn(part: Partial<Messages>): void {
  for (const key of Object.keys(part) as Key[]) catalogue[key] ??= part[key];
}

export let language: Language = "en";

/** Loads the chosen language; the institution's is the default. */
export async function loadLanguage(): Promise<void> {
  let wanted: string = start.institution.locale;
  try {
    wanted = localStorage.getItem(stored) ?? wanted;
  } catch {}
  if (wanted === "hi") {
    learn((await import("@/messages/hi")).hi);
    language = "hi";
  }
  learn(core);
  document.documentElement.lang = language;
}

export function chooseLanguage(chosen: Language): void {
  localStorage.setItem(stored, chosen);
  // biome-ignore lint/suspicious/noDocumentCookie: the server draws first screens in this language; cookieStore is not everywhere
  document.cookie = `${stored}=${chosen}; path=/; max-age=31536000; samesite=lax`;
  location.reload();
}

/** The message of a key, with {names} filled in. */
export function t(key: Key, values?: Record<string, string | number>): string {
  const message: string = catalogue[key] ?? key;
  return values ? message.replace(/\{(\w+)\}/g, (all, name: string) => String(values[name] ?? all)) : message;
}

/** Messages that count something, by their common stem. */
export type Counted = { [K in Key]: K extends `${infer Stem}_one` ? (`${Stem}_other` extends Key ? Stem : never) : never }[Key];

/** The message for a number of things: key_one or key_other by the language's rule, {count} formatted. */
export function tn(key: Counted, count: number, values?: Record<string, string | number>): string {
  const form = formatter(Intl.PluralRules, {}, language).select(count) === "one" ? "one" : "other";
  return t(`${key}_${form}` as Key, { count: number(count), ...values });
}

export const locale = () => (language === "hi" ? "hi-IN" : start.institution.currency === "INR" ? "en-IN" : "en-GB");

const made = new Map<string, unknown>();

/** A formatter of Intl, made once for its locale and options: to make one costs far more than to use it. */
export function formatter<const O extends object, F>(kind: new (locale: string, options: O) => F, options: O, of = locale()): F {
  const key = `${kind.name} ${of} ${JSON.stringify(options)}`;
  const known = made.get(key) ?? new kind(of, options);
  made.set(key, known);
  return known as F;
}

export const number = (value: number) => formatter(Intl.NumberFormat, {}).format(value);

/** A moment in the institution's time zone. */
export const moment = (at: string | Date, style: Intl.DateTimeFormatOptions = { dateStyle: "medium", timeStyle: "short" }) =>
  formatter(Intl.DateTimeFormat, { timeZone: start.institution.time_zone, ...style }).format(new Date(at));

/** The hour of the day where the institution is, from 0 to 23. */
export function hour(): number {
  const clock = { hour: "2-digit", hourCycle: "h23", timeZone: start.institution.time_zone } as const;
  return Number(formatter(Intl.DateTimeFormat, clock, "en-GB").format(new Date()));
}

/** A civil date: it has no time zone. */
export const civilDay = (day: string, style: Intl.DateTimeFormatOptions) =>
  formatter(Intl.DateTimeFormat, { timeZone: "UTC", ...style }).format(new Date(`${day}T00:00:00Z`));

export function ago(at: string): string {
  const minutes = Math.round((Date.parse(at) - Date.now()) / 60000);
  const format = formatter(Intl.RelativeTimeFormat, { numeric: "auto" });
  if (minutes > -60) return format.format(Math.min(minutes, 0), "minute");
  if (minutes > -60 * 24) return format.format(Math.round(minutes / 60), "hour");
  return format.format(Math.round(minutes / 1440), "day");
}

export const list = (items: string[]) => formatter(Intl.ListFormat, { type: "conjunction" }).format(items);

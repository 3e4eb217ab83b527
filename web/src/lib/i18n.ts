import type { components } from "@/api/schema";
import core from "./messages/core.en.json";
import { start } from "./start";

/** The parts of the catalogue, each declared beside its messages. */
export interface Parts {
  core: typeof core;
}
export type Key = { [P in keyof Parts]: keyof Parts[P] & string }[keyof Parts];

/** Languages of the front end, each a file; what they say is loaded when they are chosen, part by part. */
export type Language = components["schemas"]["BrandBody"]["locale"];
const byCode = <T>(files: Record<string, T>) =>
  Object.fromEntries(Object.entries(files).map(([name, its]) => [name.slice(name.lastIndexOf("/") + 1, -5), its])) as Record<Language, T>;
export const languages = byCode(import.meta.glob<string>("../../languages/*.json", { eager: true, import: "name" }));
const locales = byCode(
  import.meta.glob<{ any: string; [currency: string]: string }>("../../languages/*.json", { eager: true, import: "locales" }),
);

const stored = "stoa-language";
const catalogue: Record<string, string> = {};

/** What the reader chose, or else the institution's. */
function wanted(): Language {
  let chosen: string = start.institution.locale;
  try {
    chosen = localStorage.getItem(stored) ?? chosen;
  } catch {}
  return chosen in languages ? (chosen as Language) : "en";
}

export const language: Language = wanted();
document.documentElement.lang = language;

const underWay: Promise<unknown>[] = [];

/** Adds a part: its English, and files of what others say. A screen imports the parts that it speaks. */
export function part(english: Record<string, string>, others: Record<string, () => Promise<unknown>>): void {
  Object.assign(catalogue, english);
  const load = others[Object.keys(others).find((name) => name.endsWith(`.${language}.json`)) ?? ""];
  // Where they cannot be had, English stays.
  if (load) underWay.push(load().then((words) => Object.assign(catalogue, words), console.warn));
}

part(core, import.meta.glob(["./messages/core.*.json", "!./**/*.en.json"], { import: "default" }));

/** Waits until what came has its words, too: the build puts this around every import() (vite.config.ts). */
export async function spoken<T>(coming: T | Promise<T>): Promise<T> {
  const module = await coming;
  await Promise.all(underWay);
  return module;
}

export function chooseLanguage(chosen: Language): void {
  localStorage.setItem(stored, chosen);
  // biome-ignore lint/suspicious/noDocumentCookie: the server draws first screens in this language; cookieStore is not everywhere
  document.cookie = `${stored}=${chosen}; path=/; max-age=31536000; samesite=lax`;
  location.reload();
}

/** The message of a key, with {names} filled in. */
export function t(key: Key, values?: Record<string, string | number>): string {
  const message = catalogue[key] ?? key;
  return values ? message.replace(/\{(\w+)\}/g, (all, name: string) => String(values[name] ?? all)) : message;
}

/** Messages that count something, by their common stem. */
export type Counted = { [K in Key]: K extends `${infer Stem}_one` ? (`${Stem}_other` extends Key ? Stem : never) : never }[Key];

/** The message for a number of things, in the form that the language has for it (key_one, key_few, …), {count} formatted. */
export function tn(key: Counted, count: number, values?: Record<string, string | number>): string {
  const form = `${key}_${formatter(Intl.PluralRules, {}, language).select(count)}`;
  return t((form in catalogue ? form : `${key}_other`) as Key, { count: number(count), ...values });
}

export const locale = locales[language][start.institution.currency] ?? locales[language].any;

const made = new Map<string, unknown>();

/** A formatter of Intl, made once for its locale and options: to make one costs far more than to use it. */
export function formatter<const O extends object, F>(kind: new (locale: string, options: O) => F, options: O, of = locale): F {
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

import "@/features/directory/messages/people";
import { expect, test, vi } from "vitest";
import { civilDay, formatter, t, tn } from "./i18n";

test("blanks are filled and numbers choose their form", () => {
  expect(t("today.morning", { name: "Ravi" })).toBe("Good morning, Ravi");
  expect(tn("people.count", 1)).toBe("1 person");
  expect(tn("people.count", 60128)).toBe("60,128 people");
});

test("a civil date has no time zone", () => {
  expect(civilDay("2026-11-21", { weekday: "long" })).toBe("Saturday");
});

test("a formatter is made once for its locale and options", () => {
  const options = { day: "numeric", month: "long" } as const;
  expect(formatter(Intl.DateTimeFormat, options)).toBe(formatter(Intl.DateTimeFormat, { ...options }));
  expect(formatter(Intl.DateTimeFormat, options, "hi-IN")).not.toBe(formatter(Intl.DateTimeFormat, options));
  expect(formatter(Intl.DateTimeFormat, { day: "numeric" })).not.toBe(formatter(Intl.DateTimeFormat, options));
  expect(formatter(Intl.NumberFormat, {})).not.toBe(formatter(Intl.PluralRules, {}));
});

test("another language comes part by part, with what is imported, and has its own forms", async () => {
  localStorage.setItem("stoa-language", "hi");
  vi.resetModules();
  const i18n = await import("./i18n");
  expect(await i18n.spoken("loaded")).toBe("loaded");
  expect(i18n.t("nav.today")).toBe("आज");
  expect(i18n.t("people.title")).toBe("people.title");
  await i18n.spoken(import("@/features/directory/messages/people"));
  expect(i18n.t("people.title")).toBe("लोग");
  i18n.part({ "people.count_one": "{count} osoba", "people.count_other": "{count} osób" }, {});
  expect(i18n.tn("people.count", 0)).toBe("0 osoba"); // Hindi says "one" of none
  expect(i18n.tn("people.count", 2)).toBe("2 osób");
  localStorage.clear();
});

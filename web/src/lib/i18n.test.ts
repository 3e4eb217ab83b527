import "@/messages/en/people";
import { expect, test } from "vitest";
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

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

// What a language's file says of days, months and lists, which the server writes by, is what browsers say.

const folder = join(import.meta.dirname, "../../languages");
const codes = readdirSync(folder).flatMap((name) => /^(\w+)\.json$/.exec(name)?.[1] ?? []);

test.each(codes)("%s is written as browsers write it", (code) => {
  const its = JSON.parse(readFileSync(join(folder, `${code}.json`), "utf8"));
  expect(Object.keys(its.dates).sort()).toEqual(Object.values(its.locales).sort());
  for (const locale of Object.keys(its.dates)) {
    const said = (style: Intl.DateTimeFormatOptions, ...days: Date[]) =>
      days.map((day) => new Intl.DateTimeFormat(locale, { timeZone: "UTC", ...style }).format(day));
    const week = its.days.map((_: string, n: number) => new Date(Date.UTC(2026, 10, 22 + n))); // from a Sunday
    const year = its.months.map((_: string, n: number) => new Date(Date.UTC(2026, n, 25)));
    expect(its.months).toEqual(said({ month: "long" }, ...year));
    expect(its.days).toEqual(said({ weekday: "long" }, ...week));
    expect(its.initials).toEqual(said({ weekday: "narrow" }, ...week));
    const [day] = year as [Date];
    const date = its.dates[locale].replace("{weekday}", its.days[day.getUTCDay()]).replace("{day}", "25").replace("{month}", its.months[0]);
    expect(date).toBe(said({ weekday: "long", day: "numeric", month: "long" }, day)[0]);
    const list = new Intl.ListFormat(locale, { type: "conjunction" });
    expect(`a${its.list.pair}b`).toBe(list.format(["a", "b"]));
    expect(`a${its.list.middle}b${its.list.last}c`).toBe(list.format(["a", "b", "c"]));
  }
});

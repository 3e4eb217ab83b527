import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

// What may import what: routes over features over ui over what speaks to the server and what speaks to nobody.
const floors = ["routes", "features", "ui", "api", "lib", "document"] as const;
const level = (path: string) => Math.min(floors.indexOf(path.split("/")[0] as "ui"), floors.indexOf("api"));

const src = join(import.meta.dirname, "..");
const files = readdirSync(src, { recursive: true, encoding: "utf8" })
  .filter((name) => /\.tsx?$/.test(name) && !/\.test\.|\.gen\.|\.d\.ts/.test(name) && floors.some((floor) => name.startsWith(`${floor}/`)))
  .map((name) => ({ name, text: readFileSync(join(src, name), "utf8") }));

test("no import runs up", () => {
  const up = files.flatMap(({ name, text }) =>
    [...text.matchAll(/(?:from|import) "@\/([\w/.-]+)"|import\("@\/([\w/.-]+)"\)/g)]
      .map((match) => match[1] ?? match[2] ?? "")
      .filter((to) => floors.some((floor) => to.startsWith(`${floor}/`)) && level(to) < level(name))
      .map((to) => `${name} → ${to}`),
  );
  expect(up).toEqual([]);
});

test("a write says what it changed: keys stand in queries.ts alone", () => {
  const keys = files.filter(({ name, text }) => /invalidateQueries|refetchQueries|resetQueries/.test(text) && name !== "api/stale.ts");
  expect(keys.map(({ name }) => name)).toEqual([]);
  const calls = files.filter(({ name, text }) => /\bstale\(/.test(text) && !/^features\/\w+\/queries\.ts$|^api\/stale/.test(name));
  expect(calls.map(({ name }) => name)).toEqual([]);
});

test("a part heavier than a screen comes after the screen", () => {
  const heavy = files.filter(({ text }) => /^import (?!type).*"(@\/ui|\.)\/(combobox|dates|popover)"/m.test(text));
  expect(heavy.map(({ name }) => name)).toEqual([]);
  const menus = files.filter(({ name, text }) => !name.startsWith("ui/") && /^import (?!type).*"@\/ui\/menu"/m.test(text));
  expect(menus.map(({ name }) => name)).toEqual([]);
});

test("a question is asked by ask(), never by the browser", () => {
  const asking = files.filter(({ text }) => /(^|[^.\w])(window\.)?(confirm|prompt|alert)\(/m.test(text));
  expect(asking.map(({ name }) => name)).toEqual([]);
});

test("formatters of Intl are made in lib/i18n.ts alone, where they are kept", () => {
  const making = files.filter(({ name, text }) => name !== "lib/i18n.ts" && /\bnew Intl\.|\.toLocale(Date|Time)?String\(/.test(text));
  expect(making.map(({ name }) => name)).toEqual([]);
});

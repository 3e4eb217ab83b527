import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { account } from "./en/account";
import { core } from "./en/core";
import { kit } from "./en/kit";
import { lessons } from "./en/learn";
import { meeting } from "./en/meeting";
import { palette } from "./en/palette";
import { people } from "./en/people";
import { teach } from "./en/teach";
import { hi } from "./hi";

const areas: Record<string, Record<string, string>> = { account, core, kit, learn: lessons, meeting, palette, people, teach };
const all = Object.assign({}, ...Object.values(areas)) as Record<string, string>;
const src = join(import.meta.dirname, "..");

const files = readdirSync(src, { recursive: true, encoding: "utf8" }).filter(
  (name) => /\.tsx?$/.test(name) && !/messages|test|\.d\.ts|\.gen\.ts|i18n/.test(name),
);

test("Hindi says everything that English says, with the same blanks", () => {
  expect(Object.keys(hi).sort()).toEqual(Object.keys(all).sort());
  const blanks = (message: string) => (message.match(/\{\w+\}/g) ?? []).sort();
  for (const [key, message] of Object.entries(all)) expect(blanks(hi[key as keyof typeof hi]), key).toEqual(blanks(message));
});

test("a file imports the parts of the catalogue that it speaks", () => {
  for (const name of files) {
    const text = readFileSync(join(src, name), "utf8");
    const imported = [...text.matchAll(/@\/messages\/en\/(\w+)/g)].map((match) => match[1]);
    const said = [...text.matchAll(/\btn?\(\s*"([\w.-]+)"/g)].map((match) => match[1] ?? "");
    for (const key of said) {
      const area = Object.keys(areas).find((one) => areas[one]?.[key] ?? areas[one]?.[`${key}_one`]);
      expect(area, `${name}: ${key} is in no catalogue`).toBeDefined();
      if (area !== "core") expect(imported, `${name} says ${key}`).toContain(area);
    }
  }
});

test("nothing is kept that nobody says", () => {
  const text = files.map((name) => readFileSync(join(src, name), "utf8")).join("\n");
  const built = [...text.matchAll(/`([a-z_-]+)\.\$\{/g)].map((match) => `${match[1]}.`);
  for (const key of Object.keys(all)) {
    const stem = key.replace(/_(one|other)$/, "");
    expect(text.includes(`"${stem}"`) || built.some((start) => stem.startsWith(start)), `${key} is never said`).toBe(true);
  }
});

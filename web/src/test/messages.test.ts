import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { expect, test } from "vitest";
import { languages } from "@/lib/i18n";

const src = join(import.meta.dirname, "..");
const tree = readdirSync(src, { recursive: true, encoding: "utf8" });

// Every catalogue, by part and language.
const parts: Record<string, Record<string, Record<string, string>>> = {};
for (const name of tree.filter((one) => /messages\/[\w-]+\.\w+\.json$/.test(one))) {
  const [part, language] = basename(name).split(".") as [string, string];
  parts[part] ??= {};
  parts[part][language] = JSON.parse(readFileSync(join(src, name), "utf8"));
}
const english = (part: string) => parts[part]?.en ?? {};

const files = tree.filter((name) => /\.tsx?$/.test(name) && !/messages|test|\.d\.ts|i18n/.test(name));

/** What a language has to say of what English says: a message that counts has the language's own forms. */
function wanted(language: string, part: string): string[] {
  const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
  return Object.keys(english(part)).flatMap((key) => {
    if (!/_(one|other)$/.test(key)) return key;
    return key.endsWith("_one") ? forms.map((form) => key.replace(/one$/, form)) : [];
  });
}

test("every language says everything that English says, with the same blanks", () => {
  const blanks = (message = "") => (message.match(/\{\w+\}/g) ?? []).sort();
  for (const part of Object.keys(parts))
    for (const language of Object.keys(languages)) {
      const said = parts[part]?.[language] ?? {};
      expect(Object.keys(said).sort(), `${part}.${language}.json`).toEqual(wanted(language, part).sort());
      for (const [key, message] of Object.entries(said))
        expect(blanks(message), `${part}.${language}.json: ${key}`).toEqual(
          blanks(english(part)[key] ?? english(part)[key.replace(/_\w+$/, "_other")]),
        );
    }
});

test("a message has one part", () => {
  const keys = Object.keys(parts).flatMap((part) => Object.keys(english(part)));
  expect(keys.filter((key, n) => keys.indexOf(key) !== n)).toEqual([]);
});

test("a file imports the parts of the catalogue that it speaks", () => {
  for (const name of files) {
    const text = readFileSync(join(src, name), "utf8");
    const imported = [...text.matchAll(/import "[\w@./-]*\/messages\/(\w+)"/g)].map((match) => match[1]);
    const said = [...text.matchAll(/\btn?\(\s*"([\w.-]+)"/g)].map((match) => match[1] ?? "");
    for (const key of said) {
      const part = Object.keys(parts).find((one) => english(one)[key] ?? english(one)[`${key}_one`]);
      expect(part, `${name}: ${key} is in no catalogue`).toBeDefined();
      if (part !== "core") expect(imported, `${name} says ${key}`).toContain(part);
    }
  }
});

test("nothing is kept that nobody says", () => {
  const text = files.map((name) => readFileSync(join(src, name), "utf8")).join("\n");
  const built = [...text.matchAll(/`([a-z_-]+)\.\$\{/g)].map((match) => `${match[1]}.`);
  for (const key of Object.keys(parts).flatMap((part) => Object.keys(english(part)))) {
    const stem = key.replace(/_(one|other)$/, "");
    expect(text.includes(`"${stem}"`) || built.some((start) => stem.startsWith(start)), `${key} is never said`).toBe(true);
  }
});

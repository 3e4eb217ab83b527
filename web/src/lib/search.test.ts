import { parseSearchWith, stringifySearchWith } from "@tanstack/react-router";
import { expect, test } from "vitest";
import { oneOf, texts, typed, word } from "./search";

test("what does not fit an address is as if it were not there", () => {
  expect(word(2018)).toBe("2018");
  expect(word(" ")).toBeUndefined();
  expect(word({ a: 1 })).toBeUndefined();
  expect(texts(["a", "", 7, null])).toEqual(["a", "7"]);
  expect(texts(undefined)).toBeUndefined();
  expect(oneOf(["name", "salary"], ["name", "batch"])).toEqual(["name"]);
  expect(oneOf("salary", ["name", "batch"])).toBeUndefined();
});

test("what is typed into a search is what its address says, whatever it looks like", () => {
  const parse = (address: string): Record<string, unknown> => parseSearchWith(typed)(address);
  const write = stringifySearchWith(JSON.stringify, typed);
  for (const q of ["true", "null", "007", "1e5", "12345678901234567890", "[1]", '"quoted"', '{"a":1}', "a&b=c", "👩‍💻"]) {
    expect(word(parse(write({ q })).q)).toBe(q);
  }
  for (const q of ["true", "null", "007", "2018", '{"a":1}']) expect(word(parse(`?q=${encodeURIComponent(q)}`).q)).toBe(q);
  expect(texts(parse("?batch=2018&batch=2019").batch)).toEqual(["2018", "2019"]);
});

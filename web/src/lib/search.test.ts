import { expect, test } from "vitest";
import { oneOf, texts, word } from "./search";

test("what does not fit an address is as if it were not there", () => {
  expect(word(2018)).toBe("2018");
  expect(word(" ")).toBeUndefined();
  expect(word({ a: 1 })).toBeUndefined();
  expect(texts(["a", "", 7, null])).toEqual(["a", "7"]);
  expect(texts(undefined)).toBeUndefined();
  expect(oneOf(["name", "salary"], ["name", "batch"])).toEqual(["name"]);
  expect(oneOf("salary", ["name", "batch"])).toBeUndefined();
});

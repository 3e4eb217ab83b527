import { expect, test } from "vitest";
import { hue, initials } from "./avatar";

test("initials of the names people have", () => {
  expect(initials("Asha Menon")).toBe("AM");
  expect(initials("K. Venkata Rao")).toBe("KR");
  expect(initials("Ramesh")).toBe("R");
  expect(initials("S. Ramesh")).toBe("SR");
  expect(initials("")).toBe("");
});

test("a face keeps its colour", () => {
  expect(hue("abc")).toBe(hue("abc"));
  expect(hue("abc")).toBeLessThan(360);
});

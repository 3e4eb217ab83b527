import { expect, test } from "vitest";
import { join, merge, note } from "./queue";

test("ranges are joined and in order", () => {
  expect(
    join([
      [5, 10],
      [0, 6],
      [20, 30],
      [10, 12],
    ]),
  ).toEqual([
    [0, 12],
    [20, 30],
  ]);
  expect(join(Array.from({ length: 260 }, (_, n) => [5 * n, 5 * n + 6]))).toEqual([[0, 1301]]);
  expect(join([])).toEqual([]);
});

test("what was marked as read stays read whatever is noted later", () => {
  const marked = { position: 1000, at: "2026-11-20T09:00:00Z", read: true };
  const scrolled = { position: 300, at: "2026-11-20T09:00:05Z", seconds: 5 };
  expect(merge(marked, scrolled)).toMatchObject({ read: true, position: 300, seconds: 5 });
  expect(merge(scrolled, marked)).toMatchObject({ read: true, position: 300, seconds: 5 });
});

test("the time of many reports adds up to what one may claim", () => {
  expect(merge({ position: 1, seconds: 3000 }, { position: 2, seconds: 3000 }).seconds).toBe(3600);
});

test("what an earlier window kept is not written over", () => {
  localStorage.setItem("stoa-report::lesson", JSON.stringify({ position: 1000, at: "2026-11-20T09:00:00Z", read: true }));
  note("lesson", { position: 10 });
  expect(JSON.parse(localStorage.getItem("stoa-report::lesson") ?? "")).toMatchObject({ read: true, position: 10 });
});

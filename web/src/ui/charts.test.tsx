import { screen, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { show } from "@/test/render";
import { BarChart, Funnel, HeatMap, Histogram, LineChart, mean, Spark, steps } from "./charts";

test("an axis goes in round steps to what is shown, and no further than it must", () => {
  expect(steps(128)).toEqual([0, 50, 100, 150]);
  expect(steps(31, 3)).toEqual([0, 20, 40]);
  expect(steps(100)).toEqual([0, 25, 50, 75, 100]);
  expect(steps(0.3)).toEqual([0, 0.1, 0.2, 0.3]);
  expect(steps(0)).toEqual([0, 0.25, 0.5, 0.75, 1]);
});

test("a mean looks back, from the first day on", () => {
  expect(mean([2, 4, 6], 2)).toEqual([2, 3, 5]);
});

const points = [
  { label: "First", value: 40 },
  { label: "Last", value: 10 },
];
const numbers = (name: string) =>
  [...within(screen.getByRole("region", { name, hidden: true })).getAllByRole("row", { hidden: true })].map((row) =>
    [...row.children].map((cell) => cell.textContent),
  );

test("behind every chart stand its numbers", async () => {
  await show(
    <>
      <LineChart title="Learned" labels={["Mon", "Tue"]} series={[{ name: "People", values: [3, 9] }]} />
      <BarChart title="Work" noun="Company" points={points} />
      <Histogram title="Marks" noun="Marks" points={points} mark={1} />
      <Funnel title="Way" noun="Lesson" points={points} />
      <HeatMap title="Hours" noun="Day" rows={["Mon"]} columns={["9", "10"]} values={[[1, 8]]} />
      <Spark label="Rising" values={[1, 2]} />
    </>,
  );
  expect(await screen.findByRole("img", { name: "Learned. Most: 9, Tue. Last: 9." })).toBeTruthy();
  expect(screen.getByRole("img", { name: "Rising" })).toBeTruthy();
  expect(numbers("Learned")).toEqual([
    ["When", "People"],
    ["Mon", "3"],
    ["Tue", "9"],
  ]);
  expect(numbers("Work")).toEqual([
    ["Company", "Number"],
    ["First", "40"],
    ["Last", "10"],
  ]);
  expect(numbers("Marks")).toEqual([
    ["Marks", "Number"],
    ["First", "40"],
    ["Last", "10"],
  ]);
  expect(numbers("Way")).toEqual([
    ["Lesson", "Number", "Share"],
    ["First", "40", "100 %"],
    ["Last", "10", "25 %"],
  ]);
  expect(numbers("Hours")).toEqual([
    ["Day", "9", "10"],
    ["Mon", "1", "8"],
  ]);
});

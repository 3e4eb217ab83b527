import { fireEvent, screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { show } from "@/test/render";
import { Facets, labelOfChosen } from "./Facets";
import { type Facets as Counts, dimensionNames, type PeopleFilter } from "./queries";

const facets: Counts = {
  total: 3,
  year: [{ value: "2018", label: "2018", count: 3 }],
  department: [],
  city: [{ value: "pune", label: "Pune", count: 2, asked: ["POONA"] }],
  standing: [{ value: "verified", label: "verified", count: 3 }],
};

test("each dimension that has values has its place and its name, in one order; each value the name that people know", async () => {
  const changes: Partial<PeopleFilter>[] = [];
  await show(<Facets facets={facets} filter={{ city: ["POONA"] }} change={async (part) => void changes.push(part)} />);
  const places = (await screen.findAllByRole("group")).map((group) => group.querySelector("legend")?.textContent);
  expect(places).toEqual(["Class year", "City", "Standing", "Open to"]);
  expect(screen.getByRole("checkbox", { name: /^Verified/ })).toBeTruthy();
  fireEvent.click(screen.getByRole("checkbox", { name: "Mentoring" }));
  fireEvent.click(screen.getByRole("checkbox", { name: /^Pune/ }));
  await expect.poll(() => changes).toEqual([{ open_to: ["mentoring"] }, { city: undefined }]);
});

test("what is chosen is called as its facet calls it, and else as the address does", () => {
  expect(labelOfChosen("city", "POONA", facets)).toBe("Pune");
  expect(labelOfChosen("city", "Kochi", facets)).toBe("Kochi");
  expect(labelOfChosen("standing", "verified", facets)).toBe("Verified");
  expect(labelOfChosen("open_to", "hiring", facets)).toBe("Hiring");
  expect(labelOfChosen("open_to", "hiring")).toBe("hiring");
  expect(dimensionNames[0]).toBe("batch");
});

import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { useState } from "react";
import { beforeEach, expect, test, vi } from "vitest";
import { show } from "@/test/render";
import { ask, askFor } from "./ask";
import { Combobox, ComboboxMany, type Option } from "./combobox";
import { DateField, TimeField } from "./dates";
import { Dialog } from "./dialog";
import { FileDrop } from "./drop";
import { Faces } from "./faces";
import { Menu } from "./menu";
import { Popover } from "./popover";
import { Progress } from "./progress";
import { Stats } from "./stats";
import { Stepper } from "./stepper";
import { type Column, Table } from "./table";
import { Tabs } from "./tabs";
import { Timeline } from "./timeline";

// Each part as a reader meets it: by its role and its name.

beforeEach(() => localStorage.clear());

const press = (role: string, name: string | RegExp) => fireEvent.click(screen.getByRole(role, { name }));

test("a question says yes, and no when it is turned away", async () => {
  await show(null);
  const first = ask({ title: "Remove it?", text: "It is gone then.", yes: "Remove" });
  const dialog = await screen.findByRole("alertdialog", { name: "Remove it?" });
  expect(within(dialog).getByText("It is gone then.")).toBeTruthy();
  press("button", "Remove");
  expect(await first).toBe(true);
  await waitFor(() => expect(screen.queryByRole("alertdialog")).toBeNull());
  const second = ask({ title: "Remove it?", yes: "Remove" });
  await screen.findByRole("alertdialog");
  press("button", "Cancel");
  expect(await second).toBe(false);
  await waitFor(() => expect(screen.queryByRole("alertdialog")).toBeNull());
  const third = ask({ title: "Remove it?", yes: "Remove" });
  fireEvent.keyDown(await screen.findByRole("alertdialog"), { key: "Escape" });
  expect(await third).toBe(false);
  await waitFor(() => expect(screen.queryByRole("alertdialog")).toBeNull());
});

test("a question for a line brings it", async () => {
  await show(null);
  const answer = askFor({ title: "How long?", label: "Seconds", type: "number", yes: "Continue" });
  fireEvent.change(await screen.findByLabelText("Seconds"), { target: { value: "90" } });
  press("button", "Continue");
  expect(await answer).toBe("90");
});

test("a dialog is named by its title and closed by Escape", async () => {
  const close = vi.fn();
  await show(<Dialog title="Write to them" text="All eighteen." open onClose={close} />);
  fireEvent.keyDown(await screen.findByRole("dialog", { name: "Write to them" }), { key: "Escape" });
  await waitFor(() => expect(close).toHaveBeenCalled());
});

test("a menu does what is chosen", async () => {
  const [edit, move] = [vi.fn(), vi.fn()];
  await show(<Menu label="More" groups={[[{ label: "Edit", act: edit }], [{ label: "Move", act: move, disabled: true }]]} />);
  const trigger = await screen.findByRole("button", { name: "More" });
  expect(trigger.getAttribute("aria-haspopup")).toBe("menu");
  fireEvent.click(trigger);
  const menu = await screen.findByRole("menu");
  expect(within(menu).getByRole("menuitem", { name: "Move" }).getAttribute("aria-disabled")).toBe("true");
  fireEvent.click(within(menu).getByRole("menuitem", { name: "Edit" }));
  expect(edit).toHaveBeenCalledOnce();
  expect(move).not.toHaveBeenCalled();
});

test("a popover opens beside its button", async () => {
  await show(<Popover label="Who sees this" title="Seen by" text="Verified people." />);
  fireEvent.click(await screen.findByRole("button", { name: "Who sees this" }));
  expect(within(await screen.findByRole("dialog", { name: "Seen by" })).getByText("Verified people.")).toBeTruthy();
});

test("tabs show one leaf at a time", async () => {
  const chosen = vi.fn();
  await show(
    <Tabs
      label="Course"
      onChange={chosen}
      tabs={[
        { value: "outline", label: "Outline", panel: "Eight lessons" },
        { value: "people", label: "People", aside: 41, panel: "Forty-one" },
      ]}
    />,
  );
  expect((await screen.findByRole("tabpanel", { name: "Outline" })).textContent).toBe("Eight lessons");
  press("tab", /People/);
  expect((await screen.findByRole("tabpanel", { name: /People/ })).textContent).toBe("Forty-one");
  expect(chosen).toHaveBeenCalledWith("people");
});

const towns: Option[] = ["Chennai", "Kochi", "Pune"].map((label) => ({ value: label.toLowerCase(), label }));

test("a combobox finds by a part of the name", async () => {
  const change = vi.fn();
  await show(<Combobox label="City" error="Choose one." options={towns} onChange={change} />);
  const field = await screen.findByRole("combobox", { name: "City" });
  expect(document.getElementById(field.getAttribute("aria-describedby") ?? "")?.textContent).toBe("Choose one.");
  field.focus();
  fireEvent.keyDown(field, { key: "ArrowDown" });
  expect(await screen.findAllByRole("option")).toHaveLength(3);
  fireEvent.change(field, { target: { value: "ko" } });
  await waitFor(() => expect(screen.getAllByRole("option").map((one) => one.textContent)).toEqual(["Kochi"]));
  fireEvent.click(screen.getByRole("option", { name: "Kochi" }));
  expect(change).toHaveBeenCalledWith(towns[1]);
});

test("what was chosen of many can be taken away", async () => {
  const change = vi.fn();
  await show(<ComboboxMany label="Cities" options={towns} value={towns.slice(0, 2)} onChange={change} />);
  await screen.findByRole("combobox", { name: "Cities" });
  press("button", "Take away Chennai");
  expect(change.mock.calls[0]?.[0]).toEqual([towns[1]]);
});

test("a date is written in segments, each named", async () => {
  const change = vi.fn();
  await show(<DateField label="Day" value="2026-11-21" onChange={change} error="Is a Saturday." />);
  const day = (await screen.findAllByRole("spinbutton"))[0] as HTMLElement;
  expect(day.getAttribute("aria-label")).toMatch(/^day, /i);
  expect(screen.getByText("Is a Saturday.")).toBeTruthy();
  fireEvent.keyDown(day, { key: "ArrowUp" });
  expect(change).toHaveBeenCalledWith("2026-11-22");
});

test("a time is written in segments", async () => {
  const change = vi.fn();
  await show(<TimeField label="Doors open" value="14:30" onChange={change} />);
  const [hour] = await screen.findAllByRole("spinbutton");
  fireEvent.keyDown(hour as HTMLElement, { key: "ArrowDown" });
  expect(change).toHaveBeenCalledWith("13:30");
});

test("files are chosen or dropped", async () => {
  const given = vi.fn();
  await show(<FileDrop label="Choose a sheet" hint="CSV." error="Not a sheet." onFiles={given} />);
  const input = await screen.findByLabelText("Choose a sheet", { selector: "input" });
  const files = [new File(["a"], "a.csv"), new File(["b"], "b.csv")];
  fireEvent.change(input, { target: { files } });
  expect(given).toHaveBeenLastCalledWith([files[0]]);
  const zone = input.parentElement as HTMLElement;
  fireEvent.drop(zone, { dataTransfer: { files: files.slice(1) } });
  expect(given).toHaveBeenLastCalledWith([files[1]]);
  expect(screen.getByRole("alert").textContent).toBe("Not a sheet.");
});

test("progress says how far it is", async () => {
  await show(
    <>
      <Progress label="Film" value={0.42} />
      <Progress label="Sheet" />
    </>,
  );
  expect((await screen.findByRole("progressbar", { name: "Film" })).getAttribute("aria-valuenow")).toBe("42");
  expect(screen.getByRole("progressbar", { name: "Sheet" }).getAttribute("aria-valuenow")).toBeNull();
});

type Person = { id: string; name: string; given: number };
const columns: Column<Person>[] = [
  { id: "name", head: "Name", sort: (one) => one.name, cell: (one) => one.name },
  { id: "given", head: "Given", sort: (one) => one.given, cell: (one) => one.given, end: true },
  { id: "note", head: "Note", cell: () => "–" },
];
const some: Person[] = [
  { id: "1", name: "Meera", given: 30 },
  { id: "2", name: "Asha", given: 200 },
  { id: "3", name: "Ravi", given: 7 },
];

function Chosen() {
  const [told, setTold] = useState("");
  return (
    <>
      <Table
        label="People"
        columns={columns}
        rows={some}
        id={(one) => one.id}
        name={(one) => one.name}
        bulk={(chosen) => (
          <button type="button" onClick={() => setTold(chosen.map((one) => one.name).join())}>
            Tell
          </button>
        )}
      />
      <output>{told}</output>
    </>
  );
}

const namesIn = () =>
  screen
    .getAllByRole("row")
    .slice(1)
    .map((row) => within(row).getAllByRole("cell").at(-3)?.textContent);

test("a table is ordered by its heads", async () => {
  await show(<Table label="People" columns={columns} rows={some} id={(one) => one.id} />);
  await screen.findByRole("region", { name: "People" });
  expect(namesIn()).toEqual(["Meera", "Asha", "Ravi"]);
  press("button", "Name");
  expect(namesIn()).toEqual(["Asha", "Meera", "Ravi"]);
  expect(screen.getByRole("columnheader", { name: "Name" }).getAttribute("aria-sort")).toBe("ascending");
  press("button", "Given");
  press("button", "Given");
  expect(namesIn()).toEqual(["Asha", "Meera", "Ravi"]);
  expect(screen.getByRole("columnheader", { name: "Given" }).getAttribute("aria-sort")).toBe("descending");
  expect(screen.getByRole("columnheader", { name: "Note" }).getAttribute("aria-sort")).toBeNull();
});

test("rows of a table are chosen, and something is done with them", async () => {
  await show(<Chosen />);
  fireEvent.click(await screen.findByRole("checkbox", { name: "Choose Asha" }));
  expect(screen.getByText("1 chosen")).toBeTruthy();
  press("checkbox", "Choose all");
  expect(screen.getByText("3 chosen")).toBeTruthy();
  press("button", "Tell");
  expect(screen.getByText("Meera,Asha,Ravi")).toBeTruthy();
});

test("how dense rows are is kept", async () => {
  await show(<Table label="People" columns={columns} rows={some} id={(one) => one.id} />);
  await screen.findByRole("region", { name: "People" });
  press("checkbox", "Dense rows");
  expect(localStorage.getItem("stoa-dense")).toBe("1");
});

test("figures say whether a change is good", async () => {
  await show(
    <Stats
      stats={[
        { name: "At risk", value: 18, change: -6, better: "less" },
        { name: "Learners", value: 1284, change: -3, better: "more" },
        { name: "Open", value: 4, change: 0 },
      ]}
    />,
  );
  const said = (await screen.findAllByRole("definition")).map((one) => one.textContent);
  expect(said).toEqual(["18", "−6 · better", "1,284", "−3 · worse", "4", "unchanged"]);
});

test("a stepper says where one is", async () => {
  await show(<Stepper label="Import" steps={["Choose", "Match", "Import"]} current={1} />);
  const steps = within(await screen.findByRole("list", { name: "Import" })).getAllByRole("listitem");
  expect(steps.map((one) => one.getAttribute("aria-current"))).toEqual([null, "step", null]);
  expect(within(steps[0] as HTMLElement).getByRole("img", { name: "Done:" })).toBeTruthy();
});

test("faces and events are lists", async () => {
  await show(
    <>
      <Faces people={some} total={41} show={2} />
      <Timeline label="Work" events={[{ id: "1", when: "2019", title: "Engineer" }]} />
    </>,
  );
  const faces = within(await screen.findByRole("list", { name: "People" })).getAllByRole("listitem");
  expect(faces.map((one) => one.textContent)).toEqual([expect.stringContaining("Meera"), expect.stringContaining("Asha"), "and 39 more"]);
  expect(within(screen.getByRole("list", { name: "Work" })).getByRole("listitem").textContent).toBe("2019Engineer");
});

import { Problem } from "@/api/problem";
import { number } from "@/lib/i18n";
import { Avatar } from "@/ui/avatar";
import { Button } from "@/ui/button";
import { type Asked, Rows } from "@/ui/rows";
import { Empty } from "@/ui/states";
import { type Column, Table } from "@/ui/table";
import { Tabs } from "@/ui/tabs";
import { Chapter, Part, State } from "./part";
import { people } from "./people";

type Person = (typeof people)[number];

const asked = (part: Partial<Asked<Person>>): Asked<Person> => ({
  isPending: false,
  isError: false,
  error: null,
  refetch: () => {},
  fetchNextPage: () => {},
  ...part,
});
const some = { pages: [{ items: people.slice(0, 3) }] };
const lost = new Problem({ type: "/problems/busy", status: 503, detail: "The list could not be read just now.", request_id: "01J9ZQ4T" });

const states: [string, Asked<Person>][] = [
  ["on its way", asked({ isPending: true })],
  ["empty", asked({ data: { items: [] } })],
  ["failed", asked({ isError: true, error: lost })],
  ["more to come", asked({ data: some, hasNextPage: true })],
  ["the next ones are on their way", asked({ data: some, hasNextPage: true, isFetchingNextPage: true })],
  ["the next ones failed", asked({ data: some, hasNextPage: true, isError: true, isFetchNextPageError: true, error: lost })],
];

const columns: Column<Person>[] = [
  {
    id: "name",
    head: "Name",
    sort: (one) => one.name,
    cell: (one) => (
      <span className="flex items-center gap-3">
        <Avatar name={one.name} id={one.id} size={28} /> {one.name}
      </span>
    ),
  },
  { id: "year", head: "Class", sort: (one) => one.year, cell: (one) => <span className="year text-lg text-brand-ink">{one.year}</span> },
  { id: "city", head: "City", sort: (one) => one.city, cell: (one) => one.city },
  { id: "given", head: "Given", end: true, sort: (one) => one.given, cell: (one) => number(one.given) },
  { id: "note", head: "Note", cell: () => <span className="text-ink-3">–</span> },
];

export const Lists = () => (
  <Chapter title="Lists and tables">
    <Part name="Rows" wide>
      <div className="grid gap-x-10 gap-y-8 lg:grid-cols-2">
        {states.map(([name, list]) => (
          <State key={name} name={name}>
            <Rows of={list} rows={3} empty={<Empty>Nobody of your batch is here yet. Tell them.</Empty>}>
              {(one) => (
                <li key={one.id} className="flex min-h-14 items-center gap-4 border-b border-rule">
                  <Avatar name={one.name} id={one.id} size={34} /> {one.name}
                  <span className="year ms-auto text-lg text-brand-ink">{one.year}</span>
                </li>
              )}
            </Rows>
          </State>
        ))}
      </div>
    </Part>
    <Part name="Table" wide>
      <div className="grid gap-12">
        <Table
          label="Everybody"
          columns={columns}
          rows={people}
          id={(one) => one.id}
          name={(one) => one.name}
          bulk={(_, clear) => (
            <>
              <Button>Write to them</Button>
              <Button kind="plain" onClick={clear}>
                Choose none
              </Button>
            </>
          )}
        />
        <Table label="A few" columns={columns.slice(0, 4)} rows={people.slice(0, 5)} id={(one) => one.id} />
      </div>
    </Part>
    <Part name="Tabs" wide>
      <Tabs
        label="A course"
        tabs={[
          { value: "outline", label: "Outline", panel: <p>Eight lessons in two sections.</p> },
          { value: "people", label: "People", aside: 41, panel: <p>Forty-one people learn here.</p> },
          { value: "dates", label: "Dates", panel: <p>Nothing is due.</p> },
        ]}
      />
    </Part>
  </Chapter>
);

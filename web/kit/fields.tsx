import { useState } from "react";
import { Problem } from "@/api/problem";
import type { Option } from "@/ui/combobox";
import { FileDrop } from "@/ui/drop";
import { Area, Choice, Field } from "@/ui/field";
import { Form, useForm } from "@/ui/form";
import { Combobox, ComboboxMany, DateField, MomentField, TimeField } from "@/ui/later";
import { Progress } from "@/ui/progress";
import { SearchBox } from "@/ui/search-box";
import { Chapter, Part, State } from "./part";

const towns: Option[] = ["Ahmedabad", "Bengaluru", "Chennai", "Delhi", "Hyderabad", "Kochi", "Kolkata", "Mumbai", "Pune"].map((label) => ({
  value: label.toLowerCase(),
  label,
  note: "India",
}));

export function Fields() {
  const [typed, setTyped] = useState("");
  const [town, setTown] = useState<Option | undefined>(towns[8]);
  const [many, setMany] = useState<Option[]>(towns.slice(1, 3));
  const [day, setDay] = useState<string | undefined>("2026-11-21");
  const [moment, setMoment] = useState<string | undefined>("2026-11-21T09:30:00.000Z");
  const [time, setTime] = useState<string | undefined>("14:30");
  return (
    <Chapter title="Fields and forms">
      <Part name="Field" wide>
        <div className="grid gap-6 sm:grid-cols-2">
          <Field label="Title" defaultValue="Knots and bends" />
          <Field label="Code" defaultValue="K1" error="This code is taken." />
          <Field label="Address" placeholder="https://" hint="Where the film lies." />
          <Field label="Closed" value="Cannot be changed" disabled readOnly />
          <Area label="Summary" rows={3} hint="One or two sentences." aside={<span className="text-sm text-ink-3">Everyone</span>} />
          <Choice label="Level" options={{ easy: "Introductory", hard: "Advanced" }} />
        </div>
      </Part>
      <Part name="SearchBox" wide>
        <SearchBox label="Search people" value={typed} onChange={setTyped} />
      </Part>
      <Part name="Combobox" wide>
        <div className="grid gap-6 sm:grid-cols-2">
          <Combobox label="City" options={towns} value={town} onChange={setTown} />
          <Combobox label="Birthplace" options={towns} onChange={() => {}} placeholder="Begin to type" error="Choose one of the list." />
          <ComboboxMany label="Cities" options={towns} value={many} onChange={setMany} hint="As many as you like." />
          <ComboboxMany label="Nowhere" options={[]} value={[]} onChange={() => {}} placeholder="Nothing to choose from" />
        </div>
      </Part>
      <Part name="Dates, times" wide>
        <div className="grid gap-6 sm:grid-cols-2 lg:grid-cols-3">
          <DateField label="Day" value={day} onChange={setDay} hint="Of the ceremony." />
          <MomentField label="Begins" value={moment} onChange={setMoment} hint="In the institution's zone." />
          <TimeField label="Doors open" value={time} onChange={setTime} />
          <DateField label="Until" onChange={() => {}} error="Choose a day after the first." />
          <TimeField label="Closed" value="09:00" onChange={() => {}} disabled />
        </div>
      </Part>
      <Part name="FileDrop" wide>
        <div className="grid gap-6 sm:grid-cols-2">
          <FileDrop label="Choose a sheet" accept=".csv" hint="CSV, up to 10 MB." onFiles={() => {}} />
          <FileDrop label="Choose photos" multiple onFiles={() => {}} busy>
            <Progress label="regatta.jpg" value={0.7} />
          </FileDrop>
          <FileDrop label="Choose a film" onFiles={() => {}} error="This file is no film that a browser can play." />
        </div>
      </Part>
      <Part name="Form" wide>
        <div className="grid gap-x-10 gap-y-8 lg:grid-cols-2">
          <State name="kept: nothing to save yet">
            <Course send={async () => ({ etag: "2" })} />
          </State>
          <State name="refused, by a field">
            <Course
              of="refused"
              send={() =>
                Promise.reject(
                  new Problem({
                    type: "/problems/invalid",
                    status: 422,
                    errors: [{ location: "body.code", message: "This code is taken." }],
                  }),
                )
              }
            />
          </State>
          <State name="refused, as a whole">
            <Course
              of="closed"
              send={() =>
                Promise.reject(
                  new Problem({ type: "/problems/forbidden", status: 403, detail: "Only who teaches this course may change it." }),
                )
              }
            />
          </State>
          <State name="met somebody else's writing">
            <Course
              of="met"
              send={() =>
                Promise.reject(
                  new Problem({ type: "/problems/edited", status: 409, details: { etag: "9", current: { title: "Splices", code: "K1" } } }),
                )
              }
            />
          </State>
          <State name="on its way">
            <Course of="busy" send={() => new Promise(() => {})} />
          </State>
        </div>
      </Part>
    </Chapter>
  );
}

function Course({ of = "", send }: { of?: string; send: () => Promise<{ etag: string }> }) {
  const form = useForm({ values: { title: "Knots", code: "K1" }, etag: "1", send, guard: false });
  return (
    <Form of={form} action={`Save${of && ` ${of}`}`} labels={{ title: "Title", code: "Code" }}>
      <Field label={`Title ${of}`} {...form.field("title")} />
      <Field label={`Code ${of}`} {...form.field("code")} />
    </Form>
  );
}

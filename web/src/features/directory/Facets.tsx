import "./messages/people";
import { memo, startTransition, useOptimistic } from "react";
import { type Key, number, t } from "@/lib/i18n";
import { dimensions } from "./dimensions";
import { type Facets as Counts, type Dimension, dimensionNames, type FacetValue, type PeopleFilter } from "./queries";
import { YearRange } from "./YearRange";

/** The values that a dimension offers: those that people have; of one that is not counted, all that there are. */
const valuesOf = (name: Dimension, facets?: Counts): FacetValue[] =>
  facets ? (facets[name] ?? (dimensions[name] ?? []).map((value) => ({ value, label: value, count: -1 }))) : [];

/** The words under which a filter asks for a value: the value itself, or a way to write it. */
const namesOf = (one: FacetValue, filter: string[]) => filter.filter((name) => name === one.value || one.asked?.includes(name));

/** What a value is called: by the catalogue where there are only some values, or else as most people write it. */
const labelOf = (name: Dimension, one: FacetValue) => (dimensions[name] ? t(`${name}.${one.value}` as Key) : one.label);

/** What a value that a filter asks for is called. */
export function labelOfChosen(name: Dimension, value: string, facets?: Counts): string {
  const one = valuesOf(name, facets).find((one) => namesOf(one, [value]).length > 0);
  return one ? labelOf(name, one) : value;
}

type Props = { facets?: Counts; filter: PeopleFilter; change: (part: Partial<PeopleFilter>) => Promise<void> };

export const Facets = memo(function Facets({ facets, filter, change }: Props) {
  return (
    <div className="grid gap-7">
      {dimensionNames.map((name) =>
        name === "batch" ? (
          <YearRange key={name} years={facets?.year ?? []} chosen={filter.batch} change={(batch) => change({ batch })} />
        ) : (
          <Facet
            key={name}
            name={name}
            values={valuesOf(name, facets)}
            chosen={filter[name] ?? none}
            change={(values) => change({ [name]: values })}
          />
        ),
      )}
    </div>
  );
});

const none: string[] = [];

function Facet({
  name,
  values,
  chosen,
  change,
}: {
  name: Dimension;
  values: FacetValue[];
  chosen: string[];
  change: (values?: string[]) => Promise<void>;
}) {
  const [ticked, tick] = useOptimistic(chosen);
  if (values.length === 0) return null;
  const toggle = (one: FacetValue) =>
    startTransition(async () => {
      const names = namesOf(one, ticked);
      const next = names.length > 0 ? ticked.filter((name) => !names.includes(name)) : [...ticked, one.value];
      tick(next);
      await change(next.length > 0 ? next : undefined); // the tick holds until the address has it
    });
  const shown = values.slice(0, 8).concat(values.slice(8).filter((one) => namesOf(one, chosen).length > 0));
  return (
    <fieldset>
      <legend className="mb-1.5 font-serif text-md">{t(`facet.${name}`)}</legend>
      {shown.map((one) => (
        <label key={one.value} className="flex min-h-11 cursor-pointer items-center gap-2.5 text-sm md:min-h-8">
          <input
            type="checkbox"
            className="size-4 shrink-0 accent-brand"
            checked={namesOf(one, ticked).length > 0}
            onChange={() => toggle(one)}
          />
          <span className="min-w-0 flex-1 truncate">{labelOf(name, one)}</span>
          {one.count >= 0 && <span className="num text-end text-xs text-ink-3">{number(one.count)}</span>}
        </label>
      ))}
    </fieldset>
  );
}

import "./messages/people";
import { memo, startTransition, useOptimistic } from "react";
import type { Schemas } from "@/api/client";
import { type Key, number, t } from "@/lib/i18n";
import type { FacetValue, PeopleFilter } from "./queries";
import { YearRange } from "./YearRange";

// The words under which a filter asks for a value: the value itself, or a way to write it.
export const namesOf = (one: FacetValue, filter: string[]) => filter.filter((name) => name === one.value || one.asked?.includes(name));

type Props = { facets?: Schemas["DirectoryFacets"]; filter: PeopleFilter; change: (part: Partial<PeopleFilter>) => Promise<void> };

const groups = ["department", "company", "city", "industry", "programme", "standing"] as const;

export const Facets = memo(function Facets({ facets, filter, change }: Props) {
  return (
    <div className="grid gap-7">
      <YearRange years={facets?.year ?? []} chosen={filter.batch} change={(batch) => change({ batch })} />
      {groups.map((name) => (
        <Facet
          key={name}
          name={name}
          values={facets?.[name] ?? []}
          chosen={filter[name] ?? none}
          change={(values) => change({ [name]: values })}
        />
      ))}
      <Facet
        name="open_to"
        values={[
          { value: "mentoring", label: t("open.mentoring"), count: -1 },
          { value: "hiring", label: t("open.hiring"), count: -1 },
        ]}
        chosen={filter.open_to ?? none}
        change={(values) => change({ open_to: values as PeopleFilter["open_to"] })}
      />
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
  name: string;
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
      <legend className="mb-1.5 font-serif text-md">{t(`facet.${name}` as Key)}</legend>
      {shown.map((one) => (
        <label key={one.value} className="flex min-h-11 cursor-pointer items-center gap-2.5 text-sm md:min-h-8">
          <input
            type="checkbox"
            className="size-4 shrink-0 accent-brand"
            checked={namesOf(one, ticked).length > 0}
            onChange={() => toggle(one)}
          />
          <span className="min-w-0 flex-1 truncate">{name === "standing" ? t(`standing.${one.value}` as Key) : one.label}</span>
          {one.count >= 0 && <span className="num text-end text-xs text-ink-3">{number(one.count)}</span>}
        </label>
      ))}
    </fieldset>
  );
}

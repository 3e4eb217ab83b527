import "./messages/people";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useCallback, useState } from "react";
import { t, tn } from "@/lib/i18n";
import { useTyped } from "@/lib/useTyped";
import { Button } from "@/ui/button";
import { Icon } from "@/ui/icon";
import { Page } from "@/ui/page";
import { Rows } from "@/ui/rows";
import { SearchBox } from "@/ui/search-box";
import { Empty } from "@/ui/states";
import { Facets, labelOfChosen } from "./Facets";
import { PersonRow } from "./PersonRow";
import { dimensionNames, type PeopleFilter, people } from "./queries";

export function People({ filter }: { filter: PeopleFilter }) {
  const navigate = useNavigate({ from: "/people/" });
  const list = useInfiniteQuery(people.list(filter));
  const facets = useQuery(people.facets(filter));
  const [open, setOpen] = useState(false);
  const settle = useCallback(
    (q?: string) => void navigate({ search: (now) => ({ ...now, q, sort: undefined }), replace: true }),
    [navigate],
  );
  const [typed, setTyped] = useTyped(filter.q, settle);
  const change = useCallback(
    (part: Partial<PeopleFilter>) => navigate({ search: (now) => ({ ...now, ...part }), replace: true }),
    [navigate],
  );
  const chosen = dimensionNames.flatMap((name) =>
    (filter[name] ?? []).map((value) => ({ name, value, label: labelOfChosen(name, value, facets.data) })),
  );
  return (
    <Page title={t("people.title")} over={facets.data ? tn("people.count", facets.data.total) : " "}>
      <div className="grid gap-x-12 md:grid-cols-[13.5rem_minmax(0,1fr)]">
        <aside className="md:order-none">
          <Button className="mb-4 w-full md:hidden" aria-expanded={open} onClick={() => setOpen(!open)}>
            <Icon name="sliders-horizontal" size={16} /> {t("people.filters")} {chosen.length > 0 && `(${chosen.length})`}
          </Button>
          <div className={`${open ? "block" : "hidden"} pb-8 md:block`}>
            <Facets facets={facets.data} filter={filter} change={change} />
          </div>
        </aside>
        <div className="min-w-0">
          <SearchBox label={t("people.search")} value={typed} onChange={setTyped} />
          <div className="flex flex-wrap items-center gap-2 py-4">
            {chosen.map(({ name, value, label }) => (
              <button
                key={`${name}:${value}`}
                type="button"
                className="min-h-9 rounded-full bg-wash px-3 text-sm text-brand-ink"
                aria-label={t("people.remove-filter", { filter: label })}
                onClick={() => change({ [name]: filter[name]?.filter((one: string) => one !== value) })}
              >
                {label} <span aria-hidden="true">×</span>
              </button>
            ))}
            {chosen.length > 1 && (
              <button
                type="button"
                className="min-h-9 px-2 text-sm underline underline-offset-4"
                onClick={() => navigate({ search: { q: filter.q } })}
              >
                {t("action.clear-filters")}
              </button>
            )}
            <label className="ms-auto flex items-center gap-2 text-sm text-ink-3">
              {t("people.sort")}
              <select
                className="min-h-9 rounded-md border border-edge bg-sheet px-2 text-ink"
                value={filter.sort ?? (filter.q ? "relevance" : "name")}
                onChange={(event) => change({ sort: event.target.value as PeopleFilter["sort"] })}
              >
                {filter.q && <option value="relevance">{t("sort.relevance")}</option>}
                <option value="name">{t("sort.name")}</option>
                <option value="batch">{t("sort.batch")}</option>
              </select>
            </label>
          </div>
          <div className="border-t border-ink" aria-busy={list.isFetching}>
            <Rows of={list} rows={10} tall empty={<NoOne filter={filter} clear={change} />}>
              {(person) => <PersonRow key={person.id} person={person} />}
            </Rows>
          </div>
        </div>
      </div>
    </Page>
  );
}

/** Nobody found: say which filter to take away. */
function NoOne({ filter, clear }: { filter: PeopleFilter; clear: (part: Partial<PeopleFilter>) => void }) {
  const set = dimensionNames.filter((name) => filter[name]?.length);
  return (
    <Empty>
      <p className="mb-4">
        {filter.q ? t(set.length ? "people.none-words" : "people.none-called", { words: filter.q }) : t("people.none")}
      </p>
      <div className="flex flex-wrap gap-2">
        {set.map((name) => (
          <Button key={name} onClick={() => clear({ [name]: undefined })}>
            {t("people.without", { filter: t(`facet.${name}`) })}
          </Button>
        ))}
      </div>
    </Empty>
  );
}

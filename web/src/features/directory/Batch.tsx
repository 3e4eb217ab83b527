import "./messages/people";
import { useInfiniteQuery, useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { number, t, tn } from "@/lib/i18n";
import { Avatar } from "@/ui/avatar";
import { buttonLook } from "@/ui/button";
import { Section } from "@/ui/page";
import { Rows } from "@/ui/rows";
import { Empty } from "@/ui/states";
import { useTitle } from "@/ui/use-title";
import { batches, type FacetValue, people } from "./queries";

/** A class: its year large, its people as a wall of faces, where they are now. */
export function Batch({ id }: { id: string }) {
  const { data: batch } = useSuspenseQuery(batches.one(id));
  const filter = { batch: [id] };
  const list = useInfiniteQuery(people.list(filter, 60));
  const facets = useQuery(people.facets(filter));
  const heading = useTitle(batch.code);
  return (
    <div className="rise mx-auto w-full max-w-6xl px-4 pt-8 pb-24 md:px-10 md:pt-12">
      <header className="flex flex-wrap items-end justify-between gap-6 border-b border-ink pb-6">
        <div>
          <p className="year text-[5rem] leading-[.85] text-brand-ink md:text-[7rem]">{batch.year}</p>
          <h1 ref={heading} tabIndex={-1} className="mt-4 text-2xl">
            {batch.programme} {batch.department}
          </h1>
          <p className="text-sm text-ink-3">{batch.code}</p>
        </div>
        <dl className="flex gap-10">
          <Figure name={t("batch.people")} value={batch.people} />
          <Figure name={t("batch.verified")} value={batch.verified} />
        </dl>
      </header>
      <div className="mt-8 grid gap-x-16 gap-y-10 lg:grid-cols-[minmax(0,3fr)_minmax(0,1fr)]">
        <Section
          title={t("batch.people")}
          aside={
            <Link to="/people" search={{ batch: [id] }}>
              {t("batch.search")}
            </Link>
          }
        >
          <Rows
            of={list}
            className="mt-5 grid grid-cols-[repeat(auto-fill,minmax(7rem,1fr))] gap-x-3 gap-y-5"
            empty={<Empty>{t("batch.none")}</Empty>}
          >
            {(person) => (
              <li key={person.id}>
                <Link
                  to="/people/$personId"
                  params={{ personId: person.id }}
                  className="grid justify-items-center gap-2 rounded-md p-2 text-center hover:bg-sunk"
                >
                  <Avatar name={person.name} id={person.id} photo={person.photo} size={64} />
                  <span className="w-full text-sm leading-tight break-words">{person.name}</span>
                </Link>
              </li>
            )}
          </Rows>
        </Section>
        <div className="grid content-start gap-10">
          <Where title={t("batch.cities")} name="city" values={facets.data?.city} batch={id} />
          <Where title={t("batch.companies")} name="company" values={facets.data?.company} batch={id} />
          <Link to="/batches" className={`${buttonLook("quiet")} justify-self-start`}>
            {t("batches.all")}
          </Link>
        </div>
      </div>
    </div>
  );
}

const Figure = ({ name, value }: { name: string; value: number }) => (
  <div className="text-end">
    <dd className="num font-serif text-2xl">{number(value)}</dd>
    <dt className="text-sm text-ink-3">{name}</dt>
  </div>
);

function Where({ title, name, values, batch }: { title: string; name: "city" | "company"; values?: FacetValue[]; batch: string }) {
  if (!values?.length) return null;
  return (
    <Section title={title}>
      <ul>
        {values.slice(0, 6).map((one) => (
          <li key={one.value} className="border-b border-rule">
            <Link
              to="/people"
              search={{ batch: [batch], [name]: [one.value] }}
              className="flex min-h-10 items-center justify-between gap-3 text-sm hover:bg-sunk"
            >
              <span className="truncate">{one.label}</span>
              <span className="num text-ink-3">{tn("people.count", one.count)}</span>
            </Link>
          </li>
        ))}
      </ul>
    </Section>
  );
}

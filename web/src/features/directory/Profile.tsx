import "./messages/people";
import { useSuspenseQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { type Key, list, t } from "@/lib/i18n";
import { Avatar } from "@/ui/avatar";
import { buttonLook } from "@/ui/button";
import { Icon } from "@/ui/icon";
import { Section } from "@/ui/page";
import { useTitle } from "@/ui/use-title";
import { people } from "./queries";

export function Profile({ id }: { id: string }) {
  const { data: person } = useSuspenseQuery(people.one(id));
  const heading = useTitle(person.name);
  const work = [person.title, person.company].filter(Boolean).join(", ");
  const place = [person.city, person.country].filter(Boolean).join(", ");
  const nothing = !work && !place && !person.about && !person.headline && !person.links?.length;
  return (
    <div className="rise mx-auto w-full max-w-4xl px-4 pt-8 pb-24 md:px-10 md:pt-12">
      <header className="flex flex-wrap items-start gap-x-6 gap-y-4 border-b border-ink pb-8">
        <Avatar name={person.name} id={person.id} photo={person.photo} size={88} />
        <div className="min-w-0 flex-1 basis-64">
          <h1 ref={heading} tabIndex={-1} className="flex flex-wrap items-center gap-3 text-3xl">
            {person.name}
            {person.standing === "verified" && (
              <Icon name="badge-check" label={t("standing.verified")} className="text-brand-ink" size={24} weight={1.6} />
            )}
          </h1>
          {person.headline && <p className="mt-1 font-serif text-lg text-ink-2">{person.headline}</p>}
          {(work || place) && <p className="mt-2 text-ink-2">{[work, place].filter(Boolean).join(" · ")}</p>}
          {person.mine && (
            <Link to="/profile" className={`${buttonLook("quiet")} mt-4`}>
              {t("profile.edit")}
            </Link>
          )}
        </div>
        {person.batch && (
          <Link to="/batches/$batchId" params={{ batchId: person.batch.id }} className="text-end hover:underline">
            <span className="year block text-[3.25rem] leading-none text-brand-ink">{person.batch.year}</span>
            <span className="mt-1 block text-sm text-ink-3">
              {person.batch.programme} {person.batch.department}
            </span>
          </Link>
        )}
      </header>
      <div
        className={`mt-8 grid gap-x-16 gap-y-10 ${person.about || nothing ? "md:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]" : "max-w-2xl"}`}
      >
        <div className="grid content-start gap-8 empty:hidden">
          {person.about && <p className="max-w-prose whitespace-pre-line font-serif text-lg leading-8">{person.about}</p>}
          {nothing && <p className="text-ink-2">{person.mine ? t("profile.empty-mine") : t("profile.empty", { name: person.name })}</p>}
        </div>
        <Section title={t("profile.facts")}>
          <dl>
            {work && (
              <Fact name={t("facet.company")}>
                {person.company ? (
                  <Link to="/people" search={{ company: [person.company] }} className="underline underline-offset-4">
                    {work}
                  </Link>
                ) : (
                  work
                )}
              </Fact>
            )}
            {person.industry && <Fact name={t("facet.industry")}>{person.industry}</Fact>}
            {place && (
              <Fact name={t("facet.city")}>
                <Link to="/people" search={{ city: person.city ? [person.city] : undefined }} className="underline underline-offset-4">
                  {place}
                </Link>
              </Fact>
            )}
            {person.languages && person.languages.length > 0 && <Fact name={t("profile.languages")}>{list(person.languages)}</Fact>}
            {person.open_to && person.open_to.length > 0 && (
              <Fact name={t("facet.open_to")}>{list(person.open_to.map((one) => t(`open_to.${one}` as Key)))}</Fact>
            )}
            {person.links?.map((link) => (
              <Fact key={link} name={t("profile.link")}>
                <a href={link} rel="noreferrer nofollow" target="_blank" className="break-all underline underline-offset-4">
                  {link.replace(/^https:\/\/(www\.)?/, "")}
                </a>
              </Fact>
            ))}
            {person.standing && <Fact name={t("facet.standing")}>{t(`standing.${person.standing}` as Key)}</Fact>}
          </dl>
        </Section>
      </div>
    </div>
  );
}

const Fact = ({ name, children }: { name: string; children: ReactNode }) => (
  <div className="flex justify-between gap-6 border-b border-rule py-2.5 text-sm">
    <dt className="shrink-0 text-ink-3">{name}</dt>
    <dd className="text-end">{children}</dd>
  </div>
);

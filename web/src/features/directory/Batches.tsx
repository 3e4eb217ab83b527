import "./messages/people";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { Schemas } from "@/api/client";
import { t, tn } from "@/lib/i18n";
import { Page } from "@/ui/page";
import { Rows } from "@/ui/rows";
import { Empty } from "@/ui/states";
import { batches } from "./queries";

type BatchCard = Schemas["DirectoryBatchPage"];

export function Batches() {
  const list = useInfiniteQuery(batches.list());
  return (
    <Page title={t("nav.batches")} over={t("batches.text")}>
      <Rows
        of={list}
        rows={8}
        more={t("batches.earlier")}
        empty={<Empty>{t("batches.none")}</Empty>}
        whole={(all) => byYear(all).map(([year, classes]) => <Year key={year} year={year} classes={classes} />)}
      />
    </Page>
  );
}

function byYear(all: BatchCard[]): [number, BatchCard[]][] {
  const years = new Map<number, BatchCard[]>();
  for (const batch of all) years.set(batch.year, [...(years.get(batch.year) ?? []), batch]);
  return [...years];
}

const Year = ({ year, classes }: { year: number; classes: BatchCard[] }) => (
  <section aria-label={`${year}`} className="grid gap-x-10 border-t border-ink py-4 sm:grid-cols-[6rem_minmax(0,1fr)]">
    <h2 className="year text-2xl text-brand-ink">{year}</h2>
    <ul className="grid gap-x-10 sm:grid-cols-2 lg:grid-cols-3">
      {classes.map((batch) => (
        <li key={batch.id} className="border-b border-rule">
          <Link
            to="/batches/$batchId"
            params={{ batchId: batch.id }}
            className="flex min-h-11 items-center justify-between gap-3 py-1 hover:bg-sunk"
          >
            <span className="min-w-0 truncate">
              <span className="text-ink-3">{batch.programme}</span> {batch.department}
            </span>
            <span className="num shrink-0 text-sm text-ink-3">{tn("people.count", batch.people)}</span>
          </Link>
        </li>
      ))}
    </ul>
  </section>
);

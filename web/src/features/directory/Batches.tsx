import "@/messages/en/people";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { Schemas } from "@/api/client";
import { t, tn } from "@/lib/i18n";
import { Button } from "@/ui/button";
import { Page } from "@/ui/page";
import { Empty, Failed, Skeleton } from "@/ui/states";
import { batches } from "./queries";

export function Batches() {
  const list = useInfiniteQuery(batches.list());
  const years = new Map<number, Schemas["DirectoryBatchPage"][]>();
  for (const batch of list.data?.pages.flatMap((page) => page.items) ?? [])
    years.set(batch.year, [...(years.get(batch.year) ?? []), batch]);
  return (
    <Page title={t("nav.batches")} over={t("batches.text")}>
      {list.isPending && <Skeleton rows={8} />}
      {list.isError && <Failed error={list.error} retry={list.refetch} />}
      {list.isSuccess && years.size === 0 && <Empty>{t("batches.none")}</Empty>}
      {[...years].map(([year, classes]) => (
        <section key={year} aria-label={`${year}`} className="grid gap-x-10 border-t border-ink py-4 sm:grid-cols-[6rem_minmax(0,1fr)]">
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
      ))}
      {list.hasNextPage && (
        <Button className="mt-6" busy={list.isFetchingNextPage} onClick={() => list.fetchNextPage()}>
          {t("batches.earlier")}
        </Button>
      )}
    </Page>
  );
}

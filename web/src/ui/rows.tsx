import type { ReactNode } from "react";
import { type Counted, number, t, tn } from "@/lib/i18n";
import { Button } from "./button";
import { Failed, Skeleton } from "./states";

type Page<T> = { items: T[]; total?: number };

/** A list as it was asked for: in one answer, or page by page. */
export type Asked<T> = {
  data?: Page<T> | { pages: Page<T>[] };
  isPending: boolean;
  isError: boolean;
  error: unknown;
  refetch: () => unknown;
  isPlaceholderData?: boolean;
  hasNextPage?: boolean;
  isFetchingNextPage?: boolean;
  isFetchNextPageError?: boolean;
  fetchNextPage?: () => unknown;
};

export const itemsOf = <T,>({ data }: Asked<T>): T[] =>
  !data ? [] : "pages" in data ? data.pages.flatMap((page) => page.items) : data.items;

/** How many there are, as far as it is known: 50+ where more can be asked for and the list does not count. */
export function howMany<T>(list: Asked<T>, words: Counted): string | undefined {
  if (!list.data) return undefined;
  const { total } = "pages" in list.data ? (list.data.pages[0] ?? {}) : list.data;
  const count = total ?? itemsOf(list).length;
  return tn(words, count, total === undefined && list.hasNextPage ? { count: `${number(count)}+` } : {});
}

type Props<T> = {
  of: Asked<T>;
  empty?: ReactNode;
  rows?: number; // how many are drawn grey until they are there
  tall?: boolean;
  more?: string | false; // what the button for the next ones says; false: there is none
  pick?: (items: T[]) => T[];
  className?: string;
  children?: (item: T) => ReactNode; // a list item
  whole?: (items: T[]) => ReactNode; // all of them, in a shape of their own
};

/** A list in each of its states: on its way, empty, failed (what is there stays), and more to come. */
export function Rows<T>({ of: list, empty, rows = 6, tall, more, pick, className, children, whole }: Props<T>) {
  const items = pick ? pick(itemsOf(list)) : itemsOf(list);
  const next = list.hasNextPage && more !== false;
  return (
    <>
      {list.isPending && <Skeleton rows={rows} tall={tall} />}
      {list.data && items.length === 0 && !next && empty}
      {whole?.(items)}
      {children && <ul className={list.isPlaceholderData ? `opacity-60 ${className ?? ""}` : className}>{items.map(children)}</ul>}
      {list.isError && <Failed error={list.error} retry={list.isFetchNextPageError ? list.fetchNextPage : list.refetch} />}
      {next && !list.isError && (
        <Button className="mt-6" busy={list.isFetchingNextPage} onClick={() => list.fetchNextPage?.()}>
          {more ?? t("action.more")}
        </Button>
      )}
    </>
  );
}

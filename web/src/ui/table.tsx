import "./messages/kit";
import {
  type ColumnDef,
  getCoreRowModel,
  getSortedRowModel,
  type RowSelectionState,
  type SortingState,
  useReactTable,
} from "@tanstack/react-table";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { t, tn } from "@/lib/i18n";
import { Icon } from "./icon";

export type Column<T> = {
  id: string;
  head: string;
  cell: (row: T) => ReactNode;
  sort?: (row: T) => string | number; // by what rows are ordered; without it they are not
  end?: boolean; // numbers stand at their end
};

type Props<T> = {
  label: string;
  columns: Column<T>[];
  rows: T[];
  id: (row: T) => string;
  name?: (row: T) => string; // of a row that can be selected, as a reader says it
  bulk?: (chosen: T[], clear: () => void) => ReactNode; // what can be done with the chosen ones
};

const stored = "stoa-dense";
const tall = 52;
const low = 40;
const frozen = "sticky start-0 bg-inherit"; // who a row is about stays in sight on a phone
const drawnWhole = 60; // rows; of more, those in sight

/** A table for work: ordered by its heads, chosen from, drawn as far as it is seen, and as dense as its reader likes. */
export function Table<T>({ label, columns, rows, id, name, bulk }: Props<T>) {
  const [sorting, setSorting] = useState<SortingState>([]);
  const [rowSelection, setRowSelection] = useState<RowSelectionState>({});
  const [dense, setDense] = useState(() => localStorage.getItem(stored) === "1");
  const box = useRef<HTMLElement>(null);
  const table = useReactTable({
    data: rows,
    columns: columns.map(
      ({ id, sort }): ColumnDef<T> => ({ id, accessorFn: sort ?? (() => ""), enableSorting: !!sort, sortDescFirst: false }),
    ),
    state: { sorting, rowSelection },
    getRowId: id,
    enableRowSelection: !!bulk,
    onSortingChange: setSorting,
    onRowSelectionChange: setRowSelection,
    getCoreRowModel: getCoreRowModel(),
    getSortedRowModel: getSortedRowModel(),
  });
  const ordered = table.getRowModel().rows;
  const virtual = ordered.length > drawnWhole;
  const sight = useVirtualizer({
    count: ordered.length,
    enabled: virtual,
    getScrollElement: () => box.current,
    estimateSize: () => (dense ? low : tall),
    getItemKey: (place) => ordered[place]?.id ?? place,
    overscan: 12,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: rows are measured anew when their height changes
  useEffect(() => sight.measure(), [dense]);
  const inSight = sight.getVirtualItems();
  const places = virtual ? inSight.map((one) => one.index) : ordered.map((_, place) => place);
  const above = virtual ? (inSight[0]?.start ?? 0) : 0;
  const below = virtual ? sight.getTotalSize() - (inSight.at(-1)?.end ?? 0) : 0;
  const chosen = table.getSelectedRowModel().rows.map((row) => row.original);
  const cell = dense ? "h-10" : "h-13";
  const span = columns.length + (bulk ? 1 : 0);
  return (
    <div>
      <div className="flex min-h-12 flex-wrap items-center gap-x-4 gap-y-2 border-b border-ink pb-2 text-sm">
        <span className="num text-ink-3">{chosen.length > 0 ? tn("kit.chosen", chosen.length) : tn("kit.rows", rows.length)}</span>
        {chosen.length > 0 && bulk?.(chosen, () => setRowSelection({}))}
        <label className="ms-auto flex min-h-9 cursor-pointer items-center gap-2 text-ink-2">
          <input
            type="checkbox"
            className="size-4 accent-brand"
            checked={dense}
            onChange={() => {
              localStorage.setItem(stored, dense ? "0" : "1");
              setDense(!dense);
            }}
          />
          {t("kit.dense")}
        </label>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what is wider or longer than its box is scrolled by keys too */}
      <section ref={box} tabIndex={0} aria-label={label} className={`overflow-auto ${virtual ? "h-[30rem]" : ""}`}>
        <table className="num w-full border-separate border-spacing-0" aria-rowcount={rows.length + 1}>
          <thead className="sticky top-0 z-10 bg-paper">
            <tr aria-rowindex={1} className="bg-paper">
              {bulk && (
                <th scope="col" className="w-11 border-b border-rule">
                  <input
                    type="checkbox"
                    aria-label={t("kit.choose-all")}
                    className="size-4 align-middle accent-brand"
                    checked={table.getIsAllRowsSelected()}
                    ref={(box) => {
                      if (box) box.indeterminate = table.getIsSomeRowsSelected();
                    }}
                    onChange={table.getToggleAllRowsSelectedHandler()}
                  />
                </th>
              )}
              {columns.map((column, place) => (
                <Head
                  first={place === 0}
                  key={column.id}
                  column={column}
                  sorted={table.getColumn(column.id)?.getIsSorted()}
                  sort={table.getColumn(column.id)?.getToggleSortingHandler()}
                />
              ))}
            </tr>
          </thead>
          <tbody>
            <Gap height={above} span={span} />
            {places.map((place) => {
              const row = ordered[place];
              if (!row) return null;
              const picked = row.getIsSelected();
              return (
                <tr
                  key={row.id}
                  aria-rowindex={place + 2}
                  aria-selected={bulk ? picked : undefined}
                  className={picked ? "bg-wash" : "bg-paper hover:bg-sunk"}
                >
                  {bulk && (
                    <td className={`${cell} border-b border-rule text-center`}>
                      <input
                        type="checkbox"
                        aria-label={t("kit.choose", { name: name?.(row.original) ?? `${place + 1}` })}
                        className="size-4 align-middle accent-brand"
                        checked={picked}
                        onChange={row.getToggleSelectedHandler()}
                      />
                    </td>
                  )}
                  {columns.map((column, at) => (
                    <td
                      key={column.id}
                      className={`${cell} border-b border-rule px-3 whitespace-nowrap ${column.end ? "text-end" : ""} ${at === 0 ? frozen : ""}`}
                    >
                      {column.cell(row.original)}
                    </td>
                  ))}
                </tr>
              );
            })}
            <Gap height={below} span={span} />
          </tbody>
        </table>
      </section>
    </div>
  );
}

/** The rows that are not drawn. */
const Gap = ({ height, span }: { height: number; span: number }) =>
  height > 0 && (
    <tr>
      <td colSpan={span} style={{ height }} />
    </tr>
  );

function Head<T>({
  column,
  first,
  sorted,
  sort,
}: {
  column: Column<T>;
  first: boolean;
  sorted?: false | "asc" | "desc";
  sort?: (event: unknown) => void;
}) {
  const look = `h-10 border-b border-rule px-3 text-sm font-semibold whitespace-nowrap text-ink-2 ${column.end ? "text-end" : "text-start"} ${first ? `z-10 ${frozen}` : ""}`;
  if (!column.sort)
    return (
      <th scope="col" className={look}>
        {column.head}
      </th>
    );
  return (
    <th scope="col" className={look} aria-sort={sorted === "asc" ? "ascending" : sorted === "desc" ? "descending" : "none"}>
      <button type="button" className="inline-flex min-h-9 items-center gap-1 hover:text-ink" onClick={sort}>
        {column.head}
        <Icon name={sorted === "desc" ? "arrow-down" : "arrow-up"} size={14} className={sorted ? "" : "opacity-0"} />
      </button>
    </th>
  );
}

import "./messages/kit";
import type { CSSProperties, ReactNode } from "react";
import { number, t } from "@/lib/i18n";

// Charts for reading, not for decoration: one colour, hairlines, the last value named where its line ends, and the numbers as a table
// behind each. Lines and areas are drawn in a square of a hundred and stretched; words are not, so they stay as large as they are.
// Time runs from the left in every script.

type Point = { label: string; value: number };
type Series = { name: string; values: number[] };
type Shared = { title: string; note?: string; format?: (value: number) => string };

/** Round steps from nought over what is to be shown: 0, 50, 100. */
export function steps(most: number, wanted = 4): number[] {
  const rough = (most || 1) / wanted;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 2.5, 5, 10].find((one) => one * power >= rough) ?? 10) * power;
  return Array.from({ length: Math.ceil((most || 1) / step - 1e-9) + 1 }, (_, place) => Number((place * step).toPrecision(12)));
}

/** The mean of each value and those of the days before it: what a week's ups and downs hide. */
export const mean = (values: number[], days = 7): number[] =>
  values.map((_, place) => {
    const some = values.slice(Math.max(0, place - days + 1), place + 1);
    return some.reduce((sum, one) => sum + one, 0) / some.length;
  });

const spread = (count: number, most: number) =>
  Array.from({ length: Math.min(count, most) }, (_, n) => Math.round((n * (count - 1)) / Math.max(1, Math.min(count, most) - 1)));

function Chart({ title, note, heads, rows, children }: Shared & { heads: string[]; rows: (string | number)[][]; children: ReactNode }) {
  return (
    <figure>
      <figcaption className="mb-4">
        <span className="block font-serif text-md">{title}</span>
        {note && <span className="block text-sm text-ink-3">{note}</span>}
      </figcaption>
      {children}
      <details className="mt-3 text-sm">
        <summary className="inline-flex min-h-9 cursor-pointer items-center text-ink-2 underline decoration-rule underline-offset-4 hover:text-ink">
          {t("chart.numbers")}
        </summary>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what is longer than its box is scrolled by keys too */}
        <section tabIndex={0} aria-label={title} className="mt-2 max-h-72 overflow-auto border-t border-ink">
          <table className="num w-full">
            <thead>
              <tr>
                {heads.map((head, place) => (
                  <th
                    key={head}
                    scope="col"
                    className={`border-b border-rule py-1.5 font-semibold ${place === 0 ? "text-start" : "ps-4 text-end"}`}
                  >
                    {head}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map(([first, ...others]) => (
                <tr key={first}>
                  <th scope="row" className="border-b border-rule py-1.5 text-start font-normal">
                    {first}
                  </th>
                  {others.map((value, place) => (
                    <td key={heads[place + 1]} className="border-b border-rule py-1.5 ps-4 text-end">
                      {value}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      </details>
    </figure>
  );
}

type PlotProps = {
  ticks: number[];
  format: (value: number) => string;
  end?: Series[]; // named where they end, where there is room
  children: ReactNode;
  below: ReactNode;
};

/** Hairlines with their values, and what is drawn over them. */
function Plot({ ticks, format, end = [], children, below }: PlotProps) {
  const top = ticks.at(-1) || 1;
  const widest = (words: string[]) => Math.max(0, ...words.map((word) => word.length + 1));
  const room = { "--axis": `${widest(ticks.map(format))}ch`, "--end": `${widest(end.map((one) => one.name))}ch` } as CSSProperties;
  return (
    <div
      dir="ltr"
      className="num grid grid-cols-[var(--axis)_minmax(0,1fr)] text-xs text-ink-3 sm:grid-cols-[var(--axis)_minmax(0,1fr)_var(--end)]"
      style={room}
    >
      <div aria-hidden="true" className="relative h-48">
        {ticks.map((tick) => (
          <span key={tick} className="absolute end-2 translate-y-1/2 leading-none" style={{ bottom: `${(100 * tick) / top}%` }}>
            {format(tick)}
          </span>
        ))}
      </div>
      <div className="relative h-48">
        {ticks.map((tick) => (
          <span
            key={tick}
            aria-hidden="true"
            className={`absolute inset-x-0 border-t ${tick === 0 ? "border-edge" : "border-rule"}`}
            style={{ bottom: `${(100 * tick) / top}%` }}
          />
        ))}
        {children}
      </div>
      <div aria-hidden="true" className="relative hidden sm:block">
        {end.map((one, place) => (
          <span
            key={one.name}
            className={`absolute start-2 translate-y-1/2 whitespace-nowrap ${place === 0 ? "font-semibold text-brand-ink" : ""}`}
            style={{ bottom: `${(100 * (one.values.at(-1) ?? 0)) / top}%` }}
          >
            {one.name}
          </span>
        ))}
      </div>
      <div aria-hidden="true" className="col-start-2 mt-2">
        {below}
      </div>
    </div>
  );
}

const Stretched = ({ label, children }: { label: string; children: ReactNode }) => (
  <svg
    role="img"
    aria-label={label}
    viewBox="0 0 100 100"
    preserveAspectRatio="none"
    className="absolute inset-0 size-full overflow-visible"
  >
    {children}
  </svg>
);

const path = (values: number[], top: number) =>
  values
    .map(
      (value, n) => `${n ? "L" : "M"}${((100 * n) / Math.max(1, values.length - 1)).toFixed(2)} ${(100 - (100 * value) / top).toFixed(2)}`,
    )
    .join("");

/** One line or a few over the same days. The first is the one that is meant; others are for comparison. */
export function LineChart({ title, note, labels, series, format = number }: Shared & { labels: string[]; series: Series[] }) {
  const ticks = steps(Math.max(...series.flatMap((one) => one.values)));
  const top = ticks.at(-1) || 1;
  const looks = [
    { className: "stroke-brand", strokeWidth: 2 },
    { className: "stroke-ink-3", strokeWidth: 1.25, strokeDasharray: "5 4" },
    { className: "stroke-ink-3", strokeWidth: 1.25, strokeDasharray: "1.5 3" },
  ];
  const [main] = series;
  return (
    <Chart
      title={title}
      note={note}
      heads={[t("chart.when"), ...series.map((one) => one.name)]}
      rows={labels.map((label, n) => [label, ...series.map((one) => format(one.values[n] ?? 0))])}
    >
      <Plot ticks={ticks} format={format} end={series} below={<Ends labels={labels} />}>
        <Stretched label={summary(title, main?.values ?? [], labels, format)}>
          {main && <path d={`${path(main.values, top)}L100 100L0 100Z`} className="fill-wash opacity-70" />}
          {series.map((one, place) => (
            <path
              key={one.name}
              d={path(one.values, top)}
              fill="none"
              vectorEffect="non-scaling-stroke"
              strokeLinejoin="round"
              {...looks[place]}
            />
          ))}
        </Stretched>
      </Plot>
      {series.length > 1 && <Legend names={series.map((one) => one.name)} />}
    </Chart>
  );
}

/** Where there is no room for names at the lines' ends. */
const Legend = ({ names }: { names: string[] }) => (
  <ul aria-hidden="true" className="mt-3 flex flex-wrap gap-x-5 text-xs text-ink-2 sm:hidden">
    {names.map((name, place) => (
      <li key={name} className="flex items-center gap-2">
        <span
          className={`w-5 border-t-2 ${place === 0 ? "border-brand" : place === 1 ? "border-dashed border-ink-3" : "border-dotted border-ink-3"}`}
        />
        {name}
      </li>
    ))}
  </ul>
);

const Ends = ({ labels }: { labels: string[] }) => (
  <span className="flex justify-between gap-2 whitespace-nowrap">
    {spread(labels.length, 5).map((n, place) => (
      <span key={labels[n]} className={place % 2 === 1 ? "hidden sm:inline" : ""}>
        {labels[n]}
      </span>
    ))}
  </span>
);

function summary(title: string, values: number[], labels: string[], format: (value: number) => string): string {
  const most = Math.max(...values, 0);
  const at = values.indexOf(most);
  return t("chart.summary", { title, most: format(most), when: labels[at] ?? "", last: format(values.at(-1) ?? 0) });
}

/** Things side by side, longest name first in mind: each has its line, its bar and its number. */
export function BarChart({ title, note, points, format = number, noun }: Shared & { points: Point[]; noun: string }) {
  const most = Math.max(1, ...points.map((one) => one.value));
  return (
    <Chart title={title} note={note} heads={[noun, t("chart.value")]} rows={points.map((one) => [one.label, format(one.value)])}>
      <ul className="grid gap-2 text-sm">
        {points.map((one) => (
          <li key={one.label} className="grid grid-cols-[minmax(0,9rem)_minmax(0,1fr)_auto] items-center gap-3">
            <span className="truncate text-ink-2">{one.label}</span>
            <span aria-hidden="true" className="h-3 border-s border-edge">
              <span className="block h-full bg-brand" style={{ width: `${(100 * one.value) / most}%` }} />
            </span>
            <span className="num min-w-10 text-end">{format(one.value)}</span>
          </li>
        ))}
      </ul>
    </Chart>
  );
}

/** How many fall into each span of a measure; a mark shows where one stands. */
export function Histogram({ title, note, points, mark, format = number, noun }: Shared & { points: Point[]; mark?: number; noun: string }) {
  const ticks = steps(Math.max(...points.map((one) => one.value)), 3);
  const top = ticks.at(-1) || 1;
  const width = 100 / points.length;
  return (
    <Chart title={title} note={note} heads={[noun, t("chart.value")]} rows={points.map((one) => [one.label, format(one.value)])}>
      <Plot ticks={ticks} format={format} below={<Ends labels={points.map((one) => one.label)} />}>
        <Stretched
          label={summary(
            title,
            points.map((one) => one.value),
            points.map((one) => one.label),
            format,
          )}
        >
          {points.map((one, n) => (
            <rect
              key={one.label}
              x={n * width + width * 0.06}
              width={width * 0.88}
              y={100 - (100 * one.value) / top}
              height={(100 * one.value) / top}
              className={mark === undefined || mark === n ? "fill-brand" : "fill-brand opacity-40"}
            />
          ))}
        </Stretched>
      </Plot>
    </Chart>
  );
}

/** A trend the size of a word; what it says stands beside it. */
export const Spark = ({ label, values }: { label: string; values: number[] }) => {
  const top = Math.max(...values) || 1;
  const last = values.at(-1) ?? 0;
  return (
    <span role="img" aria-label={label} dir="ltr" className="relative inline-block h-6 w-20 shrink-0">
      <svg aria-hidden="true" viewBox="0 0 100 100" preserveAspectRatio="none" className="absolute inset-0 size-full overflow-visible">
        <path d={path(values, top)} fill="none" vectorEffect="non-scaling-stroke" className="stroke-brand" strokeWidth={1.5} />
      </svg>
      <span className="absolute -end-[3px] size-1.5 translate-y-1/2 rounded-full bg-brand" style={{ bottom: `${(100 * last) / top}%` }} />
    </span>
  );
};

/** How many of those who began are still there at each step. */
export function Funnel({ title, note, points, format = number, noun }: Shared & { points: Point[]; noun: string }) {
  const all = points[0]?.value || 1;
  const share = (value: number) => `${Math.round((100 * value) / all)} %`;
  return (
    <Chart
      title={title}
      note={note}
      heads={[noun, t("chart.value"), t("chart.share")]}
      rows={points.map((one) => [one.label, format(one.value), share(one.value)])}
    >
      <ol className="border-t border-rule text-sm">
        {points.map((one, n) => {
          const lost = n > 0 ? (points[n - 1]?.value ?? 0) - one.value : 0;
          return (
            <li key={one.label} className="relative border-b border-rule">
              <span aria-hidden="true" className="absolute inset-y-0 start-0 bg-wash" style={{ width: `${(100 * one.value) / all}%` }} />
              <span className="relative flex min-h-11 flex-wrap items-center gap-x-4 px-3 py-1">
                <span className="min-w-0 flex-1">{one.label}</span>
                {lost > 0 && (
                  <span className="num text-ink-2">
                    <bdi dir="ltr">−{format(lost)}</bdi>
                  </span>
                )}
                <span className="num w-12 text-end font-semibold">{share(one.value)}</span>
              </span>
            </li>
          );
        })}
      </ol>
    </Chart>
  );
}

/** How much of something falls on each pair, as an hour of a weekday: five steps of one ink. */
export function HeatMap({
  title,
  note,
  rows,
  columns,
  values,
  format = number,
  noun,
}: Shared & { rows: string[]; columns: string[]; values: number[][]; noun: string }) {
  const most = Math.max(1, ...values.flat());
  const step = (value: number) => Math.ceil((4 * value) / most);
  const ink = (level: number): CSSProperties => ({ opacity: level === 0 ? undefined : 0.15 + level * 0.2125 });
  const square = "block h-6 w-full rounded-[2px]";
  return (
    <Chart
      title={title}
      note={note}
      heads={[noun, ...columns]}
      rows={rows.map((row, y) => [row, ...columns.map((_, x) => format(values[y]?.[x] ?? 0))])}
    >
      <div
        role="img"
        dir="ltr"
        aria-label={title}
        className="num grid gap-[3px] text-xs text-ink-3"
        style={{ gridTemplateColumns: `auto repeat(${columns.length}, minmax(0, 1fr))` }}
      >
        {rows.map((row, y) => [
          <span key={row} className="self-center pe-2 text-end">
            {row}
          </span>,
          ...columns.map((column, x) => {
            const level = step(values[y]?.[x] ?? 0);
            return <span key={`${row} ${column}`} className={`${square} ${level === 0 ? "bg-sunk" : "bg-brand"}`} style={ink(level)} />;
          }),
        ])}
        <span />
        {columns.map((column, x) => (
          <span key={column} className="overflow-visible text-center whitespace-nowrap">
            {x % Math.ceil(columns.length / 8) === 0 ? column : ""}
          </span>
        ))}
      </div>
      <div aria-hidden="true" dir="ltr" className="mt-3 flex items-center gap-2 text-xs text-ink-3">
        {format(0)}
        <span className="grid w-32 grid-cols-5 gap-[3px]">
          {[0, 1, 2, 3, 4].map((level) => (
            <span key={level} className={`block h-3 rounded-[2px] ${level === 0 ? "bg-sunk" : "bg-brand"}`} style={ink(level)} />
          ))}
        </span>
        {format(most)}
      </div>
    </Chart>
  );
}

import "./messages/kit";
import type { ReactNode } from "react";
import { number, t } from "@/lib/i18n";

export type Stat = {
  name: string;
  value: number | string;
  change?: number; // against the time before
  better?: "more" | "less"; // which way is good
  trend?: ReactNode;
};

/** A few figures in a ruled strip. A change says in words whether it is good: colour alone says nothing. */
export const Stats = ({ stats }: { stats: Stat[] }) => (
  <dl className="grid grid-cols-2 border-y border-ink lg:grid-cols-[repeat(auto-fit,minmax(0,1fr))] lg:grid-flow-col">
    {stats.map(({ name, value, change, better, trend }) => (
      <div
        key={name}
        className="flex flex-col border-rule px-4 py-4 not-first:border-s max-lg:nth-[n+3]:border-t max-lg:odd:border-s-0 max-lg:odd:ps-0 lg:first:ps-0"
      >
        <dt className="order-last text-sm text-ink-3">{name}</dt>
        <dd className="flex items-end justify-between gap-3">
          <span className="num font-serif text-2xl">{typeof value === "number" ? number(value) : value}</span>
          {trend}
        </dd>
        {change !== undefined && <Change by={change} better={better} />}
      </div>
    ))}
  </dl>
);

function Change({ by, better }: { by: number; better?: "more" | "less" }) {
  const good = better && (by === 0 ? undefined : by > 0 === (better === "more"));
  return (
    <dd className={`num text-sm whitespace-nowrap ${good === undefined ? "text-ink-3" : good ? "text-good" : "text-bad"}`}>
      {by === 0 ? t("kit.unchanged") : <bdi dir="ltr">{`${by > 0 ? "+" : "−"}${number(Math.abs(by))}`}</bdi>}
      {good !== undefined && ` · ${t(good ? "kit.better" : "kit.worse")}`}
    </dd>
  );
}

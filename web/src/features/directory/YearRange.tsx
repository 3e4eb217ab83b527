import "./messages/people";
import { useEffect, useState } from "react";
import { t } from "@/lib/i18n";
import type { FacetValue } from "./queries";

type Props = { years: FacetValue[]; chosen?: string[]; change: (batch?: string[]) => void };

/** Class years from and to, over a histogram of how many people each has. */
export function YearRange({ years, chosen, change }: Props) {
  const all = years.map((one) => Number(one.value)).sort((a, b) => a - b);
  const first = all[0] ?? 1975;
  const last = all[all.length - 1] ?? new Date().getFullYear();
  const range = chosen?.length === 1 ? /^(\d{4})(?:-(\d{4}))?$/.exec(chosen[0] ?? "") : null;
  const [from, setFrom] = useState("");
  const [to, setTo] = useState("");
  useEffect(() => {
    setFrom(range?.[1] ?? "");
    setTo(range?.[2] ?? range?.[1] ?? "");
  }, [range?.[1], range?.[2]]);
  const settle = (a: string, b: string) => {
    if (!a && !b) return change(undefined);
    const low = Number(a || first);
    const high = Number(b || last);
    if (low < 1850 || high > 2200 || low > high) return;
    change([low === high ? `${low}` : `${low}-${high}`]);
  };
  const most = Math.max(1, ...years.map((one) => one.count));
  const counts = new Map(years.map((one) => [Number(one.value), one.count]));
  const box = "year h-9 w-full min-w-0 rounded-md border border-edge bg-sheet px-2 text-md";
  return (
    <fieldset>
      <legend className="mb-2 font-serif text-md">{t("facet.batch")}</legend>
      <div aria-hidden="true" className="mb-2 flex h-9 items-end gap-px">
        {Array.from({ length: Math.max(0, last - first + 1) }, (_, place) => {
          const year = first + place;
          const inside = !range || (year >= Number(from) && year <= Number(to));
          return (
            <span
              key={year}
              className={`flex-1 ${inside ? "bg-brand" : "bg-rule"}`}
              style={{ height: `${(100 * (counts.get(year) ?? 0)) / most}%` }}
            />
          );
        })}
      </div>
      <div className="grid grid-cols-2 gap-2">
        <input
          inputMode="numeric"
          aria-label={t("people.from-year")}
          placeholder={`${first}`}
          className={box}
          value={from}
          onChange={(event) => setFrom(event.target.value.replace(/\D/g, "").slice(0, 4))}
          onBlur={() => settle(from, to)}
          onKeyDown={(event) => event.key === "Enter" && settle(from, to || from)}
        />
        <input
          inputMode="numeric"
          aria-label={t("people.to-year")}
          placeholder={`${last}`}
          className={box}
          value={to}
          onChange={(event) => setTo(event.target.value.replace(/\D/g, "").slice(0, 4))}
          onBlur={() => settle(from, to)}
          onKeyDown={(event) => event.key === "Enter" && settle(from, to)}
        />
      </div>
    </fieldset>
  );
}

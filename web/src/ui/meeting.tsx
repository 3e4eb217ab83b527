import "./messages/meeting";
import { useEffect, useRef } from "react";
import { t } from "@/lib/i18n";
import { Button } from "./button";

/** Values that are no texts, in words. */
export type Sayings<T> = { [K in keyof T]?: (value: T[K] | undefined) => string };

type Props<T extends object> = {
  theirs: T; // what is there now
  mine: T;
  labels: Partial<Record<keyof T & string, string>>;
  say?: Sayings<T>;
  keep: () => void;
  take: (theirs: T) => void;
};

/** Two people edited one thing: both texts, and whose is to stay. Nothing is lost before somebody says so. */
export function Meeting<T extends object>({ theirs, mine, labels, say, keep, take }: Props<T>) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    box.current?.focus({ preventScroll: true });
    box.current?.scrollIntoView({ block: "start" });
  }, []);
  const read = (thing: T, key: keyof T & string) => say?.[key]?.(thing[key]) ?? written(thing[key]);
  const differing = (Object.keys(labels) as (keyof T & string)[]).filter((key) => read(theirs, key) !== read(mine, key));
  return (
    <div ref={box} role="alert" tabIndex={-1} className="grid scroll-mt-20 gap-4 border-s-3 border-bad ps-4 focus:outline-none">
      <p className="max-w-prose">{t("meeting.text")}</p>
      {differing.map((key) => (
        <div key={key} className="grid gap-x-6 gap-y-2 sm:grid-cols-2">
          <h3 className="text-sm font-semibold sm:col-span-2">{labels[key]}</h3>
          <Version name={t("meeting.theirs")} text={read(theirs, key)} other={read(mine, key)} />
          <Version name={t("meeting.mine")} text={read(mine, key)} other={read(theirs, key)} />
        </div>
      ))}
      <div className="flex flex-wrap gap-2">
        <Button kind="primary" onClick={keep}>
          {t("meeting.keep")}
        </Button>
        <Button onClick={() => take(theirs)}>{t("meeting.take")}</Button>
      </div>
    </div>
  );
}

/** One of the two texts. Of a long one the lines that the other does not have are marked, and the first of them is in sight. */
function Version({ name, text, other }: { name: string; text: string; other: string }) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const mark = box.current?.querySelector("mark");
    if (mark && box.current) box.current.scrollTop = mark.offsetTop - 24;
  }, []);
  const lines = text.split("\n");
  const others = new Set(other.split("\n"));
  return (
    <div className="min-w-0">
      <p className="text-sm text-ink-3">{name}</p>
      <div
        ref={box}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a text that is longer than its box is scrolled by keys too
        tabIndex={0}
        className="relative mt-1 max-h-72 overflow-auto rounded-md border border-rule bg-sunk px-3 py-2 text-sm whitespace-pre-wrap [overflow-wrap:anywhere]"
      >
        {lines.length === 1
          ? text || "–"
          : lines.map((line, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a line is where it stands
              <Line key={at} text={`${line}\n`} own={line !== "" && !others.has(line)} />
            ))}
      </div>
    </div>
  );
}

const Line = ({ text, own }: { text: string; own: boolean }) =>
  own ? <mark className="bg-wash font-semibold text-brand-ink">{text}</mark> : text;

/** A value as a person reads it. */
function written(value: unknown): string {
  if (Array.isArray(value)) return value.join(", ");
  if (value && typeof value === "object") return JSON.stringify(value);
  return value === undefined || value === null ? "" : `${value}`;
}

import "@/messages/en/meeting";
import type { Problem } from "@/api/problem";
import { t } from "@/lib/i18n";
import { Button } from "./button";

type Props<T extends object> = {
  problem: Problem; // of kind "edited": it holds what is there now
  mine: T;
  labels: Partial<Record<keyof T & string, string>>;
  keep: (etag: string) => void;
  take: (theirs: T, etag: string) => void;
};

/** Two people edited one thing: both texts, and whose is to stay. Nothing is lost before somebody says so. */
export function Meeting<T extends object>({ problem, mine, labels, keep, take }: Props<T>) {
  const theirs = problem.details.current as T;
  const etag = `${problem.details.etag}`;
  const differing = Object.entries(labels).filter(([key]) => written(theirs[key as keyof T]) !== written(mine[key as keyof T]));
  return (
    <div role="alert" className="grid gap-4 border-s-3 border-bad ps-4">
      <p className="max-w-prose">{t("meeting.text")}</p>
      {differing.map(([key, label]) => (
        <div key={key} className="grid gap-x-6 gap-y-2 sm:grid-cols-2">
          <h3 className="text-sm font-semibold sm:col-span-2">{label as string}</h3>
          <Version name={t("meeting.theirs")} text={written(theirs[key as keyof T])} />
          <Version name={t("meeting.mine")} text={written(mine[key as keyof T])} />
        </div>
      ))}
      <div className="flex flex-wrap gap-2">
        <Button kind="primary" onClick={() => keep(etag)}>
          {t("meeting.keep")}
        </Button>
        <Button onClick={() => take(theirs, etag)}>{t("meeting.take")}</Button>
      </div>
    </div>
  );
}

function Version({ name, text }: { name: string; text: string }) {
  return (
    <div className="min-w-0">
      <p className="text-sm text-ink-3">{name}</p>
      <div className="mt-1 max-h-72 overflow-auto rounded-md border border-rule bg-sunk px-3 py-2 text-sm whitespace-pre-wrap [overflow-wrap:anywhere]">
        {text || "–"}
      </div>
    </div>
  );
}

/** A value as a person reads it. */
function written(value: unknown): string {
  if (Array.isArray(value)) return value.join(", ");
  if (value && typeof value === "object") return JSON.stringify(value);
  return value === undefined || value === null ? "" : `${value}`;
}

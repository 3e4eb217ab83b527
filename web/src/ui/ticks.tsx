import { t } from "@/lib/i18n";

/** Progress as one mark a lesson; more than forty become a bar. */
export function Ticks({ done, total, current }: { done: number; total: number; current?: number }) {
  const label = t("progress.of", { done, total });
  if (total > 40)
    return (
      <div role="img" aria-label={label} className="h-1.5 w-full rounded-full bg-rule">
        <div className="h-full rounded-full bg-brand" style={{ width: `${total ? (100 * done) / total : 0}%` }} />
      </div>
    );
  return (
    <div role="img" aria-label={label} className="flex w-full gap-[3px]">
      {Array.from({ length: total }, (_, place) => (
        <span
          // biome-ignore lint/suspicious/noArrayIndexKey: a tick is its place
          key={place}
          className={`h-1.5 min-w-1 max-w-4 flex-1 rounded-full ${place < done ? "bg-brand" : place === current ? "bg-brand opacity-45" : "bg-rule"}`}
        />
      ))}
    </div>
  );
}

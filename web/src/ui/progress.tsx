/** How far something is; without a value only that it goes on. */
export function Progress({ label, value, text }: { label: string; value?: number; text?: string }) {
  const percent = value === undefined ? undefined : Math.round(Math.min(Math.max(value, 0), 1) * 100);
  return (
    <div className="w-full">
      <div className="mb-1.5 flex justify-between gap-4 text-sm">
        <span>{label}</span>
        <span className="num text-ink-3">{text ?? (percent !== undefined && `${percent} %`)}</span>
      </div>
      <div
        role="progressbar"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={percent}
        aria-valuetext={text}
        className="h-1.5 overflow-hidden rounded-full bg-rule"
      >
        <div
          className={`h-full rounded-full bg-brand ${percent === undefined ? "sk w-1/3" : ""}`}
          style={percent === undefined ? undefined : { width: `${percent}%` }}
        />
      </div>
    </div>
  );
}

import { start } from "@/lib/start";

/** The institution's mark and name. */
export function Brand({ compact }: { compact?: boolean }) {
  const { name, short_name: short } = start.institution;
  const rest = name.startsWith(short) ? name.slice(short.length).trim() : "";
  return (
    <span className="flex items-center gap-3">
      <span aria-hidden="true" className="grid size-8 shrink-0 place-items-center rounded-sm bg-brand font-serif text-lg text-on-brand">
        {short[0]}
      </span>
      <span className="min-w-0 leading-tight">
        <span className="block font-serif text-lg leading-6">{short}</span>
        {rest && !compact && <span className="block truncate text-xs text-ink-3">{rest}</span>}
      </span>
    </span>
  );
}

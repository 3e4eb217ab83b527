import type { ReactNode } from "react";

export type Event = { id: string; when: string; title: ReactNode; text?: ReactNode; now?: boolean };

/** What came after what: the year or day in brand ink, the rest beside a hairline. */
export const Timeline = ({ label, events }: { label: string; events: Event[] }) => (
  <ol aria-label={label}>
    {events.map(({ id, when, title, text, now }) => (
      <li key={id} className="grid grid-cols-[5.5rem_minmax(0,1fr)] gap-x-5">
        <span className="year pt-0.5 text-end text-lg text-brand-ink">{when}</span>
        <div className="relative border-s border-rule pb-6 ps-6">
          <span
            aria-hidden="true"
            className={`absolute -start-[5px] top-2.5 size-[9px] rounded-full border border-brand ${now ? "bg-brand" : "bg-paper"}`}
          />
          <p className="font-semibold">{title}</p>
          {text && <div className="mt-0.5 max-w-prose text-sm text-ink-2">{text}</div>}
        </div>
      </li>
    ))}
  </ol>
);

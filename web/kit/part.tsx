import type { ReactNode } from "react";

/** A chapter of the kit. */
export const Chapter = ({ title, children }: { title: string; children: ReactNode }) => (
  <section aria-label={title} className="grid gap-10">
    <h2 className="border-b border-ink pb-2 text-2xl">{title}</h2>
    {children}
  </section>
);

/** One part in its states, side by side. */
export const Part = ({ name, children, wide }: { name: string; children: ReactNode; wide?: boolean }) => (
  <section aria-label={name} className="grid gap-x-8 gap-y-3 md:grid-cols-[8rem_minmax(0,1fr)]">
    <h3 className="text-sm text-ink-3">{name}</h3>
    <div className={wide ? "" : "flex flex-wrap items-start gap-4"}>{children}</div>
  </section>
);

/** States that need a name of their own. */
export const State = ({ name, children }: { name: string; children: ReactNode }) => (
  <div className="min-w-0">
    <p className="mb-2 border-b border-dashed border-rule text-xs text-ink-3">{name}</p>
    {children}
  </div>
);

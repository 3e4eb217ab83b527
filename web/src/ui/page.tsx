import type { ReactNode } from "react";
import { useTitle } from "./use-title";

type Props = { title: string; over?: ReactNode; actions?: ReactNode; children: ReactNode; narrow?: boolean };

/** A screen: its heading takes the focus when it opens, so that a screen reader says where one is. */
export function Page({ title, over, actions, children, narrow }: Props) {
  const heading = useTitle(title);
  return (
    <div className={`rise mx-auto w-full px-4 pt-6 pb-24 md:px-10 md:pt-10 ${narrow ? "max-w-3xl" : "max-w-6xl"}`}>
      <header className="mb-6 flex flex-wrap items-end justify-between gap-x-6 gap-y-3 md:mb-10">
        <div className="min-w-0">
          {over && <p className="text-sm text-ink-3">{over}</p>}
          <h1 ref={heading} tabIndex={-1} className="text-2xl md:text-3xl">
            {title}
          </h1>
        </div>
        {actions && <div className="flex flex-wrap gap-2">{actions}</div>}
      </header>
      {children}
    </div>
  );
}

/** A part of a screen under a ruled heading. */
export function Section({
  title,
  aside,
  children,
  className = "",
}: {
  title: string;
  aside?: ReactNode;
  children: ReactNode;
  className?: string;
}) {
  return (
    <section className={className} aria-label={title}>
      <div className="flex items-baseline justify-between gap-4 border-b border-ink pb-2">
        <h2 className="text-lg">{title}</h2>
        {aside && <div className="text-sm text-ink-3">{aside}</div>}
      </div>
      {children}
    </section>
  );
}

/** A sunken block for what is being done just now. */
export const Panel = ({ children }: { children: ReactNode }) => (
  <div className="mt-5 rounded-lg border border-rule bg-sunk p-4 md:p-6">{children}</div>
);

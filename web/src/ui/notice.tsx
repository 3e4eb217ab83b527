import type { ReactNode } from "react";

/** A whole screen that says one thing and offers one way on. */
export function Notice({ title, children, action }: { title: string; children: ReactNode; action?: ReactNode }) {
  return (
    <div className="rise mx-auto grid max-w-xl gap-4 px-4 py-20 md:py-28">
      <h1 className="text-3xl">{title}</h1>
      <div className="text-md text-ink-2">{children}</div>
      {action && <div>{action}</div>}
    </div>
  );
}

import { type ReactNode, useEffect, useState } from "react";
import { Problem } from "@/api/problem";
import { t } from "@/lib/i18n";
import { Button } from "./button";

/** Grey lines where content will be, after a moment: quick answers never flash. */
export function Skeleton({ rows = 6, tall }: { rows?: number; tall?: boolean }) {
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), 120);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div role="status" aria-label={t("state.loading")} className={late ? "" : "invisible"}>
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the rows are all alike
        <div key={row} className={`flex items-center gap-4 border-b border-rule ${tall ? "h-19" : "h-14"}`}>
          <div className="sk size-10 shrink-0 rounded-full" />
          <div className="grid w-full gap-2">
            <div className="sk h-3.5 w-2/5" />
            <div className="sk h-3 w-3/5" />
          </div>
        </div>
      ))}
    </div>
  );
}

export function Empty({ children }: { children: ReactNode }) {
  return <div className="max-w-prose py-5 text-ink-2">{children}</div>;
}

/** What to say of an error: the server's sentence, or what we know ourselves. */
export function words(error: unknown): string {
  if (!(error instanceof Problem)) return t("state.broken");
  if (error.type === "unreachable") return t("state.unreachable");
  return error.message || t("state.broken");
}

/** An error in place of content, with a way on. */
export function Failed({ error, retry }: { error: unknown; retry?: () => void }) {
  return (
    <div role="alert" className="my-6 border-s-3 border-bad ps-4">
      <p className="max-w-prose">{words(error)}</p>
      {error instanceof Problem && error.requestId && error.status >= 500 && (
        <p className="num mt-1 text-xs text-ink-3">{error.requestId}</p>
      )}
      {retry && (
        <Button className="mt-3" onClick={retry}>
          {t("action.retry")}
        </Button>
      )}
    </div>
  );
}

import "./messages/teach";
import { useQuery } from "@tanstack/react-query";
import { useDeferredValue } from "react";
import { api, take } from "@/api/client";
import { Problem } from "@/api/problem";
import { t } from "@/lib/i18n";
import { Prose } from "@/ui/prose";
import { words } from "@/ui/states";

/** The server draws the preview with the code that draws the lesson: there is no second truth in the browser. */
export function Preview({ source }: { source: string }) {
  const later = useDeferredValue(source);
  const drawn = useQuery({
    queryKey: ["preview", later],
    queryFn: async ({ signal }) => {
      await new Promise((resolve) => setTimeout(resolve, 250));
      return take(api.POST("/me/previews", { body: { body: later }, signal }));
    },
    placeholderData: (previous) => previous,
    gcTime: 0,
    retry: false,
  });
  if (!source.trim()) return <p className="mt-5 text-ink-3">{t("teach.preview-empty")}</p>;
  const left = drawn.data?.left_out ?? [];
  return (
    <>
      {drawn.isError && (
        <p role="alert" className="mt-5 text-sm text-bad">
          {drawn.error instanceof Problem ? (drawn.error.fields.body ?? words(drawn.error)) : words(drawn.error)}
        </p>
      )}
      <Prose className="mt-5" html={drawn.data?.html ?? ""} />
      {left.length > 0 && (
        <section className="mt-8 border-t border-rule pt-3 text-sm" aria-live="polite">
          <h3 className="font-semibold">{t("teach.left-out")}</h3>
          <ul className="mt-1 grid gap-1 text-ink-2">
            {left.map((part) => (
              <li key={`${part.line} ${part.what}`}>{t("teach.left-out-line", { line: part.line, what: part.what })}</li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

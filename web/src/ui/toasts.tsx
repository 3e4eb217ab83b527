import { t } from "@/lib/i18n";
import { dismiss, useToasts } from "@/lib/toast";

export function Toasts() {
  const toasts = useToasts();
  return (
    <div
      aria-live="polite"
      role="status"
      className="pointer-events-none fixed inset-x-4 bottom-20 z-50 grid justify-items-center gap-2 md:bottom-6"
    >
      {toasts.map((one) => (
        <div
          key={one.id}
          className="rise pointer-events-auto flex max-w-xl items-center gap-4 rounded-lg bg-ink py-2 ps-4 pe-2 text-paper shadow-lg"
        >
          <span>{one.text}</span>
          {one.action && (
            <button
              type="button"
              className="min-h-9 px-2 font-semibold underline underline-offset-4"
              onClick={() => {
                one.action?.run();
                dismiss(one.id);
              }}
            >
              {one.action.label}
            </button>
          )}
          <button type="button" className="min-h-9 px-3" aria-label={t("action.close")} onClick={() => dismiss(one.id)}>
            ×
          </button>
        </div>
      ))}
    </div>
  );
}

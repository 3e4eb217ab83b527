import { type InputHTMLAttributes, type ReactNode, type TextareaHTMLAttributes, useEffect, useId } from "react";

export type Shared = { label: string; hint?: ReactNode; error?: string; aside?: ReactNode };

export const inputLook =
  "block w-full min-h-11 rounded-md border border-edge bg-sheet px-3 py-2 text-md text-ink md:min-h-10 aria-invalid:border-bad aria-invalid:border-2 disabled:bg-sunk disabled:text-ink-3";

/** What stands around a field: its name, a hint, and what is wrong. */
export function Frame({ id, label, hint, error, aside, children }: Shared & { id: string; children: ReactNode }) {
  useRefused(id, error);
  return (
    <div>
      <div className="mb-1 flex items-baseline justify-between gap-4">
        <label htmlFor={id} className="text-sm font-semibold">
          {label}
        </label>
        {aside}
      </div>
      {children}
      {hint && (
        <p id={`${id}-hint`} className="mt-1 text-sm text-ink-3">
          {hint}
        </p>
      )}
      {error && (
        <p id={`${id}-error`} className="mt-1 text-sm text-bad">
          {error}
        </p>
      )}
    </div>
  );
}

/** The first field of a form that was refused takes the focus: on a small screen it may be out of sight. */
function useRefused(id: string, error?: string) {
  useEffect(() => {
    const field = error && document.getElementById(id);
    if (field && field.closest("form")?.querySelector("[aria-invalid=true]") === field) field.focus();
  }, [id, error]);
}

export const described = (id: string, hint?: ReactNode, error?: string) =>
  [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ") || undefined;

export function Field({ label, hint, error, aside, ...rest }: Shared & InputHTMLAttributes<HTMLInputElement>) {
  const id = useId();
  return (
    <Frame id={id} {...{ label, hint, error, aside }}>
      <input id={id} className={inputLook} aria-invalid={!!error} aria-describedby={described(id, hint, error)} {...rest} />
    </Frame>
  );
}

export function Area({ label, hint, error, aside, ...rest }: Shared & TextareaHTMLAttributes<HTMLTextAreaElement>) {
  const id = useId();
  return (
    <Frame id={id} {...{ label, hint, error, aside }}>
      <textarea id={id} className={inputLook} aria-invalid={!!error} aria-describedby={described(id, hint, error)} {...rest} />
    </Frame>
  );
}

export function Choice({
  label,
  hint,
  error,
  aside,
  options,
  ...rest
}: Shared & InputHTMLAttributes<HTMLSelectElement> & { options: Record<string, string> }) {
  const id = useId();
  return (
    <Frame id={id} {...{ label, hint, error, aside }}>
      <select id={id} className={inputLook} aria-invalid={!!error} aria-describedby={described(id, hint, error)} {...rest}>
        {Object.entries(options).map(([value, text]) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
    </Frame>
  );
}

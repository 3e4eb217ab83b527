import type { ButtonHTMLAttributes } from "react";

type Kind = "primary" | "quiet" | "plain" | "danger";

const looks: Record<Kind, string> = {
  primary: "bg-brand text-on-brand hover:opacity-90",
  quiet: "border border-edge bg-sheet text-ink hover:bg-sunk",
  plain: "text-ink-2 hover:text-ink hover:bg-sunk",
  danger: "border border-bad text-bad hover:bg-sunk",
};

/** The look of a button, for links that act like one. */
export const buttonLook = (kind: Kind = "quiet") =>
  `inline-flex min-h-11 items-center justify-center gap-2 rounded-md px-4 text-base font-semibold whitespace-nowrap disabled:opacity-55 md:min-h-10 ${looks[kind]}`;

type Props = ButtonHTMLAttributes<HTMLButtonElement> & { kind?: Kind; busy?: boolean };

export function Button({ kind = "quiet", busy, className = "", type = "button", children, ...rest }: Props) {
  return (
    <button
      type={type}
      aria-busy={busy || undefined}
      disabled={busy || rest.disabled}
      className={`${buttonLook(kind)} ${className}`}
      {...rest}
    >
      {children}
    </button>
  );
}

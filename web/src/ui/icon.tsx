import drawings from "./icons.svg?no-inline";

export type IconName =
  | "arrow-down"
  | "arrow-up"
  | "badge-check"
  | "book-open"
  | "calendar"
  | "check"
  | "chevron-down"
  | "chevron-left"
  | "chevron-right"
  | "file-text"
  | "graduation-cap"
  | "house"
  | "moon"
  | "pen-line"
  | "play"
  | "search"
  | "shield-check"
  | "sliders-horizontal"
  | "sun"
  | "trash"
  | "upload"
  | "users"
  | "x";

type Props = { name: IconName; size?: number; weight?: number; label?: string; className?: string };

/** A drawing of the sheet of icons; with a label it speaks, without it is decoration. */
export const Icon = ({ name, size = 18, weight = 1.6, label, className }: Props) => (
  // biome-ignore lint/a11y/noSvgWithoutTitle: named by aria-label where it means something
  <svg
    width={size}
    height={size}
    fill="none"
    stroke="currentColor"
    strokeWidth={weight}
    strokeLinecap="round"
    strokeLinejoin="round"
    className={className}
    {...(label ? { role: "img", "aria-label": label } : { "aria-hidden": true })}
  >
    <use href={`${drawings}#${name}`} />
  </svg>
);

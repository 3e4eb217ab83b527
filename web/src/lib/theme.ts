export type Theme = "light" | "dark";

const stored = "stoa-theme";

/** What the reader chose, or else what their system likes. */
export function wanted(): Theme {
  let chosen: string | null = null;
  try {
    chosen = localStorage.getItem(stored);
  } catch {}
  if (chosen === "dark" || chosen === "light") return chosen;
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

export const theme = (): Theme => (document.documentElement.dataset.theme === "dark" ? "dark" : "light");

export function setTheme(next: Theme): void {
  document.documentElement.dataset.theme = next;
  try {
    localStorage.setItem(stored, next);
  } catch {}
}

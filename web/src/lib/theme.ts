export type Theme = "light" | "dark";

const stored = "stoa-theme";

export const theme = (): Theme => (document.documentElement.dataset.theme === "dark" ? "dark" : "light");

export function setTheme(next: Theme): void {
  document.documentElement.dataset.theme = next;
  try {
    localStorage.setItem(stored, next);
  } catch {}
}

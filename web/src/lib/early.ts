/** What a reader did with the screen that the server drew, before ours was there (see document/early.ts). */
export type Act = { kind: string; path: number[]; tag: string; value?: string; checked?: boolean; caret?: number | null };

declare global {
  interface Window {
    stoaEarly?: Act[];
  }
}

/** The element at the same place: both screens have the same markup. */
function find(root: Element, act: Act): HTMLElement | undefined {
  let here: Element | undefined = root;
  for (const place of act.path) here = here?.children[place];
  return here instanceof HTMLElement && here.tagName === act.tag ? here : undefined;
}

/** Says what was typed or chosen in the way that React listens to. */
function say(field: HTMLInputElement | HTMLSelectElement, value: string) {
  const set = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(field), "value")?.set;
  set?.call(field, value);
  field.dispatchEvent(new Event(field instanceof HTMLSelectElement ? "change" : "input", { bubbles: true }));
}

/** Does to the new screen what was done to the old one: every press of a button, and of a field only the end. */
export function follow(root: Element, acts: Act[]): void {
  const ends = new Map<string, Act>();
  acts.forEach((act, n) => {
    if (act.kind !== "focusin") ends.set(act.kind === "click" ? `${n}` : `${act.path}`, act);
  });
  for (const act of ends.values()) {
    const here = find(root, act);
    if (act.kind === "click") here?.click();
    else if (here instanceof HTMLInputElement && here.type === "checkbox") here.checked !== act.checked && here.click();
    else if ((here instanceof HTMLInputElement || here instanceof HTMLSelectElement) && here.value !== act.value)
      say(here, act.value ?? "");
  }
  const last = acts[acts.length - 1];
  if (last?.tag !== "INPUT") return;
  const here = find(root, last);
  here?.focus({ preventScroll: true });
  if (here instanceof HTMLInputElement && last.caret != null && here.type !== "checkbox") here.setSelectionRange(last.caret, last.caret);
}

/** What a reader did with the screen that the server drew, before ours was there (see frontend.go). */
type Act = { path: number[]; tag: string; value?: string; checked?: boolean; click: boolean };

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

/** Remembers what has the reader's attention, and afterwards does to the new screen what they did to the old one. */
export function takeOver(root: Element): () => void {
  const acts = window.stoaEarly ?? [];
  const last = new Map<string, Act>(); // of one field only the end matters
  for (const act of acts) last.set(act.click ? `${last.size} click` : `${act.path}`, act);
  const focused = document.activeElement instanceof HTMLInputElement ? document.activeElement : undefined;
  const caret = focused?.selectionStart;
  const path: number[] = [];
  for (let here: Element | null | undefined = focused; here && here !== root; here = here.parentElement)
    path.unshift([...(here.parentElement?.children ?? [])].indexOf(here));
  return () => {
    for (const act of last.values()) {
      const here = find(root, act);
      if (act.click) here?.click();
      else if (here instanceof HTMLInputElement && here.type === "checkbox") here.checked !== act.checked && here.click();
      else if ((here instanceof HTMLInputElement || here instanceof HTMLSelectElement) && here.value !== act.value)
        say(here, act.value ?? "");
    }
    if (!focused) return;
    const here = find(root, { path, tag: "INPUT", click: false });
    here?.focus({ preventScroll: true });
    if (here instanceof HTMLInputElement && caret != null && here.type !== "checkbox") here.setSelectionRange(caret, caret);
  };
}

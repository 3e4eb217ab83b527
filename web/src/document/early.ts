import type { Act } from "@/lib/early";

// Notes what a reader does with the drawn screen before the front end is there, which does the same to its own screen then.

const root = document.getElementById("root") as HTMLElement;
const acts: Act[] = [];
window.stoaEarly = acts;

/** The way from the root to an element, by places among children. */
function pathTo(element: Element): number[] | undefined {
  const path: number[] = [];
  let here: Element = element;
  while (here !== root) {
    const parent = here.parentElement;
    if (!parent) return undefined;
    path.unshift([...parent.children].indexOf(here));
    here = parent;
  }
  return path;
}

function note(event: Event) {
  if (!root.querySelector("[data-drawn]")) return;
  const here = (event.target as Element).closest<HTMLButtonElement | HTMLInputElement | HTMLSelectElement>("button, input, select");
  if (!here || (event.type === "click" && here.tagName !== "BUTTON")) return;
  const path = pathTo(here);
  if (!path) return;
  const act: Act = { kind: event.type, path, tag: here.tagName, value: here.value };
  if (here instanceof HTMLInputElement) {
    act.checked = here.checked;
    act.caret = here.type === "checkbox" ? null : here.selectionStart;
  }
  acts.push(act);
}

for (const kind of ["click", "input", "change", "focusin"]) root.addEventListener(kind, note);

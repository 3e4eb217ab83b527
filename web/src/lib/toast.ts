import { useSyncExternalStore } from "react";

export type Toast = { id: number; text: string; action?: { label: string; run: () => void } };

// A store outside React: a toast that comes before the viewport is there waits for it.
let toasts: Toast[] = [];
let last = 0;
const listeners = new Set<() => void>();

function set(next: Toast[]) {
  toasts = next;
  for (const tell of listeners) tell();
}

export function toast(text: string, action?: Toast["action"]): void {
  const id = ++last;
  set([...toasts.slice(-2), { id, text, action }]);
  setTimeout(() => dismiss(id), action ? 10_000 : 6_000);
}

export const dismiss = (id: number) => set(toasts.filter((one) => one.id !== id));

export const useToasts = () =>
  useSyncExternalStore(
    (tell) => {
      listeners.add(tell);
      return () => listeners.delete(tell);
    },
    () => toasts,
  );

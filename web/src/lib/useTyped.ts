import { useEffect, useRef, useState } from "react";

/** A search box that is at once in the hand and, a moment later, in the address. */
export function useTyped(settled: string | undefined, settle: (text: string | undefined) => void) {
  const [typed, setTyped] = useState(settled ?? "");
  const sent = useRef(settled ?? "");
  useEffect(() => {
    if ((settled ?? "") !== sent.current) {
      sent.current = settled ?? "";
      setTyped(sent.current);
    }
  }, [settled]);
  useEffect(() => {
    if (typed === sent.current) return;
    const timer = setTimeout(() => {
      sent.current = typed;
      settle(typed.trim() || undefined);
    }, 150);
    return () => clearTimeout(timer);
  }, [typed, settle]);
  return [typed, setTyped] as const;
}

import { useEffect, useRef } from "react";
import { start } from "@/lib/start";

/** The screen's title in the window, and the focus on its heading when the screen was opened from a link. */
export function useTitle(title: string) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · ${start.institution.short_name}`;
  }, [title]);
  useEffect(() => {
    // After the frame: focusing lays the page out at once, and the drawing of a screen is long enough without.
    const frame = requestAnimationFrame(() => {
      if (document.activeElement === document.body || document.activeElement?.closest("nav"))
        heading.current?.focus({ preventScroll: true });
    });
    return () => cancelAnimationFrame(frame);
  }, []);
  return heading;
}

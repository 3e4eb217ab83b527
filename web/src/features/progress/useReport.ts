import "@/features/courses/messages/learn";
import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from "react";
import { courses, type LessonPage } from "@/features/courses/queries";
import { t } from "@/lib/i18n";
import { toast } from "@/lib/toast";
import { words } from "@/ui/states";
import { flush, follow, inTrouble, note, type Report, unsent } from "./queue";

const everySeconds = 15;

const heard = (tell: () => void) => follow({ change: tell });

/** Reports how far somebody is: at once when asked, else every fifteen seconds, when they leave, and when the line is back. */
export function useReport(lesson: LessonPage) {
  const queries = useQueryClient();
  const since = useRef(Date.now());
  const [saved, setSaved] = useState(false);
  const waiting = useSyncExternalStore(heard, () => unsent(lesson.id));
  const trouble = useSyncExternalStore(heard, () => inTrouble(lesson.id));

  useEffect(
    () =>
      follow({
        answer: (id, answer) => {
          if (id !== lesson.id) return;
          setSaved(true);
          queries.setQueryData(
            courses.lesson(lesson.id).queryKey,
            (page) => page && { ...page, progress: { ...page.progress, ...answer.lesson }, course_progress: answer.course },
          );
          queries.setQueryData(courses.one(lesson.course_id).queryKey, (page) => page && { ...page, progress: answer.course });
          if (answer.completed) {
            toast(t("lesson.completed-toast"));
            void courses.progressed(queries);
          }
        },
        refuse: (id, problem) => {
          if (id === lesson.id) toast(`${t("lesson.refused")} ${words(problem)}`);
        },
      }),
    [queries, lesson.id, lesson.course_id],
  );

  const send = useCallback(() => void flush(lesson.id), [lesson.id]);
  const report = useCallback(
    (next: Report, now = false) => {
      const passed = document.hidden ? 0 : Math.round((Date.now() - since.current) / 1000);
      since.current += passed * 1000;
      note(lesson.id, { ...next, opened: lesson.progress.opened, seconds: Math.min(passed, 3600) });
      if (now) send();
    },
    [lesson.id, lesson.progress.opened, send],
  );

  useEffect(() => {
    const timer = setInterval(send, everySeconds * 1000);
    const seen = () => {
      if (document.hidden) send();
      else since.current = Date.now(); // what passes unseen is not learning
    };
    document.addEventListener("visibilitychange", seen);
    addEventListener("online", send);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", seen);
      removeEventListener("online", send);
      send();
    };
  }, [send]);

  // A text tells where the reader is by itself, so that Today knows the last lesson opened.
  useEffect(() => {
    if (lesson.kind !== "text" || !lesson.course_progress) return;
    const place = () => {
      const room = document.documentElement.scrollHeight - innerHeight;
      report({ position: room > 0 ? Math.round((1000 * scrollY) / room) : 0 });
    };
    let due: ReturnType<typeof setTimeout> | undefined;
    const soon = () => {
      due ??= setTimeout(() => {
        due = undefined;
        place();
      }, 500);
    };
    place();
    addEventListener("scroll", soon, { passive: true });
    return () => {
      clearTimeout(due);
      removeEventListener("scroll", soon);
    };
  }, [lesson.kind, lesson.course_progress, report]);

  return { report, saved, waiting, trouble };
}

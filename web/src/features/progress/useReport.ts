import "@/messages/en/learn";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef } from "react";
import { api, type Schemas, take } from "@/api/client";
import { courses, type LessonPage } from "@/features/courses/queries";
import { t } from "@/lib/i18n";
import { toast } from "@/lib/toast";

type Report = Schemas["ProgressReport"];

const everySeconds = 15;

/** Reports how far somebody is: at once when asked, else every fifteen seconds, and when they leave. */
export function useReport(lesson: LessonPage) {
  const queries = useQueryClient();
  const spent = useRef({ since: Date.now(), seconds: 0 });
  const waiting = useRef<Report | undefined>(undefined);
  const { mutate, isSuccess } = useMutation({
    mutationFn: (report: Report) =>
      take(api.PUT("/lessons/{lesson_id}/progress", { params: { path: { lesson_id: lesson.id } }, body: report })),
    onSuccess: (answer) => {
      queries.setQueryData(
        courses.lesson(lesson.id).queryKey,
        (page) => page && { ...page, progress: answer.lesson, course_progress: answer.course },
      );
      queries.setQueryData(courses.one(lesson.course_id).queryKey, (page) => page && { ...page, progress: answer.course });
      if (answer.completed) {
        toast(t("lesson.completed-toast"));
        void queries.invalidateQueries({ queryKey: ["learning"] });
        void queries.invalidateQueries({ queryKey: ["courses", "mine"] });
      }
    },
    // What could not be sent goes with the next report.
    onError: (_, report) => {
      waiting.current = { ...report, ...waiting.current, watched: [...(report.watched ?? []), ...(waiting.current?.watched ?? [])] };
    },
    retry: 1,
  });

  const flush = useCallback(() => {
    const { since } = spent.current;
    const now = Date.now();
    const seconds = document.hidden ? 0 : Math.round((now - since) / 1000);
    spent.current.since = now;
    const report = waiting.current;
    waiting.current = undefined;
    if (report) mutate({ ...report, opened: lesson.progress.opened, seconds: Math.min(seconds, 3600) });
  }, [mutate, lesson.progress.opened]);

  const report = useCallback(
    (next: Report, now = false) => {
      waiting.current = { ...next, watched: [...(waiting.current?.watched ?? []), ...(next.watched ?? [])] };
      if (now) flush();
    },
    [flush],
  );

  useEffect(() => {
    const timer = setInterval(flush, everySeconds * 1000);
    const hidden = () => document.hidden && flush();
    document.addEventListener("visibilitychange", hidden);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", hidden);
      flush();
    };
  }, [flush]);

  // A text tells where the reader is by itself, so that Today knows the last lesson opened.
  useEffect(() => {
    if (lesson.kind !== "text" || !lesson.course_progress) return;
    const place = () => {
      const room = document.documentElement.scrollHeight - innerHeight;
      report({ position: room > 0 ? Math.round((1000 * scrollY) / room) : 0 });
    };
    place();
    addEventListener("scroll", place, { passive: true });
    return () => removeEventListener("scroll", place);
  }, [lesson.kind, lesson.course_progress, report]);

  return { report, saved: isSuccess };
}

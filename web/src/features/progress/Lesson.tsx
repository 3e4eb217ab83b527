import "@/features/courses/messages/learn";
import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { Outline } from "@/features/courses/Outline";
import { courses, type LessonPage } from "@/features/courses/queries";
import { t, tn } from "@/lib/i18n";
import { Button, buttonLook } from "@/ui/button";
import { Page } from "@/ui/page";
import { Prose } from "@/ui/prose";
import { Failed, Skeleton } from "@/ui/states";
import { Ticks } from "@/ui/ticks";
import { useReport } from "./useReport";
import { Video } from "./Video";

export function Lesson({ id }: { id: string }) {
  const { data: lesson } = useSuspenseQuery(courses.lesson(id));
  const course = useQuery(courses.one(lesson.course_id));
  const { report, saved, waiting, trouble } = useReport(lesson);
  const [marked, setMarked] = useState(false);
  useKeys(lesson);
  const finished = !!lesson.progress.completed_at;
  return (
    <div className="lg:grid lg:grid-cols-[minmax(0,1fr)_20rem]">
      <Page
        narrow
        title={lesson.title}
        over={
          <Link to="/courses/$courseId" params={{ courseId: lesson.course_id }} className="hover:underline">
            {lesson.course_code} · {lesson.course_title}
          </Link>
        }
      >
        {lesson.kind === "video" && lesson.video_url && <Video lesson={lesson} report={report} />}
        <Rule lesson={lesson} finished={finished} saved={saved} trouble={trouble} />
        <article>
          <Prose html={lesson.body_html} />
        </article>
        <footer className="mt-12 border-t border-ink pt-6">
          {lesson.rule === "read" && !finished && (
            <Button
              kind="primary"
              className="mb-6"
              busy={marked && waiting}
              onClick={() => {
                setMarked(true);
                report({ position: 1000, read: true }, true);
              }}
            >
              {t("lesson.mark-read")}
            </Button>
          )}
          {marked && trouble && <p className="mb-6 text-sm text-ink-2">{t("lesson.waiting")}</p>}
          <nav aria-label={t("lesson.nav")} className="flex flex-wrap justify-between gap-3">
            {lesson.previous_id ? (
              <Link to="/lessons/$lessonId" params={{ lessonId: lesson.previous_id }} className={buttonLook("quiet")}>
                {t("lesson.previous")}
              </Link>
            ) : (
              <span />
            )}
            {lesson.next_id ? (
              <Link to="/lessons/$lessonId" params={{ lessonId: lesson.next_id }} className={buttonLook(finished ? "primary" : "quiet")}>
                {t("lesson.next")}
              </Link>
            ) : (
              <Link to="/courses/$courseId" params={{ courseId: lesson.course_id }} className={buttonLook(finished ? "primary" : "quiet")}>
                {t("lesson.back")}
              </Link>
            )}
          </nav>
        </footer>
      </Page>
      <aside
        aria-label={t("course.outline")}
        className="border-rule px-4 pb-24 md:px-10 lg:sticky lg:top-14 lg:h-[calc(100dvh-3.5rem)] lg:overflow-y-auto lg:border-s lg:px-6 lg:py-8"
      >
        <div className="mb-4 flex items-baseline justify-between">
          <h2 className="text-lg">{t("course.outline")}</h2>
          <span className="num text-sm text-ink-3">
            {t("progress.short", { done: lesson.course_progress.completed, total: lesson.course_progress.total })}
          </span>
        </div>
        <Ticks done={lesson.course_progress.completed} total={lesson.course_progress.total} />
        <div className="mt-4 border-t border-rule text-sm">
          {course.isPending && <Skeleton rows={5} />}
          {course.isError && <Failed error={course.error} retry={course.refetch} />}
          {course.data && (
            <Outline sections={course.data.outline} done={lesson.course_progress.completed_lesson_ids} current={lesson.id} open />
          )}
        </div>
      </aside>
    </div>
  );
}

/** What completes the lesson, said before it is asked. */
function Rule({ lesson, finished, saved, trouble }: { lesson: LessonPage; finished: boolean; saved: boolean; trouble: boolean }) {
  return (
    <p className="mb-6 flex flex-wrap gap-x-4 text-sm text-ink-3" aria-live="polite">
      <span>
        {t("lesson.number", { number: lesson.number, of: lesson.of })} · {tn("minutes", lesson.minutes)}
      </span>
      <span className={finished ? "font-semibold text-good" : ""}>
        {finished ? t("lesson.completed") : t(lesson.rule === "read" ? "rule.read" : "rule.watched")}
      </span>
      {trouble ? <span className="text-bad">{t("lesson.waiting")}</span> : saved && <span>{t("lesson.saved")}</span>}
    </p>
  );
}

/** [ and ] go to the lessons before and after. */
function useKeys(lesson: LessonPage) {
  const navigate = useNavigate();
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if ((event.target as HTMLElement).matches("input, textarea, select")) return;
      const to = event.key === "[" ? lesson.previous_id : event.key === "]" ? lesson.next_id : undefined;
      if (to) void navigate({ to: "/lessons/$lessonId", params: { lessonId: to } });
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, [lesson, navigate]);
}

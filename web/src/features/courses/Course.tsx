import "./messages/learn";
import { useMutation, useQuery, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { api, take } from "@/api/client";
import { may, me } from "@/api/me";
import { type Key, t, tn } from "@/lib/i18n";
import { toast } from "@/lib/toast";
import { Button, buttonLook } from "@/ui/button";
import { Page, Section } from "@/ui/page";
import { Prose } from "@/ui/prose";
import { words } from "@/ui/states";
import { Ticks } from "@/ui/ticks";
import { Outline } from "./Outline";
import { type CoursePage, courses } from "./queries";

export function Course({ id }: { id: string }) {
  const { data: course } = useSuspenseQuery(courses.one(id));
  const account = useQuery(me).data;
  return (
    <Page
      title={course.title}
      over={`${course.code} · ${course.category} · ${t(`level.${course.level}` as Key)}`}
      actions={
        course.may_edit && (
          <Link to="/teach/$courseId" params={{ courseId: id }} className={buttonLook("quiet")}>
            {t("action.edit")}
          </Link>
        )
      }
    >
      <div className="grid gap-x-16 gap-y-10 lg:grid-cols-[minmax(0,5fr)_minmax(0,3fr)]">
        {/* First in the document, because it is first on a phone: what comes later must not push it down. */}
        <aside className="grid content-start gap-8 lg:order-last">
          <Enrolment course={course} mayEnrol={may(account, "course.enrol")} />
          <dl className="grid gap-3 text-sm">
            <Fact name={t("course.instructor")}>
              <Link
                to="/people/$personId"
                params={{ personId: course.instructor.id }}
                className="text-brand-ink underline underline-offset-4"
              >
                {course.instructor.name}
              </Link>
            </Fact>
            <Fact name={t("course.learners")}>{tn("learners", course.learners)}</Fact>
            <Fact name={t("course.pace")}>{t("course.self-paced")}</Fact>
          </dl>
          {course.description_html && <Prose className="text-md" html={course.description_html} />}
        </aside>
        <div className="grid content-start gap-10">
          <p className="max-w-prose font-serif text-lg text-ink-2">{course.summary}</p>
          <Section title={t("course.outline")} aside={`${tn("lessons", course.lessons)} · ${tn("minutes", course.minutes)}`}>
            <Outline
              sections={course.outline}
              done={course.progress.completed_lesson_ids}
              next={course.progress.next_lesson_id}
              open={course.enrolled || course.may_edit}
            />
          </Section>
        </div>
      </div>
    </Page>
  );
}

const Fact = ({ name, children }: { name: string; children: React.ReactNode }) => (
  <div className="flex justify-between gap-6 border-b border-rule pb-2">
    <dt className="text-ink-3">{name}</dt>
    <dd className="text-end">{children}</dd>
  </div>
);

function Enrolment({ course, mayEnrol }: { course: CoursePage; mayEnrol: boolean }) {
  const queries = useQueryClient();
  const key = courses.one(course.id).queryKey;
  const change = useMutation({
    mutationFn: async (enrol: boolean) => {
      const params = { params: { path: { course_id: course.id } } };
      if (enrol) await take(api.PUT("/courses/{course_id}/enrolment", params));
      else await take(api.DELETE("/courses/{course_id}/enrolment", params));
    },
    // Shown at once; taken back with the reason when the server refuses.
    onMutate: async (enrol) => {
      await queries.cancelQueries({ queryKey: key });
      const before = queries.getQueryData(key);
      queries.setQueryData(key, (page) => page && { ...page, enrolled: enrol, learners: page.learners + (enrol ? 1 : -1) });
      return { before };
    },
    onError: (error, enrol, context) => {
      queries.setQueryData(key, context?.before);
      toast(words(error), { label: t("action.retry"), run: () => change.mutate(enrol) });
    },
    onSuccess: (_, enrol) => {
      if (!enrol) toast(t("course.left"), { label: t("action.undo"), run: () => change.mutate(true) });
    },
    onSettled: () => void courses.changed(queries, course.id),
  });
  if (!course.enrolled)
    return (
      <div className="border-y border-ink py-5">
        <p className="mb-4 text-ink-2">{mayEnrol ? t("course.join-text") : t("course.join-closed")}</p>
        <Button kind="primary" className="w-full" disabled={!mayEnrol} onClick={() => change.mutate(true)}>
          {t("course.enrol")}
        </Button>
      </div>
    );
  const { progress } = course;
  return (
    <div className="border-y border-ink py-5">
      <p className="mb-2 flex justify-between text-sm">
        <span>{t("progress.of", { done: progress.completed, total: progress.total })}</span>
        <span className="num text-ink-3">{progress.percent} %</span>
      </p>
      <Ticks done={progress.completed} total={progress.total} />
      {progress.next_lesson_id ? (
        <Link to="/lessons/$lessonId" params={{ lessonId: progress.next_lesson_id }} className={`${buttonLook("primary")} mt-5 w-full`}>
          {progress.completed > 0 ? t("action.continue") : t("action.begin")}
        </Link>
      ) : (
        <p className="mt-5 font-semibold text-good">{t("course.finished")}</p>
      )}
      <Button kind="plain" className="mt-2 w-full" onClick={() => change.mutate(false)}>
        {t("course.leave")}
      </Button>
    </div>
  );
}

import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { Schemas } from "@/api/client";
import { may, me } from "@/api/me";
import { courses, type MyCourse } from "@/features/courses/queries";
import { Batchmates } from "@/features/directory/Batchmates";
import { civilDay, hour, moment, t, tn } from "@/lib/i18n";
import { buttonLook } from "@/ui/button";
import { Page, Section } from "@/ui/page";
import { Empty, Failed, Skeleton } from "@/ui/states";
import { Ticks } from "@/ui/ticks";

type Learning = Schemas["ProgressLearning"];

export function Today() {
  const account = useQuery(me).data;
  const learning = useQuery(courses.learning);
  return (
    <Page title={greeting(account?.name ?? "")} over={moment(new Date(), { weekday: "long", day: "numeric", month: "long" })}>
      {account?.standing && account.standing !== "verified" && <Standing standing={account.standing} />}
      <div className="grid gap-x-16 gap-y-12 lg:grid-cols-[minmax(0,5fr)_minmax(0,3fr)]">
        <div className="grid content-start gap-12">
          {learning.isPending && <Skeleton rows={3} tall />}
          {learning.isError && <Failed error={learning.error} retry={learning.refetch} />}
          {learning.data && <Continue learning={learning.data} mayEnrol={may(account, "course.enrol")} />}
          {learning.data && learning.data.courses.length > 1 && <Courses list={learning.data.courses.slice(1)} />}
        </div>
        <div className="grid content-start gap-12">
          {learning.data && <Week learning={learning.data} />}
          <Section title={t("today.due")}>
            <Empty>{t("today.due-none")}</Empty>
          </Section>
          <Batchmates />
        </div>
      </div>
    </Page>
  );
}

function greeting(name: string): string {
  const now = hour();
  const first = name.split(" ")[0] ?? "";
  if (now < 12) return t("today.morning", { name: first });
  return now < 17 ? t("today.afternoon", { name: first }) : t("today.evening", { name: first });
}

/** Where the reader stopped: a page with a ribbon, not a banner. */
function Continue({ learning, mayEnrol }: { learning: Learning; mayEnrol: boolean }) {
  const next = learning.continue;
  if (!next)
    return (
      <Section title={t("today.start")}>
        <Empty>
          <p className="mb-4">{mayEnrol ? t("today.start-text") : t("today.start-closed")}</p>
          <Link to="/courses" className={buttonLook("primary")}>
            {t("today.browse")}
          </Link>
        </Empty>
      </Section>
    );
  const { course, lesson } = next;
  return (
    <section aria-label={t("action.continue")} className="relative border-y border-ink py-6">
      <span
        aria-hidden="true"
        className="absolute end-6 -top-px h-14 w-6 bg-brand [clip-path:polygon(0_0,100%_0,100%_100%,50%_78%,0_100%)]"
      />
      <p className="text-sm text-ink-3">
        {next.resumed ? t("action.continue") : t("action.begin")} · {tn("minutes", lesson.minutes)}
      </p>
      <h2 className="mt-1 max-w-lg pe-12 text-2xl">
        <Link to="/lessons/$lessonId" params={{ lessonId: lesson.id }} className="hover:underline hover:underline-offset-4">
          {lesson.title}
        </Link>
      </h2>
      {lesson.opening && <p className="mt-3 line-clamp-3 max-w-prose font-serif text-md leading-7 text-ink-2">{lesson.opening}</p>}
      <div className="mt-5 flex flex-wrap items-center gap-x-6 gap-y-3">
        <Link to="/lessons/$lessonId" params={{ lessonId: lesson.id }} className={buttonLook("primary")}>
          {next.resumed ? t("action.continue") : t("action.begin")}
        </Link>
        <div className="min-w-40 flex-1">
          <p className="mb-1.5 truncate text-sm text-ink-2">
            <Link to="/courses/$courseId" params={{ courseId: course.id }} className="hover:underline">
              {course.title}
            </Link>
          </p>
          <Ticks done={course.completed} total={course.lessons} />
        </div>
      </div>
    </section>
  );
}

const Courses = ({ list }: { list: MyCourse[] }) => (
  <Section title={t("nav.mine")} aside={<Link to="/my-courses">{t("action.all")}</Link>}>
    <ul>
      {list.map((course) => (
        <li key={course.id} className="border-b border-rule">
          <Link
            to="/courses/$courseId"
            params={{ courseId: course.id }}
            className="grid gap-2 py-3 hover:bg-sunk sm:grid-cols-[minmax(0,1fr)_9rem] sm:items-center sm:gap-6"
          >
            <span className="min-w-0">
              <span className="block truncate font-semibold">{course.title}</span>
              <span className="block truncate text-sm text-ink-3">
                {course.next_lesson ? t("today.next", { title: course.next_lesson.title }) : t("progress.done")}
              </span>
            </span>
            <Ticks done={course.completed} total={course.lessons} />
          </Link>
        </li>
      ))}
    </ul>
  </Section>
);

function Week({ learning }: { learning: Learning }) {
  const most = Math.max(30, ...learning.week.map((day) => day.minutes));
  const total = learning.week.reduce((sum, day) => sum + day.minutes, 0);
  return (
    <Section title={t("today.week")} aside={tn("minutes", total)}>
      <ol className="mt-5 grid grid-cols-7 gap-2" aria-label={t("today.week")}>
        {learning.week.map((day) => (
          <li key={day.day} className="grid justify-items-center gap-1.5">
            <span className="sr-only">
              {civilDay(day.day, { weekday: "long" })}: {tn("minutes", day.minutes)}
            </span>
            <span aria-hidden="true" className="flex h-16 w-full items-end border-b border-edge">
              <span className="w-full rounded-t-sm bg-brand" style={{ height: `${(100 * day.minutes) / most}%` }} />
            </span>
            <span aria-hidden="true" className="text-xs text-ink-3">
              {civilDay(day.day, { weekday: "narrow" })}
            </span>
          </li>
        ))}
      </ol>
      <p className="mt-3 text-sm text-ink-2">{learning.streak > 0 ? tn("today.streak", learning.streak) : t("today.no-streak")}</p>
    </Section>
  );
}

function Standing({ standing }: { standing: string }) {
  const pending = standing === "pending";
  return (
    <div className="mb-10 flex flex-wrap items-center justify-between gap-4 border-s-3 border-brand ps-4">
      <p className="max-w-prose">
        {pending ? t("standing.pending-text") : standing === "rejected" ? t("standing.rejected-text") : t("standing.unverified-text")}
      </p>
      {!pending && (
        <Link to="/verification" className={buttonLook("primary")}>
          {t("verification.ask")}
        </Link>
      )}
    </div>
  );
}

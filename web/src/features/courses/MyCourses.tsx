import "./messages/learn";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ago, t } from "@/lib/i18n";
import { buttonLook } from "@/ui/button";
import { Page } from "@/ui/page";
import { Rows } from "@/ui/rows";
import { Empty } from "@/ui/states";
import { Ticks } from "@/ui/ticks";
import { Cover } from "./Cover";
import { courses } from "./queries";

export function MyCourses() {
  const mine = useQuery(courses.mine);
  return (
    <Page title={t("nav.mine")}>
      <div className="border-t border-ink">
        <Rows
          of={mine}
          rows={4}
          tall
          empty={
            <Empty>
              <p className="mb-4">{t("mine.none")}</p>
              <Link to="/courses" className={buttonLook("primary")}>
                {t("today.browse")}
              </Link>
            </Empty>
          }
        >
          {(course) => (
            <li key={course.id} className="border-b border-rule">
              <Link to="/courses/$courseId" params={{ courseId: course.id }} className="flex items-center gap-5 py-4 hover:bg-sunk">
                <Cover id={course.id} className="hidden h-16 w-24 sm:block" />
                <span className="min-w-0 flex-1">
                  <span className="block font-serif text-lg">{course.title}</span>
                  <span className="block truncate text-sm text-ink-3">
                    {course.next_lesson ? t("today.next", { title: course.next_lesson.title }) : t("progress.done")}
                    {course.last_at && ` · ${ago(course.last_at)}`}
                  </span>
                </span>
                <span className="hidden w-40 md:block">
                  <span className="num mb-1 block text-end text-sm text-ink-3">{course.percent} %</span>
                  <Ticks done={course.completed} total={course.lessons} />
                </span>
              </Link>
            </li>
          )}
        </Rows>
      </div>
    </Page>
  );
}

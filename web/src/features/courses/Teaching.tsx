import "./messages/learn";
import "./messages/teach";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { t, tn } from "@/lib/i18n";
import { buttonLook } from "@/ui/button";
import { Page } from "@/ui/page";
import { howMany, Rows } from "@/ui/rows";
import { Empty } from "@/ui/states";
import { studio } from "./queries";

export function Teaching() {
  const list = useInfiniteQuery(studio.teaching);
  return (
    <Page
      title={t("nav.teach")}
      over={howMany(list, "courses.count")}
      actions={
        <Link to="/teach/new" className={buttonLook("primary")}>
          {t("teach.new")}
        </Link>
      }
    >
      <div className="border-t border-ink">
        <Rows of={list} tall empty={<Empty>{t("teach.none")}</Empty>}>
          {(course) => (
            <li key={course.id} className="border-b border-rule">
              <Link
                to="/teach/$courseId"
                params={{ courseId: course.id }}
                className="flex min-h-19 items-center justify-between gap-6 py-3 hover:bg-sunk"
              >
                <span className="min-w-0">
                  <span className="block font-serif text-lg">{course.title}</span>
                  <span className="block text-sm text-ink-3">
                    {course.code} · {course.category}
                  </span>
                </span>
                <span className="num shrink-0 text-end text-sm text-ink-2">
                  <span className={`block ${course.published ? "text-good" : "text-ink-3"}`}>
                    {course.published ? t("teach.published") : t("teach.draft")}
                  </span>
                  <span className="block">{tn("learners", course.learners)}</span>
                </span>
              </Link>
            </li>
          )}
        </Rows>
      </div>
    </Page>
  );
}

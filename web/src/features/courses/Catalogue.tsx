import "./messages/learn";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useCallback } from "react";
import { type Key, number, t, tn } from "@/lib/i18n";
import { useTyped } from "@/lib/useTyped";
import { Button } from "@/ui/button";
import { Page } from "@/ui/page";
import { Rows } from "@/ui/rows";
import { SearchBox } from "@/ui/search-box";
import { Empty } from "@/ui/states";
import { Cover } from "./Cover";
import { type CatalogueFilter, type CourseCard, courses } from "./queries";

const levels = ["introductory", "intermediate", "advanced"] as const;

export function Catalogue({ filter }: { filter: CatalogueFilter }) {
  const navigate = useNavigate({ from: "/courses/" });
  const list = useInfiniteQuery(courses.catalogue(filter));
  const categories = useQuery(courses.categories);
  const settle = useCallback((q?: string) => void navigate({ search: (now) => ({ ...now, q }), replace: true }), [navigate]);
  const [typed, setTyped] = useTyped(filter.q, settle);
  const toggle = <T extends string>(values: T[] | undefined, value: T) =>
    values?.includes(value) ? values.filter((one) => one !== value) : [...(values ?? []), value];
  const total = categories.data?.items.reduce((sum, category) => sum + category.courses, 0);
  const chip = "min-h-9 rounded-full border px-3.5 text-sm aria-pressed:border-brand aria-pressed:bg-wash aria-pressed:text-brand-ink";
  return (
    <Page title={t("courses.title")} over={total !== undefined && tn("courses.count", total)}>
      <SearchBox label={t("courses.search")} value={typed} onChange={setTyped} />
      <fieldset className="mt-4 flex flex-wrap gap-2">
        <legend className="sr-only">{t("courses.filters")}</legend>
        {categories.data?.items.map((category) => (
          <button
            key={category.name}
            type="button"
            aria-pressed={filter.category?.includes(category.name) ?? false}
            className={`${chip} border-edge text-ink-2`}
            onClick={() => navigate({ search: (now) => ({ ...now, category: toggle(now.category, category.name) }) })}
          >
            {category.name} <span className="num text-ink-3">{number(category.courses)}</span>
          </button>
        ))}
        <span className="basis-full" />
        {levels.map((level) => (
          <button
            key={level}
            type="button"
            aria-pressed={filter.level?.includes(level) ?? false}
            className={`${chip} border-dashed border-edge text-ink-2`}
            onClick={() => navigate({ search: (now) => ({ ...now, level: toggle(now.level, level) }) })}
          >
            {t(`level.${level}` as Key)}
          </button>
        ))}
      </fieldset>
      <div className="mt-6 border-t border-ink">
        <Rows
          of={list}
          rows={8}
          tall
          empty={
            <Empty>
              <p className="mb-4">{t("courses.none")}</p>
              <Button onClick={() => navigate({ search: {} })}>{t("action.clear-filters")}</Button>
            </Empty>
          }
        >
          {(course) => <CourseRow key={course.id} course={course} />}
        </Rows>
      </div>
    </Page>
  );
}

const CourseRow = ({ course }: { course: CourseCard }) => (
  <li className="border-b border-rule [contain-intrinsic-size:auto_112px] [content-visibility:auto]">
    <Link to="/courses/$courseId" params={{ courseId: course.id }} className="flex gap-5 py-4 hover:bg-sunk">
      <Cover id={course.id} className="hidden h-20 w-28 sm:block" />
      <span className="min-w-0 flex-1">
        <span className="flex flex-wrap items-baseline gap-x-3">
          <span className="font-serif text-lg">{course.title}</span>
          {course.enrolled && <span className="text-xs font-semibold text-good">{t("courses.enrolled")}</span>}
        </span>
        {course.summary && <span className="mt-0.5 line-clamp-2 max-w-prose text-sm text-ink-2">{course.summary}</span>}
        <span className="mt-1 block text-sm text-ink-3">
          {course.code} · {course.instructor.name} · {t(`level.${course.level}` as Key)}
        </span>
      </span>
      <span className="num hidden shrink-0 text-end text-sm text-ink-2 md:block">
        <span className="block">{tn("lessons", course.lessons)}</span>
        <span className="block">{tn("minutes", course.minutes)}</span>
        <span className="block text-ink-3">{tn("learners", course.learners)}</span>
      </span>
    </Link>
  </li>
);

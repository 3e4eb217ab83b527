import "./messages/learn";
import { Link } from "@tanstack/react-router";
import type { Schemas } from "@/api/client";
import { t, tn } from "@/lib/i18n";
import { Icon } from "@/ui/icon";

type Section = Schemas["CoursesSection"];
type Props = { sections: Section[] | null; done: string[]; next?: string; current?: string; open: boolean };

/** Sections and lessons; what is completed is marked by sign and word, not by colour alone. */
export function Outline({ sections, done, next, current, open }: Props) {
  const completed = new Set(done);
  const unfold = (section: Section) => (sections?.length ?? 0) < 8 || section.lessons.some((lesson) => lesson.id === (current ?? next));
  return (
    <div>
      {sections?.map((section, place) => {
        const count = section.lessons.filter((lesson) => completed.has(lesson.id)).length;
        return (
          <details key={section.id} open={unfold(section)} className="border-b border-rule">
            <summary className="flex min-h-12 cursor-pointer items-center justify-between gap-4 py-2 font-semibold">
              <span>
                <span className="num me-2 text-ink-3">{place + 1}</span>
                {section.title}
              </span>
              <span className="num text-sm font-normal text-ink-3">
                {count}/{section.lessons.length}
              </span>
            </summary>
            <ol className="pb-2">
              {section.lessons.map((lesson) => {
                const finished = completed.has(lesson.id);
                const icon = finished ? "check" : lesson.kind === "video" ? "play" : "file-text";
                const row = (
                  <>
                    <Icon
                      name={icon}
                      label={finished ? t("lesson.completed") : t(lesson.kind === "video" ? "lesson.video" : "lesson.text")}
                      size={16}
                      weight={finished ? 2.4 : 1.6}
                      className={finished ? "shrink-0 text-good" : "shrink-0 text-ink-3"}
                    />
                    <span className="min-w-0 flex-1">{lesson.title}</span>
                    <span className="num shrink-0 text-sm text-ink-3">{tn("minutes", lesson.minutes)}</span>
                  </>
                );
                const look = "flex min-h-11 items-center gap-3 rounded-md px-2 py-1.5 md:min-h-10";
                return (
                  <li key={lesson.id}>
                    {open ? (
                      <Link
                        to="/lessons/$lessonId"
                        params={{ lessonId: lesson.id }}
                        aria-current={lesson.id === current ? "true" : undefined}
                        className={`${look} hover:bg-sunk aria-[current=true]:bg-wash aria-[current=true]:font-semibold aria-[current=true]:text-brand-ink`}
                      >
                        {row}
                      </Link>
                    ) : (
                      <span className={`${look} text-ink-2`}>{row}</span>
                    )}
                  </li>
                );
              })}
            </ol>
          </details>
        );
      })}
    </div>
  );
}

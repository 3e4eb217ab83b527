import "./messages/learn";
import "./messages/teach";
import { useMutation, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { api, type Schemas, take } from "@/api/client";
import { t, tn } from "@/lib/i18n";
import { toast } from "@/lib/toast";
import { ask } from "@/ui/ask";
import { Button, buttonLook } from "@/ui/button";
import { Icon } from "@/ui/icon";
import { Page, Section } from "@/ui/page";
import { words } from "@/ui/states";
import { CourseForm } from "./CourseForm";
import { courses, type Draft, studio } from "./queries";

type Place = Schemas["CoursesPlace"];

const orderOf = (draft: Draft): Place[] =>
  draft.sections.map((section) => ({ section_id: section.id, lesson_ids: section.lessons.map((lesson) => lesson.id) }));

/** A course under its author's hands. */
export function Studio({ id }: { id: string }) {
  const { data: draft } = useSuspenseQuery(studio.draft(id));
  const [about, setAbout] = useState(false);
  const change = useDraft(id);
  const lessons = draft.sections.reduce((sum, section) => sum + section.lessons.length, 0);
  return (
    <Page
      title={draft.title}
      over={`${draft.code} · ${draft.version ? t("teach.version", { version: draft.version }) : t("teach.draft")}`}
      actions={
        <>
          {draft.version && (
            <Link to="/courses/$courseId" params={{ courseId: id }} className={buttonLook("quiet")}>
              {t("teach.view")}
            </Link>
          )}
          <Button
            kind="primary"
            busy={change.isPending}
            disabled={!draft.changed || lessons === 0}
            onClick={() =>
              change.mutate({
                act: () => take(api.POST("/courses/{course_id}/publications", { params: { path: { course_id: id } } })),
                said: t("teach.published-toast"),
              })
            }
          >
            {draft.changed ? t("teach.publish") : t("teach.up-to-date")}
          </Button>
        </>
      }
    >
      <div className="grid gap-x-16 gap-y-12 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
        <Section title={t("course.outline")} aside={tn("lessons", lessons)}>
          {draft.sections.map((_, place) => (
            <SectionEditor key={draft.sections[place]?.id} draft={draft} place={place} change={change.mutate} />
          ))}
          <AddSection id={id} change={change.mutate} />
        </Section>
        <Section
          title={t("teach.about")}
          aside={
            !about && (
              <button type="button" className="underline underline-offset-4" onClick={() => setAbout(true)}>
                {t("action.edit")}
              </button>
            )
          }
        >
          <div className="mt-5">
            {about ? (
              <CourseForm
                draft={draft}
                cancel={() => setAbout(false)}
                done={() => {
                  setAbout(false);
                  toast(t("teach.saved"));
                }}
              />
            ) : (
              <p className="font-serif text-md text-ink-2">{draft.summary || t("teach.no-summary")}</p>
            )}
          </div>
        </Section>
      </div>
    </Page>
  );
}

type Change = { act: () => Promise<Draft>; now?: Draft; said?: string };

/** Every change answers with the whole draft; those that can be foreseen show at once and are taken back when refused. */
function useDraft(id: string) {
  const queries = useQueryClient();
  const key = studio.draft(id).queryKey;
  return useMutation({
    mutationKey: key,
    scope: { id }, // one after the other: each is made of what the one before it left
    mutationFn: (change: Change) => change.act(),
    onMutate: async (change) => {
      await queries.cancelQueries({ queryKey: key });
      const before = queries.getQueryData(key);
      if (change.now) queries.setQueryData(key, change.now);
      return { before };
    },
    onError: (error, _, context) => {
      queries.setQueryData(key, context?.before);
      toast(words(error));
      void studio.changed(queries, id);
    },
    onSuccess: (draft, change) => {
      const last = queries.isMutating({ mutationKey: key }) === 1;
      queries.setQueryData(key, (foreseen) => {
        if (last || !foreseen) return draft;
        // A move that waits was made of the moves before it. Any other change may answer with a colleague's order.
        return change.now ? { ...foreseen, order_etag: draft.order_etag } : foreseen;
      });
      if (change.said) toast(change.said);
      void courses.changed(queries, id);
    },
  });
}

const iconButton = "grid size-9 place-items-center rounded-md text-ink-2 hover:bg-sunk hover:text-ink disabled:opacity-35";

function SectionEditor({ draft, place, change }: { draft: Draft; place: number; change: (change: Change) => void }) {
  const section = draft.sections[place];
  const navigate = useNavigate();
  const queries = useQueryClient();
  if (!section) return null;
  const arrange = (sections: Draft["sections"]) => {
    const now = { ...draft, sections, changed: true };
    const etag = () => queries.getQueryData(studio.draft(draft.id).queryKey)?.order_etag;
    change({
      now,
      act: () =>
        take(
          api.PUT("/courses/{course_id}/draft/order", {
            params: { path: { course_id: draft.id } },
            body: { order: orderOf(now), etag: etag() },
          }),
        ),
    });
  };
  const moveLesson = (at: number, by: number) => {
    const sections = draft.sections.map((one) => ({ ...one, lessons: [...one.lessons] }));
    const [lesson] = sections[place]?.lessons.splice(at, 1) ?? [];
    if (!lesson) return;
    const to = at + by;
    if (to < 0) sections[place - 1]?.lessons.push(lesson);
    else if (to > (sections[place]?.lessons.length ?? 0)) sections[place + 1]?.lessons.unshift(lesson);
    else sections[place]?.lessons.splice(to, 0, lesson);
    arrange(sections);
  };
  const moveSection = (by: number) => {
    const sections = [...draft.sections];
    const [moved] = sections.splice(place, 1);
    if (moved) sections.splice(place + by, 0, moved);
    arrange(sections);
  };
  const addLesson = async (kind: "text" | "video") => {
    try {
      const lesson = await take(
        api.POST("/sections/{section_id}/lessons", {
          params: { path: { section_id: section.id } },
          body: { kind, title: t("teach.untitled"), minutes: 5 },
        }),
      );
      await navigate({ to: "/teach/lessons/$lessonId", params: { lessonId: lesson.id } });
    } catch (error) {
      toast(words(error));
    }
  };
  const last = place === draft.sections.length - 1;
  return (
    <section aria-label={section.title} className="border-b border-rule py-3">
      <div className="flex items-center gap-1">
        <input
          aria-label={t("teach.section-title")}
          defaultValue={section.title}
          maxLength={160}
          className="min-h-10 min-w-0 flex-1 rounded-md border border-transparent bg-transparent font-semibold hover:border-rule"
          onBlur={(event) => {
            const title = event.target.value.trim();
            if (title && title !== section.title)
              change({
                act: () =>
                  take(
                    api.PUT("/sections/{section_id}", {
                      params: { path: { section_id: section.id } },
                      body: { title, etag: section.etag },
                    }),
                  ),
              });
          }}
          onKeyDown={(event) => event.key === "Enter" && event.currentTarget.blur()}
        />
        <button
          type="button"
          className={iconButton}
          disabled={place === 0}
          aria-label={t("teach.up", { title: section.title })}
          onClick={() => moveSection(-1)}
        >
          <Icon name="arrow-up" size={16} />
        </button>
        <button
          type="button"
          className={iconButton}
          disabled={last}
          aria-label={t("teach.down", { title: section.title })}
          onClick={() => moveSection(1)}
        >
          <Icon name="arrow-down" size={16} />
        </button>
        <button
          type="button"
          className={iconButton}
          aria-label={t("teach.remove", { title: section.title })}
          onClick={async () =>
            (await ask({ title: t("teach.remove-section"), text: t("teach.remove-text"), yes: t("action.remove"), danger: true })) &&
            change({ act: () => take(api.DELETE("/sections/{section_id}", { params: { path: { section_id: section.id } } })) })
          }
        >
          <Icon name="trash" size={16} />
        </button>
      </div>
      <ol>
        {section.lessons.map((lesson, at) => {
          return (
            <li key={lesson.id} className="flex items-center gap-1">
              <Link
                to="/teach/lessons/$lessonId"
                params={{ lessonId: lesson.id }}
                className="flex min-h-11 min-w-0 flex-1 items-center gap-3 rounded-md px-2 hover:bg-sunk"
              >
                <Icon name={lesson.kind === "video" ? "play" : "file-text"} size={16} className="shrink-0 text-ink-3" />
                <span className="truncate">{lesson.title}</span>
                {lesson.state !== "live" && (
                  <span className="shrink-0 text-xs font-semibold text-warn">
                    {t(lesson.state === "new" ? "teach.state-new" : "teach.state-changed")}
                  </span>
                )}
              </Link>
              <button
                type="button"
                className={iconButton}
                disabled={place === 0 && at === 0}
                aria-label={t("teach.up", { title: lesson.title })}
                onClick={() => moveLesson(at, -1)}
              >
                <Icon name="arrow-up" size={16} />
              </button>
              <button
                type="button"
                className={iconButton}
                disabled={last && at === section.lessons.length - 1}
                aria-label={t("teach.down", { title: lesson.title })}
                onClick={() => moveLesson(at, 1)}
              >
                <Icon name="arrow-down" size={16} />
              </button>
            </li>
          );
        })}
      </ol>
      <div className="mt-1 flex gap-2">
        <Button kind="plain" onClick={() => addLesson("text")}>
          {t("teach.add-text")}
        </Button>
        <Button kind="plain" onClick={() => addLesson("video")}>
          {t("teach.add-video")}
        </Button>
      </div>
    </section>
  );
}

function AddSection({ id, change }: { id: string; change: (change: Change) => void }) {
  const [title, setTitle] = useState("");
  return (
    <form
      className="mt-5 flex gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        if (!title.trim()) return;
        change({
          act: () =>
            take(api.POST("/courses/{course_id}/sections", { params: { path: { course_id: id } }, body: { title: title.trim() } })),
        });
        setTitle("");
      }}
    >
      <input
        aria-label={t("teach.new-section")}
        placeholder={t("teach.new-section")}
        value={title}
        maxLength={160}
        onChange={(event) => setTitle(event.target.value)}
        className="min-h-10 min-w-0 flex-1 rounded-md border border-edge bg-sheet px-3"
      />
      <Button type="submit">{t("action.add")}</Button>
    </form>
  );
}

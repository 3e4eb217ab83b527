import "@/messages/en/people";
import "@/messages/en/learn";
import "@/messages/en/teach";
import { useMutation, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { Link, useBlocker, useNavigate } from "@tanstack/react-router";
import { useRef, useState } from "react";
import { api, type Schemas, take } from "@/api/client";
import { isProblem, Problem } from "@/api/problem";
import { t } from "@/lib/i18n";
import { toast } from "@/lib/toast";
import { Button, buttonLook } from "@/ui/button";
import { Area, Field } from "@/ui/field";
import { Meeting } from "@/ui/meeting";
import { Page, Section } from "@/ui/page";
import { words } from "@/ui/states";
import { Preview } from "./Preview";
import { studio } from "./queries";

/** A lesson's text, with what learners will see beside it. */
export function LessonForm({ id }: { id: string }) {
  const { data: lesson } = useSuspenseQuery(studio.lesson(id));
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [content, setContent] = useState({
    title: lesson.title,
    minutes: lesson.minutes,
    body: lesson.body,
    video_url: lesson.video_url,
    video_seconds: lesson.video_seconds,
  });
  const [base, setBase] = useState(lesson); // what is being edited
  const [dirty, setDirty] = useState(false);
  const set = (part: Partial<typeof content>) => {
    setDirty(true);
    setContent((now) => ({ ...now, ...part }));
  };
  const film = lesson.kind === "video";
  const save = useMutation({
    mutationFn: (etag: string) =>
      take(api.PUT("/lessons/{lesson_id}/draft", { params: { path: { lesson_id: id } }, body: { ...content, etag } })),
    onSuccess: (saved) => {
      setDirty(false);
      setBase(saved);
      queries.setQueryData(studio.lesson(id).queryKey, saved);
      void queries.invalidateQueries({ queryKey: ["draft", saved.course_id] });
      toast(t("teach.saved"));
    },
  });
  const remove = useMutation({
    mutationFn: () => take(api.DELETE("/lessons/{lesson_id}/draft", { params: { path: { lesson_id: id } } })),
    onSuccess: (draft) => {
      setDirty(false);
      queries.setQueryData(studio.draft(draft.id).queryKey, draft);
      void navigate({ to: "/teach/$courseId", params: { courseId: draft.id } });
    },
    onError: (error) => toast(words(error)),
  });
  useBlocker({ shouldBlockFn: () => dirty && !remove.isPending && !confirm(t("profile.leave")), enableBeforeUnload: () => dirty });
  const fields = save.error instanceof Problem ? save.error.fields : {};
  return (
    <Page
      title={content.title || t("teach.untitled")}
      over={
        <Link to="/teach/$courseId" params={{ courseId: lesson.course_id }} className="hover:underline">
          {t("teach.back")}
        </Link>
      }
    >
      <div className="grid gap-x-16 gap-y-12 lg:grid-cols-2">
        <form
          className="grid content-start gap-6"
          onSubmit={(event) => {
            event.preventDefault();
            save.mutate(base.etag);
          }}
        >
          <Field
            label={t("lesson.title")}
            required
            maxLength={160}
            value={content.title}
            error={fields.title}
            onChange={(event) => set({ title: event.target.value })}
          />
          <Field
            label={t("lesson.minutes")}
            type="number"
            min={1}
            max={600}
            required
            value={content.minutes}
            error={fields.minutes}
            onChange={(event) => set({ minutes: Number(event.target.value) })}
          />
          {film && (
            <>
              <FilmFile
                lesson={id}
                done={(saved) => {
                  queries.setQueryData(studio.lesson(id).queryKey, saved);
                  setContent((now) => ({ ...now, video_url: saved.video_url, video_seconds: saved.video_seconds }));
                  // Whoever wrote meanwhile is met when this is saved.
                  if (saved.title === base.title && saved.minutes === base.minutes && saved.body === base.body) setBase(saved);
                }}
              />
              <Field
                label={t("lesson.video-url")}
                required
                value={content.video_url}
                error={fields.video_url}
                hint={t("lesson.video-hint")}
                onChange={(event) => set({ video_url: event.target.value })}
              />
              <Field
                label={t("lesson.video-seconds")}
                type="number"
                min={1}
                required
                value={content.video_seconds}
                error={fields.video_seconds}
                onChange={(event) => set({ video_seconds: Number(event.target.value) })}
              />
            </>
          )}
          <Area
            label={t("lesson.body")}
            rows={film ? 8 : 20}
            spellCheck
            className="block w-full rounded-md border border-edge bg-sheet px-3 py-2 font-mono text-sm leading-6"
            hint={t("markdown.hint")}
            value={content.body}
            error={fields.body}
            onChange={(event) => set({ body: event.target.value })}
          />
          {isProblem(save.error, "edited") ? (
            <Meeting
              problem={save.error as Problem}
              mine={content}
              labels={{
                title: t("lesson.title"),
                minutes: t("lesson.minutes"),
                body: t("lesson.body"),
                ...(film && { video_url: t("lesson.video-url"), video_seconds: t("lesson.video-seconds") }),
              }}
              keep={(etag) => save.mutate(etag)}
              take={(theirs, etag) => {
                setContent({ ...content, ...theirs });
                setBase({ ...base, ...theirs, etag });
                setDirty(false);
                save.reset();
                void queries.invalidateQueries({ queryKey: studio.lesson(id).queryKey });
              }}
            />
          ) : (
            save.isError && Object.keys(fields).length === 0 && <p role="alert">{words(save.error)}</p>
          )}
          <div className="flex flex-wrap gap-2">
            <Button kind="primary" type="submit" busy={save.isPending} disabled={!dirty || isProblem(save.error, "edited")}>
              {t("action.save")}
            </Button>
            <Link to="/teach/$courseId" params={{ courseId: lesson.course_id }} className={buttonLook("quiet")}>
              {t("teach.to-course")}
            </Link>
            <Button
              kind="danger"
              className="ms-auto"
              busy={remove.isPending}
              onClick={() => confirm(t("teach.remove-lesson")) && remove.mutate()}
            >
              {t("action.remove")}
            </Button>
          </div>
        </form>
        <Section title={t("teach.preview")}>
          <Preview source={content.body} />
        </Section>
      </div>
    </Page>
  );
}

/** A film from this machine. The browser tells how long it is, and whether it can be played at all. */
function FilmFile({ lesson, done }: { lesson: string; done: (saved: Schemas["CoursesDraftBody"]) => void }) {
  const input = useRef<HTMLInputElement>(null);
  const upload = useMutation({
    mutationFn: async (file: File) => {
      const seconds = Math.max(1, Math.round(await duration(file)));
      return take(
        api.PUT("/lessons/{lesson_id}/draft/film", { params: { path: { lesson_id: lesson }, query: { seconds } }, body: file as never }),
      );
    },
    onSuccess: (saved) => {
      done(saved);
      toast(t("lesson.film-kept"));
    },
  });
  return (
    <div>
      <input
        ref={input}
        type="file"
        accept="video/mp4,video/webm"
        aria-label={t("lesson.film-choose")}
        className="sr-only"
        tabIndex={-1}
        onChange={(event) => {
          const file = event.target.files?.[0];
          if (file) upload.mutate(file);
          event.target.value = "";
        }}
      />
      <Button busy={upload.isPending} onClick={() => input.current?.click()}>
        {upload.isPending ? t("lesson.film-sending") : t("lesson.film-choose")}
      </Button>
      {upload.isError && (
        <p role="alert" className="mt-2 text-sm text-bad">
          {upload.error instanceof Problem ? (upload.error.fields.body ?? words(upload.error)) : t("lesson.film-unplayable")}
        </p>
      )}
    </div>
  );
}

/** How long a film lasts. A browser's recording does not say so before its end was looked for; where nothing tells, its author does. */
const duration = (file: File) =>
  new Promise<number>((resolve, reject) => {
    const probe = document.createElement("video");
    const address = URL.createObjectURL(file);
    const end = (settle: () => void) => {
      clearTimeout(patience);
      probe.onloadedmetadata = probe.ondurationchange = probe.onerror = null;
      URL.revokeObjectURL(address);
      settle();
    };
    const asked = () => {
      const seconds = Number(prompt(t("lesson.film-ask")));
      if (seconds > 0) resolve(seconds);
      else reject(new Error("nobody knows how long it is"));
    };
    const patience = setTimeout(() => end(asked), 10_000);
    const known = () => {
      if (Number.isFinite(probe.duration) && probe.duration > 0) end(() => resolve(probe.duration));
    };
    probe.preload = "metadata";
    probe.ondurationchange = known;
    probe.onloadedmetadata = () => {
      known();
      if (!Number.isFinite(probe.duration)) probe.currentTime = Number.MAX_SAFE_INTEGER;
    };
    probe.onerror = () => end(() => reject(new Error("not a film")));
    probe.src = address;
  });

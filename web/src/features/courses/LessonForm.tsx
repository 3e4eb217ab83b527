import "./messages/learn";
import "./messages/teach";
import { useMutation, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { api, type Schemas, take } from "@/api/client";
import { Problem } from "@/api/problem";
import { t } from "@/lib/i18n";
import { toast } from "@/lib/toast";
import { ask, askFor } from "@/ui/ask";
import { Button, buttonLook } from "@/ui/button";
import { FileDrop } from "@/ui/drop";
import { Area, Field } from "@/ui/field";
import { Form, useForm } from "@/ui/form";
import { Page, Section } from "@/ui/page";
import { words } from "@/ui/states";
import { Preview } from "./Preview";
import { studio } from "./queries";

type Lesson = Schemas["CoursesDraftBody"];

/** A lesson's text, with what learners will see beside it. */
export function LessonForm({ id }: { id: string }) {
  const { data: lesson } = useSuspenseQuery(studio.lesson(id));
  const queries = useQueryClient();
  const navigate = useNavigate();
  const film = lesson.kind === "video";
  const form = useForm({
    values: contentOf(lesson),
    etag: lesson.etag,
    send: (content, etag) =>
      take(api.PUT("/lessons/{lesson_id}/draft", { params: { path: { lesson_id: id } }, body: { ...content, etag: etag ?? "" } })),
    done: (saved) => {
      queries.setQueryData(studio.lesson(id).queryKey, saved);
      void studio.changed(queries, saved.course_id);
      toast(t("teach.saved"));
    },
  });
  const remove = useMutation({
    mutationFn: () => take(api.DELETE("/lessons/{lesson_id}/draft", { params: { path: { lesson_id: id } } })),
    onSuccess: (draft) => {
      form.release();
      queries.setQueryData(studio.draft(draft.id).queryKey, draft);
      void navigate({ to: "/teach/$courseId", params: { courseId: draft.id } });
    },
    onError: (error) => toast(words(error)),
  });
  const removed = () => ask({ title: t("teach.remove-lesson"), text: t("teach.remove-text"), yes: t("action.remove"), danger: true });
  /** A film is kept at once. Whoever wrote meanwhile is met when the rest is saved. */
  const filmed = (saved: Lesson) => {
    const { title, minutes, body } = form.kept.values;
    const alone = saved.title === title && saved.minutes === minutes && saved.body === body;
    queries.setQueryData(studio.lesson(id).queryKey, saved);
    form.settle({ video_url: saved.video_url, video_seconds: saved.video_seconds }, alone ? saved.etag : form.kept.etag);
  };
  return (
    <Page
      title={form.values.title || t("teach.untitled")}
      over={
        <Link to="/teach/$courseId" params={{ courseId: lesson.course_id }} className="hover:underline">
          {t("teach.back")}
        </Link>
      }
    >
      <div className="grid gap-x-16 gap-y-12 lg:grid-cols-2">
        <Form
          of={form}
          action={t("action.save")}
          labels={{
            title: t("lesson.title"),
            minutes: t("lesson.minutes"),
            body: t("lesson.body"),
            ...(film && { video_url: t("lesson.video-url"), video_seconds: t("lesson.video-seconds") }),
          }}
          beside={
            <>
              <Link to="/teach/$courseId" params={{ courseId: lesson.course_id }} className={buttonLook("quiet")}>
                {t("teach.to-course")}
              </Link>
              <Button kind="danger" className="ms-auto" busy={remove.isPending} onClick={async () => (await removed()) && remove.mutate()}>
                {t("action.remove")}
              </Button>
            </>
          }
        >
          <Field label={t("lesson.title")} required maxLength={160} {...form.field("title")} />
          <Field label={t("lesson.minutes")} type="number" min={1} max={600} required {...form.field("minutes")} />
          {film && (
            <>
              <FilmFile lesson={id} done={filmed} />
              <Field label={t("lesson.video-url")} required hint={t("lesson.video-hint")} {...form.field("video_url")} />
              <Field label={t("lesson.video-seconds")} type="number" min={1} required {...form.field("video_seconds")} />
            </>
          )}
          <Area
            label={t("lesson.body")}
            rows={film ? 8 : 20}
            spellCheck
            className="block w-full rounded-md border border-edge bg-sheet px-3 py-2 font-mono text-sm leading-6"
            hint={t("markdown.hint")}
            {...form.field("body")}
          />
        </Form>
        <Section title={t("teach.preview")}>
          <Preview source={form.values.body} />
        </Section>
      </div>
    </Page>
  );
}

const contentOf = ({ title, minutes, body, video_url, video_seconds }: Lesson) => ({ title, minutes, body, video_url, video_seconds });

/** A film from this machine. The browser tells how long it is, and whether it can be played at all. */
function FilmFile({ lesson, done }: { lesson: string; done: (saved: Lesson) => void }) {
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
  const wrong = upload.error instanceof Problem ? (upload.error.fields.body ?? words(upload.error)) : t("lesson.film-unplayable");
  return (
    <FileDrop
      label={upload.isPending ? t("lesson.film-sending") : t("lesson.film-choose")}
      accept="video/mp4,video/webm"
      busy={upload.isPending}
      error={upload.isError ? wrong : undefined}
      onFiles={([file]) => file && upload.mutate(file)}
    />
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
    const asked = async () => {
      const seconds = Number(
        await askFor({ title: t("lesson.film-ask"), label: t("lesson.video-seconds"), type: "number", yes: t("action.continue") }),
      );
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

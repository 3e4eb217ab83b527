import "@/messages/en/learn";
import "@/messages/en/teach";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useId, useState } from "react";
import { api, type Schemas, take } from "@/api/client";
import { isProblem, Problem } from "@/api/problem";
import { type Key, t } from "@/lib/i18n";
import { Button } from "@/ui/button";
import { Area, Choice, Field } from "@/ui/field";
import { Meeting } from "@/ui/meeting";
import { Page, Section } from "@/ui/page";
import { words } from "@/ui/states";
import { Preview } from "./Preview";
import { courses, type Draft, studio } from "./queries";

type About = Schemas["CoursesAbout"];

const blank: About = { code: "", title: "", summary: "", description: "", category: "", level: "introductory" };

export function NewCourse() {
  const navigate = useNavigate();
  return (
    <Page narrow title={t("teach.new")} over={t("teach.new-text")}>
      <CourseForm done={(draft) => navigate({ to: "/teach/$courseId", params: { courseId: draft.id } })} />
    </Page>
  );
}

export function CourseForm({ draft, done }: { draft?: Draft; done: (draft: Draft) => void }) {
  const queries = useQueryClient();
  const categories = useQuery(courses.categories);
  const known = useId();
  const [about, setAbout] = useState<About>(draft ? { ...blank, ...pick(draft) } : blank);
  const [etag, setEtag] = useState(draft?.etag);
  const save = useMutation({
    mutationFn: (etag: string | undefined) =>
      draft
        ? take(api.PUT("/courses/{course_id}/draft", { params: { path: { course_id: draft.id } }, body: { ...about, etag } }))
        : take(api.POST("/courses", { body: about })),
    onSuccess: (saved) => {
      setEtag(saved.etag);
      queries.setQueryData(studio.draft(saved.id).queryKey, saved);
      void queries.invalidateQueries({ queryKey: ["teaching"] });
      void queries.invalidateQueries({ queryKey: ["course", saved.id] });
      done(saved);
    },
  });
  const fields = save.error instanceof Problem ? save.error.fields : {};
  const set = (key: keyof About) => (event: { target: { value: string } }) => setAbout({ ...about, [key]: event.target.value });
  return (
    <form
      className="grid gap-6"
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate(etag);
      }}
    >
      <Field label={t("course.title")} required maxLength={160} value={about.title} error={fields.title} onChange={set("title")} />
      <div className="grid gap-6 sm:grid-cols-3">
        <Field label={t("course.code")} required maxLength={20} value={about.code} error={fields.code} onChange={set("code")} />
        <Field
          label={t("course.category")}
          required
          list={known}
          maxLength={60}
          value={about.category}
          error={fields.category}
          onChange={set("category")}
        />
        <Choice
          label={t("course.level")}
          options={{ introductory: t("level.introductory"), intermediate: t("level.intermediate"), advanced: t("level.advanced") }}
          value={about.level}
          onChange={set("level")}
        />
        <datalist id={known}>
          {categories.data?.items.map((category) => (
            <option key={category.name} value={category.name} />
          ))}
        </datalist>
      </div>
      <Area
        label={t("course.summary")}
        rows={2}
        maxLength={400}
        hint={t("course.summary-hint")}
        value={about.summary}
        error={fields.summary}
        onChange={set("summary")}
      />
      {draft && (
        <Area
          label={t("course.description")}
          rows={6}
          hint={t("markdown.hint")}
          value={about.description}
          error={fields.description}
          onChange={set("description")}
        />
      )}
      {draft && about.description && (
        <Section title={t("teach.preview")}>
          <Preview source={about.description} />
        </Section>
      )}
      {isProblem(save.error, "edited") ? (
        <Meeting
          problem={save.error as Problem}
          mine={about}
          labels={{
            title: t("course.title"),
            code: t("course.code"),
            category: t("course.category"),
            level: t("course.level"),
            summary: t("course.summary"),
            description: t("course.description"),
          }}
          say={{ level: (level) => t(`level.${level}` as Key) }}
          keep={(now) => save.mutate(now)}
          take={(theirs, now) => {
            setAbout({ ...blank, ...theirs });
            setEtag(now);
            save.reset();
          }}
        />
      ) : (
        save.isError && Object.keys(fields).length === 0 && <p role="alert">{words(save.error)}</p>
      )}
      <Button kind="primary" type="submit" className="justify-self-start" busy={save.isPending} disabled={isProblem(save.error, "edited")}>
        {draft ? t("action.save") : t("teach.create")}
      </Button>
    </form>
  );
}

const pick = ({ code, title, summary, description, category, level }: Draft): About => ({
  code,
  title,
  summary,
  description,
  category,
  level,
});

import "./messages/learn";
import "./messages/teach";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useId } from "react";
import { api, type Schemas, take } from "@/api/client";
import { type Key, t } from "@/lib/i18n";
import { Button } from "@/ui/button";
import { Area, Choice, Field } from "@/ui/field";
import { Form, useForm } from "@/ui/form";
import { Page, Section } from "@/ui/page";
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

type Props = { draft?: Draft; done: (draft: Draft) => void; cancel?: () => void };

export function CourseForm({ draft, done, cancel }: Props) {
  const queries = useQueryClient();
  const categories = useQuery(courses.categories);
  const known = useId();
  const form = useForm({
    values: draft ? pick(draft) : blank,
    etag: draft?.etag,
    send: (about, etag) =>
      draft
        ? take(api.PUT("/courses/{course_id}/draft", { params: { path: { course_id: draft.id } }, body: { ...about, etag } }))
        : take(api.POST("/courses", { body: about })),
    done: (saved) => {
      queries.setQueryData(studio.draft(saved.id).queryKey, saved);
      void courses.changed(queries, saved.id);
      done(saved);
    },
  });
  const { description } = form.values;
  return (
    <Form
      of={form}
      action={draft ? t("action.save") : t("teach.create")}
      labels={{
        title: t("course.title"),
        code: t("course.code"),
        category: t("course.category"),
        level: t("course.level"),
        summary: t("course.summary"),
        description: t("course.description"),
      }}
      say={{ level: (level) => t(`level.${level}` as Key) }}
      beside={
        cancel && (
          <Button kind="plain" onClick={cancel}>
            {t("action.cancel")}
          </Button>
        )
      }
    >
      <Field label={t("course.title")} required maxLength={160} {...form.field("title")} />
      <div className="grid gap-6 sm:grid-cols-3">
        <Field label={t("course.code")} required maxLength={20} {...form.field("code")} />
        <Field label={t("course.category")} required list={known} maxLength={60} {...form.field("category")} />
        <Choice
          label={t("course.level")}
          options={{ introductory: t("level.introductory"), intermediate: t("level.intermediate"), advanced: t("level.advanced") }}
          {...form.field("level")}
        />
        <datalist id={known}>
          {categories.data?.items.map((category) => (
            <option key={category.name} value={category.name} />
          ))}
        </datalist>
      </div>
      <Area label={t("course.summary")} rows={2} maxLength={400} hint={t("course.summary-hint")} {...form.field("summary")} />
      {draft && <Area label={t("course.description")} rows={6} hint={t("markdown.hint")} {...form.field("description")} />}
      {draft && description && (
        <Section title={t("teach.preview")}>
          <Preview source={description} />
        </Section>
      )}
    </Form>
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

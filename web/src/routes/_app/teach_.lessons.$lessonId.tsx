import { createFileRoute } from "@tanstack/react-router";
import { LessonForm } from "@/features/courses/LessonForm";
import { studio } from "@/features/courses/queries";

export const Route = createFileRoute("/_app/teach_/lessons/$lessonId")({
  loader: ({ context: { queries }, params }) => queries.ensureQueryData(studio.lesson(params.lessonId)),
  component: () => <LessonForm id={Route.useParams().lessonId} />,
});

import { createFileRoute } from "@tanstack/react-router";
import { courses } from "@/features/courses/queries";
import { Lesson } from "@/features/progress/Lesson";

export const Route = createFileRoute("/_app/lessons/$lessonId")({
  loader: async ({ context: { queries }, params }) => {
    const lesson = await queries.ensureQueryData(courses.lesson(params.lessonId));
    void queries.prefetchQuery(courses.one(lesson.course_id));
    const next = lesson.next_id;
    if (next) setTimeout(() => void queries.prefetchQuery(courses.lesson(next)), 3000); // when this one has settled
  },
  component: () => {
    const { lessonId } = Route.useParams();
    return <Lesson key={lessonId} id={lessonId} />;
  },
});

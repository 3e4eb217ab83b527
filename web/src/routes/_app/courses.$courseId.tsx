import { createFileRoute } from "@tanstack/react-router";
import { Course } from "@/features/courses/Course";
import { courses } from "@/features/courses/queries";

export const Route = createFileRoute("/_app/courses/$courseId")({
  loader: ({ context: { queries }, params }) => queries.ensureQueryData(courses.one(params.courseId)),
  component: () => <Course id={Route.useParams().courseId} />,
});

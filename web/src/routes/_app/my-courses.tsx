import { createFileRoute } from "@tanstack/react-router";
import { MyCourses } from "@/features/courses/MyCourses";
import { courses } from "@/features/courses/queries";

export const Route = createFileRoute("/_app/my-courses")({
  loader: ({ context: { queries } }) => void queries.prefetchQuery(courses.mine),
  component: MyCourses,
});

import { createFileRoute } from "@tanstack/react-router";
import { studio } from "@/features/courses/queries";
import { Studio } from "@/features/courses/Studio";

export const Route = createFileRoute("/_app/teach/$courseId")({
  loader: ({ context: { queries }, params }) => queries.ensureQueryData(studio.draft(params.courseId)),
  component: () => <Studio id={Route.useParams().courseId} />,
});

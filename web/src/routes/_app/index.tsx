import { createFileRoute } from "@tanstack/react-router";
import { courses } from "@/features/courses/queries";
import { people } from "@/features/directory/queries";
import { Today } from "@/features/progress/Today";

export const Route = createFileRoute("/_app/")({
  loader: ({ context: { queries } }) => {
    void queries.prefetchQuery(courses.learning);
    void queries.ensureQueryData(people.mine).then(
      ({ batch }) => batch && queries.prefetchQuery(people.mates(batch.id)),
      () => {},
    );
  },
  component: Today,
});

import { createFileRoute } from "@tanstack/react-router";
import { Profile } from "@/features/directory/Profile";
import { people } from "@/features/directory/queries";

export const Route = createFileRoute("/_app/people/$personId")({
  loader: ({ context: { queries }, params }) => queries.ensureQueryData(people.one(params.personId)),
  component: () => <Profile id={Route.useParams().personId} />,
});

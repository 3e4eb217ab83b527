import { createFileRoute } from "@tanstack/react-router";
import { ProfileForm } from "@/features/directory/ProfileForm";
import { people } from "@/features/directory/queries";

export const Route = createFileRoute("/_app/profile")({
  loader: ({ context: { queries } }) => queries.ensureQueryData(people.mine),
  component: ProfileForm,
});

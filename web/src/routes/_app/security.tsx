import { createFileRoute } from "@tanstack/react-router";
import { sessions } from "@/features/identity/queries";
import { Security } from "@/features/identity/Security";

export const Route = createFileRoute("/_app/security")({
  loader: ({ context: { queries } }) => void queries.prefetchQuery(sessions.list),
  component: Security,
});

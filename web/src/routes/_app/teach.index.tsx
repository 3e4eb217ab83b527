import { createFileRoute } from "@tanstack/react-router";
import { studio } from "@/features/courses/queries";
import { Teaching } from "@/features/courses/Teaching";

export const Route = createFileRoute("/_app/teach/")({
  loader: ({ context: { queries } }) => queries.ensureInfiniteQueryData(studio.teaching),
  component: Teaching,
});

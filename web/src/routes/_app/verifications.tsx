import { createFileRoute } from "@tanstack/react-router";
import { verification } from "@/features/identity/queries";
import { Verifications } from "@/features/identity/Verifications";

export const Route = createFileRoute("/_app/verifications")({
  loader: ({ context: { queries } }) => queries.ensureInfiniteQueryData(verification.queue),
  component: Verifications,
});

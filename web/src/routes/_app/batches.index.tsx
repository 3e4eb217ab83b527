import { createFileRoute } from "@tanstack/react-router";
import { Batches } from "@/features/directory/Batches";
import { batches } from "@/features/directory/queries";

export const Route = createFileRoute("/_app/batches/")({
  loader: ({ context: { queries } }) => void queries.prefetchInfiniteQuery(batches.list()),
  component: Batches,
});

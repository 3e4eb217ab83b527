import { createFileRoute } from "@tanstack/react-router";
import { Batch } from "@/features/directory/Batch";
import { batches } from "@/features/directory/queries";

export const Route = createFileRoute("/_app/batches/$batchId")({
  loader: ({ context: { queries }, params }) => queries.ensureQueryData(batches.one(params.batchId)),
  component: () => <Batch id={Route.useParams().batchId} />,
});

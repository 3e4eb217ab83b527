import { createFileRoute } from "@tanstack/react-router";
import { ConfirmEmail } from "@/features/identity/Links";

export const Route = createFileRoute("/confirm-email")({
  validateSearch: (search: Record<string, unknown>) => ({ token: typeof search.token === "string" ? search.token : "" }),
  component: () => <ConfirmEmail token={Route.useSearch().token} />,
});

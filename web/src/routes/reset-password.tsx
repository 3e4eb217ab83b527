import { createFileRoute } from "@tanstack/react-router";
import { ResetPassword } from "@/features/identity/Links";

export const Route = createFileRoute("/reset-password")({
  validateSearch: (search: Record<string, unknown>) => ({ token: typeof search.token === "string" ? search.token : "" }),
  component: () => <ResetPassword token={Route.useSearch().token} />,
});

import { createFileRoute } from "@tanstack/react-router";
import { Returned } from "@/features/identity/Returned";

const text = (value: unknown) => (typeof value === "string" || typeof value === "number" ? `${value}` : undefined);

export const Route = createFileRoute("/sign-in_/callback/$key")({
  validateSearch: (search: Record<string, unknown>): { state?: string; code?: string; iss?: string; error?: string } => ({
    state: text(search.state),
    code: text(search.code),
    iss: text(search.iss),
    error: text(search.error),
  }),
  component: Screen,
});

function Screen() {
  const { state, code, iss, error } = Route.useSearch();
  return <Returned callback={Route.useParams().key} state={state} code={code} iss={iss} error={error} />;
}

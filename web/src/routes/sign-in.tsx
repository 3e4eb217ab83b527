import { createFileRoute, redirect } from "@tanstack/react-router";
import { currentSession } from "@/api/session";
import { local } from "@/features/identity/provider";
import { SignIn } from "@/features/identity/SignIn";

export const Route = createFileRoute("/sign-in")({
  validateSearch: (search: Record<string, unknown>): { to?: string } => ({ to: typeof search.to === "string" ? search.to : undefined }),
  beforeLoad: ({ search }) => {
    if (currentSession().state === "signed-in") throw redirect({ href: local(search.to) });
  },
  component: Screen,
});

function Screen() {
  return <SignIn to={local(Route.useSearch().to)} />;
}

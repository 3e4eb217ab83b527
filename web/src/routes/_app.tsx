import { createFileRoute, Outlet, redirect } from "@tanstack/react-router";
import { currentSession } from "@/api/session";
import { me } from "@/features/identity/queries";
import { Shell } from "@/ui/shell";

export const Route = createFileRoute("/_app")({
  codeSplitGroupings: [], // every screen needs the shell: it comes with the first file
  beforeLoad: ({ location }) => {
    if (currentSession().state === "visitor") throw redirect({ to: "/sign-in", search: { to: location.href } });
  },
  loader: ({ context }) => context.queries.ensureQueryData(me),
  component: () => (
    <Shell>
      <Outlet />
    </Shell>
  ),
});

import { useQuery } from "@tanstack/react-query";
import { createFileRoute, Link, Outlet, redirect } from "@tanstack/react-router";
import { currentSession } from "@/api/session";
import { me } from "@/features/identity/queries";
import { t } from "@/lib/i18n";
import { Shell } from "@/ui/shell";

export const Route = createFileRoute("/_app")({
  codeSplitGroupings: [], // every screen needs the shell: it comes with the first file
  beforeLoad: ({ location }) => {
    if (currentSession().state === "visitor") throw redirect({ to: "/sign-in", search: { to: location.href } });
  },
  loader: ({ context }) => context.queries.ensureQueryData(me),
  component: () => (
    <Shell>
      <FactorNeeded />
      <Outlet />
    </Shell>
  ),
});

/** Above every screen of a person whose roles wait for a second factor. */
function FactorNeeded() {
  const account = useQuery(me).data;
  if (!account?.second_factor_needed) return null;
  return (
    <p className="border-b border-rule bg-sunk px-4 py-3 md:px-10">
      <strong>{t("factor.needed")}</strong> {t("factor.needed-text")}{" "}
      <Link to="/security" className="text-brand-ink underline underline-offset-4">
        {t("factor.set-up")}
      </Link>
    </p>
  );
}

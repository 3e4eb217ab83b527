import { useQuery } from "@tanstack/react-query";
import { createFileRoute, Link, Outlet, redirect, useLocation } from "@tanstack/react-router";
import { useEffect } from "react";
import { me } from "@/api/me";
import { currentSession } from "@/api/session";
import { t } from "@/lib/i18n";
import { reportsKept } from "@/lib/kept";
import { Notice } from "@/ui/notice";
import { Shell } from "@/ui/shell";

export const Route = createFileRoute("/_app")({
  codeSplitGroupings: [], // every screen needs the shell: it comes with the first file
  beforeLoad: ({ location }) => {
    if (currentSession().state === "visitor") throw redirect({ to: "/sign-in", search: { to: location.href } });
  },
  loader: ({ context }) => context.queries.ensureQueryData(me),
  component: App,
});

function App() {
  useEffect(() => {
    if (reportsKept()) void import("@/features/progress/queue").then((queue) => queue.resume());
  }, []);
  return (
    <Shell>
      <Screen />
    </Shell>
  );
}

/** What a person sees whose roles wait for a second factor: above every screen, and in its place where nothing else is open to them. */
function Screen() {
  const account = useQuery(me).data;
  const path = useLocation({ select: (location) => location.pathname });
  if (!account?.second_factor_needed) return <Outlet />;
  const way = (
    <Link to="/security" className="text-brand-ink underline underline-offset-4">
      {t("factor.set-up")}
    </Link>
  );
  if (account.permissions.length === 0 && path !== "/security")
    return (
      <Notice title={t("factor.needed")} action={way}>
        {t("factor.needed-text")}
      </Notice>
    );
  return (
    <>
      <p className="border-b border-rule bg-sunk px-4 py-3 md:px-10">
        <strong>{t("factor.needed")}</strong> {t("factor.needed-text")} {way}
      </p>
      <Outlet />
    </>
  );
}

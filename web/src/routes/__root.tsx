import type { QueryClient } from "@tanstack/react-query";
import { createRootRouteWithContext, Outlet } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { signedOut, useSession } from "@/api/session";
import { moment, t } from "@/lib/i18n";
import { Brand } from "@/ui/brand";
import { Button } from "@/ui/button";
import { Missing } from "@/ui/fallbacks";
import { Notice } from "@/ui/notice";
import { Toasts } from "@/ui/toasts";

export const Route = createRootRouteWithContext<{ queries: QueryClient }>()({
  component: Root,
  notFoundComponent: () => (
    <main>
      <Missing />
    </main>
  ),
});

function Root() {
  const session = useSession();
  return (
    <>
      <OfflineBar />
      {session.state === "banned" ? <Banned /> : <Outlet />}
      <Toasts />
    </>
  );
}

function Banned() {
  const { ban } = useSession();
  const until = ban?.details.until;
  return (
    <main>
      <div className="px-4 py-6 md:px-6">
        <Brand />
      </div>
      <Notice title={t("banned.title")} action={<Button onClick={signedOut}>{t("action.sign-out")}</Button>}>
        <p>{t("banned.text")}</p>
        <p className="mt-4 border-s-3 border-bad ps-4">{String(ban?.details.reason ?? "")}</p>
        {typeof until === "string" && <p className="mt-4">{t("banned.until", { date: moment(until, { dateStyle: "long" }) })}</p>}
      </Notice>
    </main>
  );
}

function OfflineBar() {
  const [online, setOnline] = useState(navigator.onLine);
  useEffect(() => {
    const look = () => setOnline(navigator.onLine);
    addEventListener("online", look);
    addEventListener("offline", look);
    return () => {
      removeEventListener("online", look);
      removeEventListener("offline", look);
    };
  }, []);
  if (online) return null;
  return (
    <p role="status" className="sticky top-0 z-40 bg-ink px-4 py-1.5 text-center text-sm text-paper">
      {t("offline.text")}
    </p>
  );
}

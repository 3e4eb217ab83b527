import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { lazy, type ReactNode, Suspense, useEffect, useRef, useState } from "react";
import { api } from "@/api/client";
import { type Account, me } from "@/api/me";
import { signedOut, useSession } from "@/api/session";
import { chooseLanguage, type Key, language, languages, t } from "@/lib/i18n";
import { start } from "@/lib/start";
import { setTheme, theme } from "@/lib/theme";
import { Avatar } from "./avatar";
import { Brand } from "./brand";
import { Button } from "./button";
import { Icon } from "./icon";
import { type Place, placesOf } from "./places";

const Palette = lazy(() => import("./palette").then((module) => ({ default: module.Palette })));

export function Shell({ children }: { children: ReactNode }) {
  const account = useQuery(me).data;
  const [palette, setPalette] = useState(false);
  const places = placesOf(account, "main");
  useShortcuts(places, () => setPalette(true));
  return (
    <div className="md:grid md:grid-cols-[14rem_minmax(0,1fr)]">
      <a
        href="#content"
        className="sr-only focus:not-sr-only focus:fixed focus:top-2 focus:start-2 focus:z-50 focus:bg-sheet focus:px-4 focus:py-2"
      >
        {t("nav.skip")}
      </a>
      <aside aria-label={start.institution.name} className="sticky top-0 hidden h-dvh flex-col border-e border-rule px-4 py-5 md:flex">
        <Link to="/" className="px-3">
          <Brand />
        </Link>
        <nav aria-label={t("nav.main")} className="mt-8 grid gap-1">
          {places.map(({ to, label, icon }) => (
            <Link
              key={to}
              to={to}
              activeOptions={{ exact: to === "/" }}
              className="flex min-h-10 items-center gap-3 rounded-md border-s-3 border-transparent px-3 text-ink-2 hover:text-ink aria-[current=page]:border-brand aria-[current=page]:font-semibold aria-[current=page]:text-ink"
            >
              {icon && <Icon name={icon} />}
              {t(label)}
            </Link>
          ))}
        </nav>
        <div className="mt-auto border-t border-rule pt-4">{account && <AccountMenu account={account} />}</div>
      </aside>
      <div className="min-w-0">
        <header className="sticky top-0 z-30 flex h-14 items-center gap-2 border-b border-rule bg-paper px-4 md:px-10">
          <Link to="/" className="md:hidden">
            <Brand compact />
          </Link>
          <button
            type="button"
            className="ms-auto flex min-h-11 items-center gap-3 text-ink-3 hover:text-ink md:ms-0"
            onClick={() => setPalette(true)}
          >
            <Icon name="search" />
            <span className="sr-only sm:not-sr-only">{t("palette.open")}</span>
            <kbd className="hidden rounded-sm border border-rule px-1.5 font-sans text-2xs md:inline">Ctrl K</kbd>
          </button>
          <ThemeSwitch />
          {account && (
            <div className="md:hidden">
              <AccountMenu account={account} compact />
            </div>
          )}
        </header>
        <SessionEnded />
        <main id="content">{children}</main>
      </div>
      <nav
        aria-label={t("nav.main")}
        className="fixed inset-x-0 bottom-0 z-30 flex border-t border-rule bg-paper pb-[env(safe-area-inset-bottom)] md:hidden"
      >
        {places.slice(0, 5).map(({ to, label, icon }) => (
          <Link
            key={to}
            to={to}
            activeOptions={{ exact: to === "/" }}
            className="grid min-h-14 min-w-0 flex-1 place-content-center justify-items-center gap-0.5 border-t-2 border-transparent text-2xs text-ink-2 aria-[current=page]:border-brand aria-[current=page]:font-semibold aria-[current=page]:text-ink"
          >
            {icon && <Icon name={icon} size={20} />}
            {t(label)}
          </Link>
        ))}
      </nav>
      {palette && (
        <Suspense>
          <Palette onClose={() => setPalette(false)} />
        </Suspense>
      )}
    </div>
  );
}

function ThemeSwitch() {
  const [now, setNow] = useState(theme());
  const next = now === "dark" ? "light" : "dark";
  return (
    <button
      type="button"
      className="grid size-11 place-items-center text-ink-2 hover:text-ink md:ms-auto"
      aria-label={t(next === "dark" ? "theme.dark" : "theme.light")}
      onClick={() => {
        setTheme(next);
        setNow(next);
      }}
    >
      <Icon name={now === "dark" ? "sun" : "moon"} />
    </button>
  );
}

function AccountMenu({ account, compact }: { account: Account; compact?: boolean }) {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const menu = useRef<HTMLDetailsElement>(null);
  const close = () => menu.current?.removeAttribute("open");
  const leave = async () => {
    await api.DELETE("/auth/sessions/current").catch(() => undefined);
    signedOut();
    await navigate({ to: "/sign-in" });
    queries.clear();
  };
  const row = "flex min-h-10 w-full items-center px-4 text-start hover:bg-sunk";
  return (
    <details
      ref={menu}
      className="relative"
      onBlur={(event) => !event.currentTarget.contains(event.relatedTarget) && close()}
      onKeyDown={(event) => event.key === "Escape" && close()}
    >
      <summary className="flex min-h-11 cursor-pointer list-none items-center gap-3 rounded-md px-1 [&::-webkit-details-marker]:hidden">
        <span className="sr-only">{t("account.menu")}</span>
        <Avatar name={account.name} id={account.id} size={34} />
        {!compact && (
          <span className="min-w-0 leading-tight">
            <span className="block truncate font-semibold">{account.name}</span>
            <span className="block truncate text-xs text-ink-3">{account.roles.map((role) => t(`role.${role}` as Key)).join(", ")}</span>
          </span>
        )}
      </summary>
      <div
        className={`absolute z-40 w-56 rounded-lg border border-rule bg-sheet py-2 shadow-lg ${compact ? "end-0 top-full mt-1" : "start-0 bottom-full mb-2"}`}
      >
        {placesOf(account, "own").map(({ to, label }) => (
          <Link key={to} to={to} className={row} onClick={close}>
            {t(label)}
          </Link>
        ))}
        <div className="my-2 border-t border-rule" />
        {Object.entries(languages)
          .filter(([code]) => code !== language)
          .map(([code, name]) => (
            <button key={code} type="button" lang={code} className={row} onClick={() => chooseLanguage(code as keyof typeof languages)}>
              {name}
            </button>
          ))}
        <button type="button" className={row} onClick={leave}>
          {t("action.sign-out")}
        </button>
      </div>
    </details>
  );
}

/** The session ended under somebody's hands: nothing on the screen is lost, signing in again in another tab brings it back. */
function SessionEnded() {
  const session = useSession();
  if (session.state !== "ended") return null;
  return (
    <div role="alert" className="flex flex-wrap items-center gap-3 border-b border-bad bg-sheet px-4 py-2 md:px-10">
      <span>{t("session.ended")}</span>
      <Button onClick={() => open("/sign-in", "_blank")}>{t("action.sign-in")}</Button>
    </div>
  );
}

/** Ctrl K opens the palette, / the search of the screen, g and a letter goes somewhere. */
function useShortcuts(places: Place[], openPalette: () => void) {
  const navigate = useNavigate();
  const going = useRef(0);
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        openPalette();
        return;
      }
      const target = event.target as HTMLElement;
      if (event.ctrlKey || event.metaKey || event.altKey || target.matches("input, textarea, select, [contenteditable]")) return;
      if (event.key === "/") {
        const search = document.querySelector<HTMLElement>("main [type=search]");
        if (search) {
          event.preventDefault();
          search.focus();
        }
      }
      if (event.key === "?") openPalette();
      if (Date.now() - going.current < 1200) {
        const place = places.find((one) => one.key === event.key);
        if (place) void navigate({ to: place.to });
      }
      going.current = event.key === "g" ? Date.now() : 0;
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, [navigate, places, openPalette]);
}

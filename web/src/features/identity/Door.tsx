import "./messages/account";
import { type ReactNode, useEffect } from "react";
import { t } from "@/lib/i18n";
import { start } from "@/lib/start";
import { Brand } from "@/ui/brand";

/** The frame of the screens before one is in: the house on one side, the form on the other. */
export function Door({ title, children }: { title: string; children: ReactNode }) {
  useEffect(() => {
    document.title = `${title} · ${start.institution.short_name}`;
  }, [title]);
  return (
    <div className="min-h-dvh md:grid md:grid-cols-[minmax(0,5fr)_minmax(0,6fr)]">
      <aside
        aria-label={start.institution.name}
        className="sticky top-0 hidden h-dvh flex-col justify-between border-e border-rule bg-sunk p-12 md:flex"
      >
        <Brand />
        <blockquote className="max-w-md">
          <p className="font-serif text-3xl leading-tight">{start.institution.tagline || start.institution.name}</p>
          <p className="mt-6 max-w-sm text-ink-2">{t("door.text")}</p>
        </blockquote>
        <Years />
      </aside>
      <main className="rise mx-auto w-full max-w-md px-4 py-10 md:py-16">
        <div className="mb-8 md:hidden">
          <Brand />
        </div>
        <h1 className="mb-8 text-3xl">{title}</h1>
        {children}
      </main>
    </div>
  );
}

/** Class years, the motif of the house. */
const Years = () => (
  <p aria-hidden="true" className="year max-w-md text-lg leading-8 text-ink-3">
    1975 1984 1992 1998 2004 2009 2012 2015 2018 2021 2024 2026
  </p>
);

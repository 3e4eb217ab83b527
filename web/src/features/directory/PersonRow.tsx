import { Link } from "@tanstack/react-router";
import { memo } from "react";
import { t } from "@/lib/i18n";
import { Avatar } from "@/ui/avatar";
import { Icon } from "@/ui/icon";
import type { Person } from "./queries";

/** What somebody does and where, of the parts that are shown. */
export const doing = (person: Person) =>
  [[person.title, person.company].filter(Boolean).join(", "), person.city].filter(Boolean).join(" · ");

export const PersonRow = memo(function PersonRow({ person, small }: { person: Person; small?: boolean }) {
  return (
    <li className="border-b border-rule [contain-intrinsic-size:auto_76px] [content-visibility:auto]">
      <Link to="/people/$personId" params={{ personId: person.id }} className="flex min-h-19 items-center gap-4 py-2 hover:bg-sunk">
        <Avatar name={person.name} id={person.id} photo={person.photo} size={small ? 38 : 46} />
        <span className="min-w-0 flex-1">
          <span className="flex items-center gap-2">
            <span className="truncate font-semibold">{person.name}</span>
            {person.standing === "verified" && (
              <Icon name="badge-check" label={t("standing.verified")} className="shrink-0 text-brand-ink" size={16} weight={1.8} />
            )}
            {person.open_to?.includes("mentoring") && !small && (
              <span className="shrink-0 text-xs font-semibold text-good">{t("open_to.mentor")}</span>
            )}
          </span>
          <span className="block truncate text-sm text-ink-2">{doing(person) || person.headline || t("people.nothing-shared")}</span>
        </span>
        {person.batch && !small && (
          <span className="shrink-0 text-end">
            <span className="year block text-lg leading-6 text-brand-ink">{person.batch.year}</span>
            <span className="hidden text-xs text-ink-3 sm:block">
              {person.batch.programme} {person.batch.department}
            </span>
          </span>
        )}
      </Link>
    </li>
  );
});

import "./messages/kit";
import { number, t } from "@/lib/i18n";
import { Avatar } from "./avatar";

type Face = { id: string; name: string; photo?: string };

/** A few faces of many, and how many more there are. */
export function Faces({
  people,
  total = people.length,
  show = 5,
  size = 34,
}: {
  people: Face[];
  total?: number;
  show?: number;
  size?: number;
}) {
  const seen = people.slice(0, show);
  const rest = total - seen.length;
  return (
    <ul className="flex items-center" aria-label={t("kit.people")}>
      {seen.map((one) => (
        <li key={one.id} title={one.name} className="-ms-1.5 rounded-full ring-2 ring-paper first:ms-0">
          <span className="sr-only">{one.name}</span>
          <span className="block leading-none">
            <Avatar {...one} size={size} />
          </span>
        </li>
      ))}
      {rest > 0 && <li className="num ms-2 text-sm text-ink-3">{t("kit.more", { count: number(rest) })}</li>}
    </ul>
  );
}

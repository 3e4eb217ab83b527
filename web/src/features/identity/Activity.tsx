import "./messages/account";
import { useQuery } from "@tanstack/react-query";
import type { Schemas } from "@/api/client";
import { type Key, moment, t } from "@/lib/i18n";
import { Section } from "@/ui/page";
import { Rows } from "@/ui/rows";
import { Empty } from "@/ui/states";
import { activity } from "./queries";

const said: Record<Schemas["AuditActivity"]["verb"], Key> = {
  "session.open": "activity.session-open",
  "session.end": "activity.session-end",
  "session.reuse": "activity.session-reuse",
  "factor.add": "activity.factor-add",
  "factor.remove": "activity.factor-remove",
  "connection.add": "activity.connection-add",
  "connection.remove": "activity.connection-remove",
  "recovery-code.renew": "activity.codes-renew",
  "recovery-code.use": "activity.code-use",
  "password.change": "activity.password-change",
  "password.ask-reset": "activity.password-ask",
  "person.roles": "activity.roles",
  "person.unban": "activity.unban",
};

/** What happened to one's account of late, so that a stranger's hand is seen. */
export function Activity() {
  const list = useQuery(activity);
  return (
    <Section title={t("activity.title")}>
      <Rows of={list} rows={4} empty={<Empty>{t("activity.none")}</Empty>}>
        {(item) => (
          <li
            key={item.id}
            className={`flex flex-wrap items-baseline justify-between gap-x-4 border-b border-rule py-2 ${item.verb === "session.reuse" ? "text-bad" : ""}`}
          >
            <span>{t(said[item.verb])}</span>
            <span className="text-sm text-ink-3">
              {item.address && `${item.address} · `}
              {moment(item.at)}
            </span>
          </li>
        )}
      </Rows>
    </Section>
  );
}

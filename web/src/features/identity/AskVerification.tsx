import "./messages/account";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { api, take } from "@/api/client";
import { may, me } from "@/api/me";
import { moment, t } from "@/lib/i18n";
import { Area } from "@/ui/field";
import { Form, useForm } from "@/ui/form";
import { Page, Section } from "@/ui/page";
import { verification } from "./queries";

export function AskVerification() {
  const queries = useQueryClient();
  const account = useQuery(me).data;
  const latest = useQuery(verification.mine).data?.latest;
  const form = useForm({
    values: { statement: "" },
    send: (body) => take(api.POST("/me/verification", { body })),
    done: () => verification.changed(queries),
  });
  const open = latest && !latest.decision;
  return (
    <Page narrow title={t("verification.title")}>
      {latest && (
        <Section title={t("verification.yours")} className="mb-10">
          <p className="mt-4 whitespace-pre-line font-serif text-md">{latest.statement}</p>
          <p className="mt-3 text-sm text-ink-3">
            {t("verification.asked", { date: moment(latest.asked_at) })}
            {latest.decision === "rejected" && ` · ${t("standing.rejected")}`}
          </p>
          {latest.reason && <p className="mt-2 border-s-3 border-brand ps-3">{latest.reason}</p>}
          {open && <p className="mt-3">{t("standing.pending-text")}</p>}
        </Section>
      )}
      {!open && may(account, "verification.ask") && (
        <Form of={form} action={t("verification.ask")} className="grid gap-5">
          <p className="max-w-prose text-ink-2">{t("verification.text")}</p>
          <Area
            label={t("verification.statement")}
            rows={6}
            required
            maxLength={2000}
            hint={t("verification.hint")}
            {...form.field("statement")}
          />
        </Form>
      )}
      {account?.standing === "verified" && <p>{t("verification.already")}</p>}
    </Page>
  );
}

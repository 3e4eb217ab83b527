import "@/messages/en/account";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, take } from "@/api/client";
import { Problem } from "@/api/problem";
import { moment, t } from "@/lib/i18n";
import { Button } from "@/ui/button";
import { Area } from "@/ui/field";
import { Page, Section } from "@/ui/page";
import { words } from "@/ui/states";
import { may, me, verification } from "./queries";

export function AskVerification() {
  const queries = useQueryClient();
  const account = useQuery(me).data;
  const latest = useQuery(verification.mine).data?.latest;
  const [statement, setStatement] = useState("");
  const ask = useMutation({
    mutationFn: () => take(api.POST("/me/verification", { body: { statement } })),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ["verification"] });
      void queries.invalidateQueries({ queryKey: ["me"] });
    },
  });
  const open = latest && !latest.decision;
  const field = ask.error instanceof Problem ? ask.error.fields.statement : undefined;
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
        <form
          className="grid gap-5"
          onSubmit={(event) => {
            event.preventDefault();
            ask.mutate();
          }}
        >
          <p className="max-w-prose text-ink-2">{t("verification.text")}</p>
          <Area
            label={t("verification.statement")}
            rows={6}
            required
            maxLength={2000}
            hint={t("verification.hint")}
            value={statement}
            error={field}
            onChange={(event) => setStatement(event.target.value)}
          />
          {ask.isError && !field && <p role="alert">{words(ask.error)}</p>}
          <Button kind="primary" type="submit" className="justify-self-start" busy={ask.isPending}>
            {t("verification.ask")}
          </Button>
        </form>
      )}
      {account?.standing === "verified" && <p>{t("verification.already")}</p>}
    </Page>
  );
}

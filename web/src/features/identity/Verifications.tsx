import "./messages/account";
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, type Schemas, take } from "@/api/client";
import { ago, t } from "@/lib/i18n";
import { toast } from "@/lib/toast";
import { Avatar } from "@/ui/avatar";
import { Button } from "@/ui/button";
import { Area } from "@/ui/field";
import { Page } from "@/ui/page";
import { howMany, Rows } from "@/ui/rows";
import { Empty, words } from "@/ui/states";
import { verification } from "./queries";

type Request = Schemas["IdentityVerificationRequest"];

/** The alumni office's queue. */
export function Verifications() {
  const list = useInfiniteQuery(verification.queue);
  return (
    <Page narrow title={t("nav.verifications")} over={howMany(list, "verifications.count")}>
      <Rows of={list} tall empty={<Empty>{t("verifications.none")}</Empty>}>
        {(request) => <Decide key={request.id} request={request} />}
      </Rows>
    </Page>
  );
}

function Decide({ request }: { request: Request }) {
  const queries = useQueryClient();
  const [rejecting, setRejecting] = useState(false);
  const [reason, setReason] = useState("");
  const decide = useMutation({
    mutationFn: (decision: "verified" | "rejected") =>
      take(
        api.PUT("/verifications/{verification_id}/decision", {
          params: { path: { verification_id: request.id } },
          body: { decision, reason },
        }),
      ),
    onSuccess: (_, decision) =>
      toast(t(decision === "verified" ? "verifications.verified" : "verifications.rejected", { name: request.name })),
    onError: (error) => toast(words(error)),
    onSettled: () => verification.changed(queries),
  });
  return (
    <li className="border-b border-rule py-5">
      <div className="flex items-start gap-4">
        <Avatar name={request.name} id={request.person_id} />
        <div className="min-w-0 flex-1">
          <p className="font-semibold">{request.name}</p>
          <p className="text-sm text-ink-3">
            {request.email} · {ago(request.asked_at)}
          </p>
          <p className="mt-2 max-w-prose whitespace-pre-line">{request.statement}</p>
          {rejecting && (
            <div className="mt-4">
              <Area
                label={t("verifications.reason")}
                rows={3}
                hint={t("verifications.reason-hint")}
                value={reason}
                onChange={(event) => setReason(event.target.value)}
              />
            </div>
          )}
          <div className="mt-4 flex flex-wrap gap-2">
            {!rejecting && (
              <Button kind="primary" busy={decide.isPending} onClick={() => decide.mutate("verified")}>
                {t("verifications.verify")}
              </Button>
            )}
            <Button
              kind={rejecting ? "danger" : "quiet"}
              disabled={rejecting && !reason.trim()}
              busy={decide.isPending && rejecting}
              onClick={() => (rejecting ? decide.mutate("rejected") : setRejecting(true))}
            >
              {t("verifications.reject")}
            </Button>
            {rejecting && (
              <Button kind="plain" onClick={() => setRejecting(false)}>
                {t("action.cancel")}
              </Button>
            )}
          </div>
        </div>
      </div>
    </li>
  );
}

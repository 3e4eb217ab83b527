import "./messages/account";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { api, take } from "@/api/client";
import type { Problem } from "@/api/problem";
import type { SignedIn } from "@/api/session";
import { t } from "@/lib/i18n";
import { Button } from "@/ui/button";
import { Field } from "@/ui/field";
import { words } from "@/ui/states";
import { askPasskey, hasPasskeys } from "./passkey";

type Asked = { challenge: string; factors: string[]; passkey?: Record<string, unknown> };

/** After the password of an account with a second factor: a passkey, a code of an app, or a recovery code. */
export function SecondStep({ problem, done, again }: { problem: Problem; done: (answer: SignedIn) => void; again: () => void }) {
  const asked = problem.details as Asked;
  const [code, setCode] = useState("");
  const prove = useMutation({
    mutationFn: async (proof: { code: string } | { credential: Record<string, unknown> }) =>
      take(api.POST("/auth/second-factors", { body: { challenge: asked.challenge, ...proof } })),
    onSuccess: done,
  });
  const key = useMutation({
    mutationFn: async () => {
      const credential = await askPasskey(asked.passkey ?? {});
      if (credential) prove.mutate({ credential });
    },
  });
  const app = asked.factors.includes("totp");
  const error = prove.error ?? key.error;
  return (
    <form
      className="grid gap-5"
      onSubmit={(event) => {
        event.preventDefault();
        prove.mutate({ code });
      }}
    >
      <p>{t("second.text")}</p>
      {asked.passkey && hasPasskeys() && (
        <Button kind="primary" busy={key.isPending || prove.isPending} onClick={() => key.mutate()}>
          {t("second.passkey")}
        </Button>
      )}
      <Field
        label={app ? t("second.code") : t("second.recovery")}
        hint={app ? t("second.code-hint") : undefined}
        autoComplete="one-time-code"
        inputMode={app ? "text" : undefined}
        spellCheck={false}
        required
        autoFocus={!asked.passkey}
        value={code}
        onChange={(event) => setCode(event.target.value)}
      />
      {error && (
        <p role="alert" className="border-s-3 border-bad ps-3">
          {words(error)}
        </p>
      )}
      <Button kind={asked.passkey ? "quiet" : "primary"} type="submit" busy={prove.isPending}>
        {t("second.confirm")}
      </Button>
      <button type="button" className="justify-self-start text-sm text-brand-ink underline underline-offset-4" onClick={again}>
        {t("second.again")}
      </button>
    </form>
  );
}

import "@/messages/en/account";
import { useMutation, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { api, take } from "@/api/client";
import { Problem } from "@/api/problem";
import { t } from "@/lib/i18n";
import { Button, buttonLook } from "@/ui/button";
import { Field } from "@/ui/field";
import { Failed, Skeleton, words } from "@/ui/states";
import { Door } from "./Door";
import { MailHint } from "./MailHint";

const ToSignIn = () => (
  <Link to="/sign-in" className={buttonLook("primary")}>
    {t("action.sign-in")}
  </Link>
);

/** Opened from the mail that confirms an address. */
export function ConfirmEmail({ token }: { token: string }) {
  const confirm = useQuery({
    queryKey: ["confirm", token],
    queryFn: () => take(api.POST("/auth/email-confirmations", { body: { token } })).then(() => true),
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (confirm.isPending)
    return (
      <Door title={t("confirm.title")}>
        <Skeleton rows={1} />
      </Door>
    );
  return (
    <Door title={confirm.isError ? t("confirm.failed") : t("confirm.done")}>
      {confirm.isError ? <Failed error={confirm.error} /> : <p className="mb-6 text-md">{t("confirm.text")}</p>}
      <ToSignIn />
    </Door>
  );
}

export function ForgotPassword() {
  const [email, setEmail] = useState("");
  const ask = useMutation({ mutationFn: () => take(api.POST("/auth/password-resets", { body: { email } })) });
  if (ask.isSuccess)
    return (
      <Door title={t("forgot.sent")}>
        <p className="text-md">{t("forgot.sent-text", { email })}</p>
        <MailHint />
      </Door>
    );
  return (
    <Door title={t("forgot.title")}>
      <form
        className="grid gap-5"
        onSubmit={(event) => {
          event.preventDefault();
          ask.mutate();
        }}
      >
        <p className="text-ink-2">{t("forgot.text")}</p>
        <Field
          label={t("field.email")}
          type="email"
          autoComplete="email"
          required
          value={email}
          onChange={(event) => setEmail(event.target.value)}
        />
        {ask.isError && <p role="alert">{words(ask.error)}</p>}
        <Button kind="primary" type="submit" busy={ask.isPending}>
          {t("forgot.action")}
        </Button>
      </form>
    </Door>
  );
}

/** Opened from the mail that lets one choose a new password. */
export function ResetPassword({ token }: { token: string }) {
  const [password, setPassword] = useState("");
  const reset = useMutation({ mutationFn: () => take(api.PUT("/auth/password", { body: { token, password } })) });
  const field = reset.error instanceof Problem ? reset.error.fields.password : undefined;
  if (reset.isSuccess)
    return (
      <Door title={t("reset.done")}>
        <p className="mb-6 text-md">{t("reset.done-text")}</p>
        <ToSignIn />
      </Door>
    );
  return (
    <Door title={t("reset.title")}>
      <form
        className="grid gap-5"
        onSubmit={(event) => {
          event.preventDefault();
          reset.mutate();
        }}
      >
        <Field
          label={t("field.new-password")}
          type="password"
          autoComplete="new-password"
          required
          hint={t("field.password-hint")}
          value={password}
          onChange={(event) => setPassword(event.target.value)}
          error={field}
        />
        {reset.isError && !field && <p role="alert">{words(reset.error)}</p>}
        <Button kind="primary" type="submit" busy={reset.isPending}>
          {t("reset.action")}
        </Button>
      </form>
    </Door>
  );
}

import "./messages/account";
import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { api, take } from "@/api/client";
import { isProblem, Problem } from "@/api/problem";
import { t } from "@/lib/i18n";
import { Button, buttonLook } from "@/ui/button";
import { Field } from "@/ui/field";
import { Form, useForm } from "@/ui/form";
import { Failed, words } from "@/ui/states";
import { Door } from "./Door";
import { MailHint } from "./MailHint";

const ToSignIn = () => (
  <Link to="/sign-in" className={buttonLook("primary")}>
    {t("action.sign-in")}
  </Link>
);

/** A link that was used, or came too late: a new one is a step away. */
const Spent = ({ error }: { error: unknown }) => (
  <Door title={t("confirm.failed")}>
    <Failed error={error} />
    <div className="flex flex-wrap gap-2">
      <Link to="/forgot-password" className={buttonLook("primary")}>
        {t("reset.again")}
      </Link>
      <Link to="/sign-in" className={buttonLook("quiet")}>
        {t("action.sign-in")}
      </Link>
    </div>
  </Door>
);

/** Opened from the mail that confirms an address. A program that looks at the links of mails presses no button, and spends nothing. */
export function ConfirmEmail({ token }: { token: string }) {
  const [password, setPassword] = useState("");
  const confirm = useMutation({
    mutationFn: () => take(api.POST("/auth/email-confirmations", { body: { token, password: password || undefined } })),
  });
  const already = isProblem(confirm.error, "confirmed");
  if (confirm.isSuccess || already)
    return (
      <Door title={t(already ? "confirm.already" : "confirm.done")}>
        <p className="mb-6 text-md">{t("confirm.text")}</p>
        <ToSignIn />
      </Door>
    );
  if (isProblem(confirm.error, "link")) return <Spent error={confirm.error} />;
  const field = confirm.error instanceof Problem ? confirm.error.fields.password : undefined;
  const elsewhere = isProblem(confirm.error, "password-needed") || !!field || password !== "";
  return (
    <Door title={t("confirm.title")}>
      <form
        className="grid gap-5"
        onSubmit={(event) => {
          event.preventDefault();
          confirm.mutate();
        }}
      >
        <p className="text-md">{t(elsewhere ? "confirm.elsewhere" : "confirm.ask")}</p>
        {elsewhere && (
          <Field
            label={t("field.password")}
            type="password"
            autoComplete="current-password"
            required
            value={password}
            error={field}
            onChange={(event) => setPassword(event.target.value)}
          />
        )}
        {confirm.isError && !field && !isProblem(confirm.error, "password-needed") && <p role="alert">{words(confirm.error)}</p>}
        <Button kind="primary" type="submit" busy={confirm.isPending}>
          {t("confirm.action")}
        </Button>
        {elsewhere && (
          <Link to="/forgot-password" className="text-brand-ink underline underline-offset-4">
            {t("confirm.forgot")}
          </Link>
        )}
      </form>
    </Door>
  );
}

export function ForgotPassword() {
  const [sent, setSent] = useState<string>();
  const form = useForm({
    values: { email: "" },
    send: (body) => take(api.POST("/auth/password-resets", { body })),
    done: (_, { email }) => setSent(email),
    guard: false,
  });
  if (sent)
    return (
      <Door title={t("forgot.sent")}>
        <p className="text-md">{t("forgot.sent-text", { email: sent })}</p>
        <MailHint />
      </Door>
    );
  return (
    <Door title={t("forgot.title")}>
      <Form of={form} action={t("forgot.action")} foot="wide" className="grid gap-5">
        <p className="text-ink-2">{t("forgot.text")}</p>
        <Field label={t("field.email")} type="email" autoComplete="email" required {...form.field("email")} />
      </Form>
    </Door>
  );
}

/** Opened from the mail that lets one choose a new password. */
export function ResetPassword({ token }: { token: string }) {
  const [done, setDone] = useState(false);
  const form = useForm({
    values: { password: "", factors: false },
    send: ({ password, factors }) => take(api.PUT("/auth/password", { body: { token, password, remove_factors: factors || undefined } })),
    done: () => setDone(true),
    guard: false,
  });
  if (isProblem(form.trouble, "link")) return <Spent error={form.trouble} />;
  if (done)
    return (
      <Door title={t("reset.done")}>
        <p className="mb-6 text-md">{t("reset.done-text")}</p>
        <ToSignIn />
      </Door>
    );
  return (
    <Door title={t("reset.title")}>
      <Form of={form} action={t("reset.action")} foot="wide" className="grid gap-5">
        <Field
          label={t("field.new-password")}
          type="password"
          autoComplete="new-password"
          required
          hint={t("field.password-hint")}
          {...form.field("password")}
        />
        <label className="flex items-start gap-3">
          <input
            type="checkbox"
            className="mt-1 size-4"
            checked={form.values.factors}
            onChange={(event) => form.set({ factors: event.target.checked })}
          />
          <span className="text-ink-2">{t("reset.factors")}</span>
        </label>
      </Form>
    </Door>
  );
}

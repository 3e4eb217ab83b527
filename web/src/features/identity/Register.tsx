import "./messages/account";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { api, take } from "@/api/client";
import { t } from "@/lib/i18n";
import { Field } from "@/ui/field";
import { Form, useForm } from "@/ui/form";
import { Door } from "./Door";
import { MailHint } from "./MailHint";

export function Register() {
  const [sent, setSent] = useState<string>();
  const form = useForm({
    values: { name: "", email: "", password: "" },
    send: (who) => take(api.POST("/auth/registrations", { body: who })),
    done: (_, who) => setSent(who.email),
    guard: false,
  });
  if (sent)
    return (
      <Door title={t("register.sent")}>
        <p className="text-md">{t("register.sent-text", { email: sent })}</p>
        <MailHint />
      </Door>
    );
  return (
    <Door title={t("register.title")}>
      <Form of={form} action={t("register.action")} foot="wide" className="grid gap-5">
        <p className="text-ink-2">{t("register.text")}</p>
        <Field label={t("field.name")} autoComplete="name" required maxLength={120} {...form.field("name")} />
        <Field label={t("field.email")} type="email" autoComplete="email" required {...form.field("email")} />
        <Field
          label={t("field.password")}
          type="password"
          autoComplete="new-password"
          required
          hint={t("field.password-hint")}
          {...form.field("password")}
        />
      </Form>
      <p className="mt-5 text-sm text-ink-2">
        {t("register.have")}{" "}
        <Link to="/sign-in" className="text-brand-ink underline underline-offset-4">
          {t("action.sign-in")}
        </Link>
      </p>
    </Door>
  );
}

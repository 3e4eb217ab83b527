import "@/messages/en/account";
import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { api, take } from "@/api/client";
import { Problem } from "@/api/problem";
import { t } from "@/lib/i18n";
import { Button } from "@/ui/button";
import { Field } from "@/ui/field";
import { words } from "@/ui/states";
import { Door } from "./Door";
import { MailHint } from "./MailHint";

export function Register() {
  const [who, setWho] = useState({ name: "", email: "", password: "" });
  const join = useMutation({ mutationFn: () => take(api.POST("/auth/registrations", { body: who })) });
  const fields = join.error instanceof Problem ? join.error.fields : {};
  const set = (name: keyof typeof who) => (event: { target: { value: string } }) => setWho({ ...who, [name]: event.target.value });
  if (join.isSuccess)
    return (
      <Door title={t("register.sent")}>
        <p className="text-md">{t("register.sent-text", { email: who.email })}</p>
        <MailHint />
      </Door>
    );
  return (
    <Door title={t("register.title")}>
      <form
        className="grid gap-5"
        onSubmit={(event) => {
          event.preventDefault();
          join.mutate();
        }}
      >
        <p className="text-ink-2">{t("register.text")}</p>
        <Field
          label={t("field.name")}
          autoComplete="name"
          required
          maxLength={120}
          value={who.name}
          onChange={set("name")}
          error={fields.name}
        />
        <Field
          label={t("field.email")}
          type="email"
          autoComplete="email"
          required
          value={who.email}
          onChange={set("email")}
          error={fields.email}
        />
        <Field
          label={t("field.password")}
          type="password"
          autoComplete="new-password"
          required
          hint={t("field.password-hint")}
          value={who.password}
          onChange={set("password")}
          error={fields.password}
        />
        {join.isError && Object.keys(fields).length === 0 && <p role="alert">{words(join.error)}</p>}
        <Button kind="primary" type="submit" busy={join.isPending}>
          {t("register.action")}
        </Button>
        <p className="text-sm text-ink-2">
          {t("register.have")}{" "}
          <Link to="/sign-in" className="text-brand-ink underline underline-offset-4">
            {t("action.sign-in")}
          </Link>
        </p>
      </form>
    </Door>
  );
}

import "./messages/account";
import { useMutation, useQuery } from "@tanstack/react-query";
import { Link, useRouter } from "@tanstack/react-router";
import { useState } from "react";
import { api, take } from "@/api/client";
import { Problem } from "@/api/problem";
import { banned, type SignedIn, signedIn } from "@/api/session";
import { type Key, t } from "@/lib/i18n";
import { start } from "@/lib/start";
import { Avatar } from "@/ui/avatar";
import { Button } from "@/ui/button";
import { Field } from "@/ui/field";
import { words } from "@/ui/states";
import { Door } from "./Door";
import { askPasskey, hasPasskeys } from "./passkey";
import { goToProvider } from "./provider";
import { providers } from "./queries";
import { SecondStep } from "./SecondStep";

export function SignIn({ to }: { to: string }) {
  const router = useRouter();
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const inside = (answer: SignedIn) => {
    if (signedIn(answer, true, to)) router.history.push(to);
  };
  const enter = useMutation({
    mutationFn: (who: { email: string; password: string }) => take(api.POST("/auth/sessions", { body: who })),
    onSuccess: inside,
    onError: (error) => {
      if (error instanceof Problem && error.type === "banned") banned(error);
    },
  });
  const key = useMutation({
    mutationFn: async () => {
      const begun = await take(api.POST("/auth/passkey-challenges"));
      const credential = await askPasskey(begun.options);
      if (credential) inside(await take(api.POST("/auth/passkeys", { body: { challenge: begun.challenge, credential } })));
    },
    onError: (error) => {
      if (error instanceof Problem && error.type === "banned") banned(error);
    },
  });
  const offered = useQuery(providers.offered);
  const go = useMutation({ mutationFn: (id: string) => goToProvider(id, { purpose: "sign-in", to }) });
  if (enter.error instanceof Problem && enter.error.type === "second-factor")
    return (
      <Door title={t("second.title")}>
        <SecondStep problem={enter.error} done={inside} again={enter.reset} />
      </Door>
    );
  const failed = enter.error ?? key.error ?? go.error;
  return (
    <Door title={t("sign-in.title")}>
      {!window.isSecureContext && (
        <p role="alert" className="mb-5 border-s-3 border-bad ps-4">
          {t("sign-in.insecure")}
        </p>
      )}
      <form
        className="grid gap-5"
        onSubmit={(event) => {
          event.preventDefault();
          enter.mutate({ email, password });
        }}
      >
        <Field
          label={t("field.email")}
          type="email"
          autoComplete="username"
          required
          value={email}
          onChange={(event) => setEmail(event.target.value)}
        />
        <Field
          label={t("field.password")}
          type="password"
          autoComplete="current-password"
          required
          value={password}
          onChange={(event) => setPassword(event.target.value)}
          aside={
            <Link to="/forgot-password" className="text-sm text-brand-ink underline underline-offset-4">
              {t("sign-in.forgot")}
            </Link>
          }
        />
        {failed && (
          <p role="alert" className="border-s-3 border-bad ps-3">
            {words(failed)}
          </p>
        )}
        <Button kind="primary" type="submit" busy={enter.isPending}>
          {t("action.sign-in")}
        </Button>
        {hasPasskeys() && (
          <Button busy={key.isPending} onClick={() => key.mutate()}>
            {t("sign-in.passkey")}
          </Button>
        )}
        {offered.data?.items.map((provider) => (
          <Button key={provider.id} busy={go.isPending && go.variables === provider.id} onClick={() => go.mutate(provider.id)}>
            {t("sign-in.provider", { provider: provider.name })}
          </Button>
        ))}
        <p className="text-sm text-ink-2">
          {t("sign-in.new")}{" "}
          <Link to="/register" className="text-brand-ink underline underline-offset-4">
            {t("sign-in.register")}
          </Link>
        </p>
      </form>
      {start.demo && (
        <DemoPeople busy={enter.isPending} pick={(who) => enter.mutate({ email: who, password: start.demo?.password ?? "" })} />
      )}
    </Door>
  );
}

function DemoPeople({ pick, busy }: { pick: (email: string) => void; busy: boolean }) {
  return (
    <section className="mt-10" aria-label={t("demo.title")}>
      <h2 className="border-b border-ink pb-2 text-lg">{t("demo.title")}</h2>
      <p className="py-2 text-sm text-ink-3">{t("demo.text")}</p>
      <ul>
        {start.demo?.people.map((person) => (
          <li key={person.email} className="border-b border-rule">
            <button
              type="button"
              disabled={busy}
              onClick={() => pick(person.email)}
              className="flex min-h-13 w-full items-center gap-3 px-1 py-1.5 text-start hover:bg-sunk"
            >
              <Avatar name={person.name} id={person.email} size={34} />
              <span className="min-w-0 flex-1 leading-tight">
                <span className="block font-semibold">{person.name}</span>
                <span className="block text-sm text-ink-3">{demoRole(person.role)}</span>
              </span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

const roleKeys: Record<string, Key> = {
  Student: "role.student",
  "Alumna, verified": "demo.alumna",
  Instructor: "role.instructor",
  "Alumni office": "role.staff",
  Administrator: "role.admin",
  Operator: "role.operator",
  "Alumnus, not verified yet": "demo.unverified",
  Suspended: "demo.banned",
};

const demoRole = (role: string) => (roleKeys[role] ? t(roleKeys[role]) : role);

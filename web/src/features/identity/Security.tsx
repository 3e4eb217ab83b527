import "@/messages/en/account";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api, take } from "@/api/client";
import { Problem } from "@/api/problem";
import { ago, moment, t, tn } from "@/lib/i18n";
import { toast } from "@/lib/toast";
import { Button } from "@/ui/button";
import { Field } from "@/ui/field";
import { Page, Section } from "@/ui/page";
import { Failed, Skeleton, words } from "@/ui/states";
import { Activity } from "./Activity";
import { browserName } from "./browser";
import { Connections } from "./Connections";
import { Factors } from "./Factors";
import { sessions } from "./queries";

export function Security() {
  return (
    <Page narrow title={t("nav.security")}>
      <div className="grid gap-12">
        <Factors />
        <Connections />
        <Sessions />
        <Password />
        <Activity />
      </div>
    </Page>
  );
}

function Sessions() {
  const queries = useQueryClient();
  const list = useQuery(sessions);
  const again = () => queries.invalidateQueries({ queryKey: sessions.queryKey });
  const end = useMutation({
    mutationFn: (id: string) => take(api.DELETE("/auth/sessions/{session_id}", { params: { path: { session_id: id } } })),
    onSuccess: () => toast(t("security.ended")),
    onError: (error) => toast(words(error)),
    onSettled: again,
  });
  const endOthers = useMutation({
    mutationFn: () => take(api.DELETE("/auth/sessions")),
    onSuccess: (answer) => toast(tn("security.ended-others", answer.ended)),
    onError: (error) => toast(words(error)),
    onSettled: again,
  });
  const items = list.data?.items ?? [];
  return (
    <Section title={t("security.sessions")} aside={list.data && tn("security.count", items.length)}>
      {list.isPending && <Skeleton rows={3} tall />}
      {list.isError && <Failed error={list.error} retry={list.refetch} />}
      <ul>
        {items.map((session) => (
          <li key={session.id} className="flex flex-wrap items-center justify-between gap-3 border-b border-rule py-3">
            <div>
              <p className="font-semibold">
                {browserName(session.user_agent)}{" "}
                {session.current && <span className="text-sm font-normal text-good">{t("security.this")}</span>}
              </p>
              <p className="text-sm text-ink-3">
                {session.address} · {t("security.seen", { when: ago(session.last_seen_at) })} ·{" "}
                {t("security.since", { date: moment(session.created_at) })}
              </p>
            </div>
            {!session.current && (
              <Button onClick={() => end.mutate(session.id)} busy={end.isPending && end.variables === session.id}>
                {t("security.end")}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {items.length > 1 && (
        <Button kind="danger" className="mt-4" busy={endOthers.isPending} onClick={() => endOthers.mutate()}>
          {t("security.end-others")}
        </Button>
      )}
    </Section>
  );
}

function Password() {
  const [form, setForm] = useState({ current_password: "", password: "" });
  const change = useMutation({
    mutationFn: () => take(api.PUT("/me/password", { body: form })),
    onSuccess: () => {
      setForm({ current_password: "", password: "" });
      toast(t("security.changed"));
    },
  });
  const fields = change.error instanceof Problem ? change.error.fields : {};
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change.mutate();
  };
  return (
    <Section title={t("security.password")}>
      <form className="mt-5 grid max-w-md gap-5" onSubmit={submit}>
        <Field
          label={t("field.current-password")}
          type="password"
          autoComplete="current-password"
          required
          value={form.current_password}
          error={fields.current_password}
          onChange={(event) => setForm({ ...form, current_password: event.target.value })}
        />
        <Field
          label={t("field.new-password")}
          type="password"
          autoComplete="new-password"
          required
          hint={t("field.password-hint")}
          value={form.password}
          error={fields.password}
          onChange={(event) => setForm({ ...form, password: event.target.value })}
        />
        {change.isError && Object.keys(fields).length === 0 && <p role="alert">{words(change.error)}</p>}
        <Button kind="primary" type="submit" className="justify-self-start" busy={change.isPending}>
          {t("security.change")}
        </Button>
      </form>
    </Section>
  );
}

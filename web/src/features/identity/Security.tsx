import "./messages/account";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, take } from "@/api/client";
import { ago, moment, t, tn } from "@/lib/i18n";
import { toast } from "@/lib/toast";
import { Button } from "@/ui/button";
import { Field } from "@/ui/field";
import { Form, useForm } from "@/ui/form";
import { Page, Section } from "@/ui/page";
import { howMany, Rows } from "@/ui/rows";
import { words } from "@/ui/states";
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
  const list = useQuery(sessions.list);
  const again = () => sessions.changed(queries);
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
    <Section title={t("security.sessions")} aside={howMany(list, "security.count")}>
      <Rows of={list} rows={3} tall>
        {(session) => (
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
        )}
      </Rows>
      {items.length > 1 && (
        <Button kind="danger" className="mt-4" busy={endOthers.isPending} onClick={() => endOthers.mutate()}>
          {t("security.end-others")}
        </Button>
      )}
    </Section>
  );
}

function Password() {
  const form = useForm({
    values: { current_password: "", password: "" },
    send: (body) => take(api.PUT("/me/password", { body })),
    done: () => {
      form.reset({ current_password: "", password: "" });
      toast(t("security.changed"));
    },
    guard: false,
  });
  return (
    <Section title={t("security.password")}>
      <div className="mt-5 max-w-md">
        <Form of={form} action={t("security.change")} className="grid gap-5">
          <Field
            label={t("field.current-password")}
            type="password"
            autoComplete="current-password"
            required
            {...form.field("current_password")}
          />
          <Field
            label={t("field.new-password")}
            type="password"
            autoComplete="new-password"
            required
            hint={t("field.password-hint")}
            {...form.field("password")}
          />
        </Form>
      </div>
    </Section>
  );
}

import "./messages/account";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, take } from "@/api/client";
import { isProblem, Problem } from "@/api/problem";
import { ago, moment, t } from "@/lib/i18n";
import { toast } from "@/lib/toast";
import { Button } from "@/ui/button";
import { Field } from "@/ui/field";
import { Panel, Section } from "@/ui/page";
import { Failed, words } from "@/ui/states";
import { goToProvider } from "./provider";
import { connections, providers } from "./queries";

/** Other services that open one's account. Absent where the institution offers none and none is connected. */
export function Connections() {
  const queries = useQueryClient();
  const list = useQuery(connections.list);
  const offered = useQuery(providers.offered);
  const [password, setPassword] = useState("");
  const go = useMutation({ mutationFn: (id: string) => goToProvider(id, { purpose: "connect", to: "/security" }) });
  const remove = useMutation({
    mutationFn: (id: string) =>
      take(
        api.POST("/me/connections/{connection_id}/removal", {
          params: { path: { connection_id: id } },
          body: password ? { current_password: password } : {},
        }),
      ),
    onSuccess: () => {
      setPassword("");
      toast(t("connections.removed"));
    },
    onSettled: () => connections.changed(queries),
  });
  const items = list.data?.items ?? [];
  const services = offered.data?.items ?? [];
  if (list.isError) return <Failed error={list.error} retry={list.refetch} />;
  if (items.length === 0 && services.length === 0) return null;
  const wrong = remove.error instanceof Problem ? remove.error.fields.current_password : undefined;
  const prove = isProblem(remove.error, "prove-yourself") || wrong !== undefined;
  const failed = go.error ?? (prove ? undefined : remove.error);
  return (
    <Section title={t("connections.title")}>
      <p className="mt-3 max-w-prose text-ink-2">{t("connections.text")}</p>
      <ul className="mt-3">
        {items.map((one) => (
          <li key={one.id} className="flex flex-wrap items-center justify-between gap-3 border-b border-rule py-3">
            <div className="min-w-0">
              <p className="font-semibold break-words">{one.provider}</p>
              <p className="text-sm break-words text-ink-3">
                {one.email && `${one.email} · `}
                {one.last_used_at
                  ? t("factors.used", { when: ago(one.last_used_at) })
                  : t("security.since", { date: moment(one.created_at) })}
              </p>
            </div>
            <Button onClick={() => remove.mutate(one.id)} busy={remove.isPending && remove.variables === one.id}>
              {t("action.remove")}
            </Button>
          </li>
        ))}
      </ul>
      {prove && remove.variables && (
        <Panel>
          <form
            className="grid max-w-md gap-4"
            onSubmit={(event) => {
              event.preventDefault();
              remove.mutate(remove.variables);
            }}
          >
            <Field
              label={t("field.current-password")}
              type="password"
              autoComplete="current-password"
              required
              autoFocus
              hint={t("connections.prove")}
              error={wrong}
              value={password}
              onChange={(event) => setPassword(event.target.value)}
            />
            <Button kind="primary" type="submit" className="justify-self-start" busy={remove.isPending}>
              {t("action.remove")}
            </Button>
          </form>
        </Panel>
      )}
      {failed && (
        <p role="alert" className="mt-4 border-s-3 border-bad ps-3">
          {words(failed)}
        </p>
      )}
      {services.length > 0 && (
        <div className="mt-4 flex flex-wrap gap-2">
          {services.map((one) => (
            <Button key={one.id} busy={go.isPending && go.variables === one.id} onClick={() => go.mutate(one.id)}>
              {t("connections.add", { provider: one.name })}
            </Button>
          ))}
        </div>
      )}
    </Section>
  );
}

import "./messages/account";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api, type Schemas, take } from "@/api/client";
import { isProblem, Problem } from "@/api/problem";
import { renew } from "@/api/session";
import { ago, moment, t, tn } from "@/lib/i18n";
import { toast } from "@/lib/toast";
import { Button } from "@/ui/button";
import { Field } from "@/ui/field";
import { Panel, Section } from "@/ui/page";
import { Failed, Skeleton, words } from "@/ui/states";
import { browserName } from "./browser";
import { hasPasskeys, makePasskey } from "./passkey";
import { factors } from "./queries";

type AppSecret = Schemas["IdentityAppSecret"];

/** Passkeys, authenticator apps and recovery codes: what a password alone must not open. */
export function Factors() {
  const queries = useQueryClient();
  const list = useQuery(factors.list);
  const [app, setApp] = useState<AppSecret>();
  const [codes, setCodes] = useState<string[]>();
  const [password, setPassword] = useState("");
  const proof = password ? { current_password: password } : {};

  const added = (answer: { recovery_codes?: string[] | null }) => {
    setApp(undefined);
    if (answer.recovery_codes) setCodes(answer.recovery_codes);
    else toast(t("factors.added"));
  };
  const settled = () => factors.changed(queries);
  const strengthened = async () => {
    await renew(); // a token with the roles that waited for this
    await settled();
  };
  const addKey = useMutation({
    mutationFn: async () => {
      const begun = await take(api.POST("/me/factors/passkey-challenges", { body: { name: browserName(navigator.userAgent), ...proof } }));
      const credential = await makePasskey(begun.options);
      if (credential) added(await take(api.POST("/me/factors/passkeys", { body: { challenge: begun.challenge, credential } })));
    },
    onSuccess: strengthened,
  });
  const addApp = useMutation({
    mutationFn: () => take(api.POST("/me/factors/apps", { body: { name: t("factors.app"), ...proof } })),
    onSuccess: setApp,
  });
  const remove = useMutation({
    mutationFn: (id: string) => take(api.POST("/me/factors/{factor_id}/removal", { params: { path: { factor_id: id } }, body: proof })),
    onSuccess: () => toast(t("factors.removed")),
    onSettled: settled,
  });
  const newCodes = useMutation({
    mutationFn: () => take(api.POST("/me/recovery-codes", { body: proof })),
    onSuccess: (answer) => setCodes(answer.codes ?? []),
    onSettled: settled,
  });
  const actions = [addKey, addApp, remove, newCodes];
  const failed = actions.find((action) => action.isError)?.error;
  const needsPassword = isProblem(failed, "prove-yourself") || (failed instanceof Problem && failed.fields.current_password !== undefined);
  const forget = () => {
    for (const action of actions) action.reset();
  };
  const items = list.data?.items ?? [];
  return (
    <Section title={t("factors.title")} aside={list.data && items.length > 0 && tn("factors.codes-left", list.data.recovery_codes)}>
      <p className="mt-3 max-w-prose text-ink-2">{list.data?.required ? t("factors.required") : t("factors.text")}</p>
      {list.isPending && <Skeleton rows={2} tall />}
      {list.isError && <Failed error={list.error} retry={list.refetch} />}
      {items.length > 0 && (
        <ul className="mt-3">
          {items.map((factor) => (
            <li key={factor.id} className="flex flex-wrap items-center justify-between gap-3 border-b border-rule py-3">
              <div>
                <p className="font-semibold">{factor.name}</p>
                <p className="text-sm text-ink-3">
                  {factor.kind === "passkey" && `${t("factors.passkey")} · `}
                  {factor.last_used_at
                    ? t("factors.used", { when: ago(factor.last_used_at) })
                    : t("security.since", { date: moment(factor.created_at) })}
                </p>
              </div>
              <Button onClick={() => remove.mutate(factor.id)} busy={remove.isPending && remove.variables === factor.id}>
                {t("factors.remove")}
              </Button>
            </li>
          ))}
        </ul>
      )}
      {codes && <Codes codes={codes} close={() => setCodes(undefined)} />}
      {needsPassword && (
        <Panel>
          <form
            className="grid max-w-md gap-4"
            onSubmit={(event) => {
              event.preventDefault();
              forget();
            }}
          >
            <Field
              label={t("field.current-password")}
              type="password"
              autoComplete="current-password"
              required
              autoFocus
              hint={t("factors.prove")}
              error={failed instanceof Problem ? failed.fields.current_password : undefined}
              value={password}
              onChange={(event) => setPassword(event.target.value)}
            />
            <Button kind="primary" type="submit" className="justify-self-start">
              {t("factors.continue")}
            </Button>
          </form>
        </Panel>
      )}
      {failed && !needsPassword && (
        <p role="alert" className="mt-4 border-s-3 border-bad ps-3">
          {isProblem(failed, "passkey-known") ? t("factors.known") : words(failed)}
        </p>
      )}
      {app ? (
        <ConfirmApp
          app={app}
          done={async (answer) => {
            added(answer);
            await strengthened();
          }}
          cancel={() => setApp(undefined)}
        />
      ) : (
        list.data && (
          <div className="mt-4 flex flex-wrap gap-2">
            {hasPasskeys() && (
              <Button kind={items.length === 0 ? "primary" : "quiet"} busy={addKey.isPending} onClick={() => addKey.mutate()}>
                {t("factors.add-passkey")}
              </Button>
            )}
            <Button busy={addApp.isPending} onClick={() => addApp.mutate()}>
              {t("factors.add-app")}
            </Button>
            {items.length > 0 && (
              <Button kind="plain" busy={newCodes.isPending} onClick={() => newCodes.mutate()}>
                {t("factors.new-codes")}
              </Button>
            )}
          </div>
        )
      )}
    </Section>
  );
}

/** The secret as a picture and as letters, and the first code that shows the app has it. */
function ConfirmApp({ app, done, cancel }: { app: AppSecret; done: (added: Schemas["IdentityAdded"]) => void; cancel: () => void }) {
  const [code, setCode] = useState("");
  const confirm = useMutation({
    mutationFn: () =>
      take(
        api.PUT("/me/factors/{factor_id}/confirmation", {
          params: { path: { factor_id: app.id } },
          body: { code: code.replace(/\s/g, "") },
        }),
      ),
    onSuccess: done,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    confirm.mutate();
  };
  const wrong = confirm.error instanceof Problem ? confirm.error.fields.code : undefined;
  return (
    <Panel>
      <form className="grid gap-6 sm:grid-cols-[auto_minmax(0,1fr)]" onSubmit={submit}>
        <img src={app.picture} alt={t("factors.picture")} width={176} height={176} className="rounded-md bg-white p-2" />
        <div className="grid content-start gap-4">
          <p>{t("factors.scan")}</p>
          <p className="text-sm text-ink-2">
            {t("factors.type")} <code className="font-mono select-all">{app.secret.replace(/(.{4})/g, "$1 ").trim()}</code>
          </p>
          <Field
            label={t("factors.code")}
            inputMode="numeric"
            autoComplete="one-time-code"
            required
            maxLength={7}
            error={wrong}
            value={code}
            onChange={(event) => setCode(event.target.value)}
          />
          {confirm.isError && !wrong && <p role="alert">{words(confirm.error)}</p>}
          <div className="flex gap-2">
            <Button kind="primary" type="submit" busy={confirm.isPending}>
              {t("second.confirm")}
            </Button>
            <Button kind="plain" onClick={cancel}>
              {t("factors.cancel")}
            </Button>
          </div>
        </div>
      </form>
    </Panel>
  );
}

/** Recovery codes are shown once: to copy, to keep on paper. */
function Codes({ codes, close }: { codes: string[]; close: () => void }) {
  return (
    <Panel>
      <h3 className="text-md font-semibold">{t("factors.codes")}</h3>
      <p className="mt-1 max-w-prose text-ink-2">{t("factors.codes-text")}</p>
      <ul className="my-4 grid gap-x-8 gap-y-1 font-mono sm:grid-cols-2" aria-label={t("factors.codes")}>
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <div className="flex flex-wrap gap-2">
        <Button
          onClick={async () => {
            await navigator.clipboard.writeText(codes.join("\n"));
            toast(t("factors.copied"));
          }}
        >
          {t("factors.copy")}
        </Button>
        <Button kind="primary" onClick={close}>
          {t("factors.kept")}
        </Button>
      </div>
    </Panel>
  );
}

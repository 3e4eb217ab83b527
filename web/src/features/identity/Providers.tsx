import "./messages/account";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, type Schemas, take } from "@/api/client";
import { moment, t } from "@/lib/i18n";
import { toast } from "@/lib/toast";
import { Button } from "@/ui/button";
import { Field } from "@/ui/field";
import { Form, useForm } from "@/ui/form";
import { Panel, Section } from "@/ui/page";
import { Rows } from "@/ui/rows";
import { Empty, words } from "@/ui/states";
import { providers } from "./queries";

type Settings = Schemas["IdentityProviderSettings"];

/** The institution's sign-in services: what an admin adds, changes and takes away. */
export function Providers() {
  const queries = useQueryClient();
  const list = useQuery(providers.settings);
  const [open, setOpen] = useState<Settings | "new">();
  const settled = () => providers.changed(queries);
  const remove = useMutation({
    mutationFn: (id: string) => take(api.DELETE("/institution/providers/{provider_id}", { params: { path: { provider_id: id } } })),
    onSuccess: () => toast(t("providers.removed")),
    onError: (error) => toast(words(error)),
    onSettled: settled,
  });
  const saved = () => {
    setOpen(undefined);
    toast(t("providers.saved"));
    return settled();
  };
  const items = list.data?.items ?? [];
  return (
    <Section title={t("providers.title")} className="mt-14">
      <p className="mt-3 max-w-prose text-ink-2">{t("providers.text")}</p>
      <Rows of={list} rows={1} tall className="mt-3" empty={!open && <Empty>{t("providers.none")}</Empty>}>
        {(one) => (
          <li key={one.id} className="border-b border-rule py-3">
            <div className="flex flex-wrap items-center justify-between gap-3">
              <div className="min-w-0">
                <p className="font-semibold">{one.name}</p>
                <p className="text-sm break-all text-ink-3">{one.issuer}</p>
                <p className="text-sm text-ink-3">{t("providers.changed", { date: moment(one.updated_at) })}</p>
              </div>
              <div className="flex gap-2">
                <Button onClick={() => setOpen(one)}>{t("action.edit")}</Button>
                <Button kind="danger" busy={remove.isPending && remove.variables === one.id} onClick={() => remove.mutate(one.id)}>
                  {t("action.remove")}
                </Button>
              </div>
            </div>
          </li>
        )}
      </Rows>
      {open ? (
        <Service
          key={open === "new" ? "new" : open.id}
          of={open === "new" ? undefined : open}
          done={saved}
          cancel={() => setOpen(undefined)}
        />
      ) : (
        list.data && (
          <Button className="mt-4" kind={items.length === 0 ? "primary" : "quiet"} onClick={() => setOpen("new")}>
            {t("providers.add")}
          </Button>
        )
      )}
    </Section>
  );
}

const short = (name: string) =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 30);

function Service({ of, done, cancel }: { of?: Settings; done: () => void; cancel: () => void }) {
  const form = useForm({
    values: { name: of?.name ?? "", issuer: of?.issuer ?? "", client_id: of?.client_id ?? "", client_secret: "", key: "" },
    send: ({ issuer, client_secret, key, ...rest }) => {
      const change = client_secret ? { ...rest, client_secret } : rest;
      return of
        ? take(api.PUT("/institution/providers/{provider_id}", { params: { path: { provider_id: of.id } }, body: change }))
        : take(api.POST("/institution/providers", { body: { ...change, issuer: issuer.trim(), key: key || short(rest.name) } }));
    },
    done,
  });
  const key = of?.key ?? (form.values.key || short(form.values.name));
  const callback = of?.callback ?? `${location.origin}/sign-in/callback/${key || "…"}`;
  const text = (name: "name" | "issuer" | "client_id" | "client_secret", label: string, more: object = {}) => (
    <Field label={label} required spellCheck={false} autoComplete="off" {...form.field(name)} {...more} />
  );
  return (
    <Panel>
      <Form
        of={form}
        action={t("action.save")}
        className="grid gap-5"
        beside={
          <Button kind="plain" onClick={cancel}>
            {t("action.cancel")}
          </Button>
        }
      >
        <h3 className="text-md font-semibold">{of ? of.name : t("providers.add")}</h3>
        <div className="grid gap-5 sm:grid-cols-2">
          {text("name", t("providers.name"), { hint: t("providers.name-hint"), maxLength: 40 })}
          {of ? (
            <div className="text-sm">
              <p className="mb-1 font-semibold">{t("providers.issuer")}</p>
              <p className="break-all">{of.issuer}</p>
            </div>
          ) : (
            text("issuer", t("providers.issuer"), { type: "url", hint: t("providers.issuer-hint") })
          )}
        </div>
        <div>
          <p className="mb-1 text-sm font-semibold">{t("providers.callback")}</p>
          <p className="flex flex-wrap items-center gap-3">
            <code className="font-mono text-sm break-all select-all">{callback}</code>
            <Button kind="plain" onClick={() => navigator.clipboard.writeText(callback).then(() => toast(t("factors.copied")))}>
              {t("providers.copy")}
            </Button>
          </p>
          <p className="mt-1 text-sm text-ink-3">{t("providers.callback-hint")}</p>
        </div>
        {!of && (form.error("key") || form.values.key) && (
          <Field
            label={t("providers.key")}
            value={key}
            error={form.error("key")}
            onChange={(event) => form.set({ key: short(event.target.value) })}
          />
        )}
        <div className="grid gap-5 sm:grid-cols-2">
          {text("client_id", t("providers.client"))}
          {text("client_secret", t("providers.secret"), {
            type: "password",
            required: !of,
            autoComplete: "new-password",
            hint: of ? t("providers.secret-kept") : t("providers.secret-hint"),
          })}
        </div>
      </Form>
    </Panel>
  );
}

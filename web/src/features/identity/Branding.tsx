import "./messages/account";
import { useMutation } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { api, take } from "@/api/client";
import { type Language, languages, t } from "@/lib/i18n";
import { start } from "@/lib/start";
import { toast } from "@/lib/toast";
import { Choice, Field } from "@/ui/field";
import { Form, useForm } from "@/ui/form";
import { Page, Section } from "@/ui/page";
import { words } from "@/ui/states";
import { Providers } from "./Providers";

type Who = "optional" | "privileged";

/** Name, colour, language, zone, currency. The colour shows at once on the whole screen and holds when saved. */
export function Branding() {
  const { name, short_name, tagline, hue, chroma, locale, time_zone, currency, etag } = start.institution;
  const form = useForm({
    values: { name, short_name, tagline, hue, chroma, locale: locale as Language, time_zone, currency },
    etag,
    send: (brand, seen) => take(api.PUT("/institution", { body: { ...brand, etag: seen ?? "" } })),
    done: () => location.reload(),
  });
  const brand = form.values;
  useEffect(() => {
    const root = document.documentElement.style;
    root.setProperty("--brand-h", `${brand.hue}`);
    root.setProperty("--brand-c", `${brand.chroma}`);
    return () => {
      root.removeProperty("--brand-h");
      root.removeProperty("--brand-c");
    };
  }, [brand.hue, brand.chroma]);
  return (
    <Page narrow title={t("nav.branding")}>
      <Form
        of={form}
        action={t("action.save")}
        labels={{
          name: t("branding.name"),
          short_name: t("branding.short-name"),
          tagline: t("branding.tagline"),
          hue: t("branding.hue"),
          locale: t("branding.locale"),
          time_zone: t("branding.time-zone"),
          currency: t("branding.currency"),
        }}
        say={{ locale: (chosen) => (chosen ? languages[chosen] : "") }}
      >
        <Field label={t("branding.name")} {...form.field("name")} />
        <Field label={t("branding.short-name")} {...form.field("short_name")} />
        <Field label={t("branding.tagline")} {...form.field("tagline")} />
        <Field label={t("branding.hue")} type="range" min={0} max={359} hint={t("branding.hue-hint")} {...form.field("hue")} />
        <div className="grid gap-6 sm:grid-cols-3">
          <Choice label={t("branding.locale")} options={languages} {...form.field("locale")} />
          <Field label={t("branding.time-zone")} {...form.field("time_zone")} />
          <Field label={t("branding.currency")} {...form.field("currency")} />
        </div>
      </Form>
      <SecondFactor />
      <Providers />
    </Page>
  );
}

/** Who needs a second factor: the choice is kept at once, and shown again as it was when it is refused. */
export function SecondFactor() {
  const [kept, setKept] = useState(start.institution.second_factor as Who);
  const save = useMutation({
    mutationFn: (second_factor: Who) => take(api.PUT("/institution/second-factor", { body: { second_factor } })),
    onSuccess: (answer) => {
      setKept(answer.second_factor as Who);
      toast(t(answer.second_factor === "privileged" ? "branding.second-factor-privileged" : "branding.second-factor-all"));
    },
    onError: (error) => toast(words(error)),
  });
  return (
    <Section title={t("branding.second-factor")} className="mt-14">
      <div className="mt-5 max-w-md">
        <Choice
          label={t("branding.second-factor-who")}
          hint={t("branding.second-factor-hint")}
          options={{ optional: t("branding.second-factor-all"), privileged: t("branding.second-factor-privileged") }}
          value={save.isPending ? save.variables : kept}
          disabled={save.isPending}
          onChange={(event) => save.mutate(event.target.value as Who)}
        />
      </div>
    </Section>
  );
}

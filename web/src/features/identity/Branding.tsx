import "@/messages/en/account";
import { useMutation } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { api, take } from "@/api/client";
import { isProblem, Problem } from "@/api/problem";
import { languages, t } from "@/lib/i18n";
import { start } from "@/lib/start";
import { toast } from "@/lib/toast";
import { Button } from "@/ui/button";
import { Choice, Field } from "@/ui/field";
import { Meeting } from "@/ui/meeting";
import { Page, Section } from "@/ui/page";
import { words } from "@/ui/states";
import { Providers } from "./Providers";

/** Name, colour, language, zone, currency. The colour shows at once on the whole screen and holds when saved. */
export function Branding() {
  const { name, short_name, tagline, hue, chroma, locale, time_zone, currency } = start.institution;
  const [brand, setBrand] = useState({ name, short_name, tagline, hue, chroma, locale: locale as "en" | "hi", time_zone, currency });
  const save = useMutation({
    mutationFn: (etag: string) => take(api.PUT("/institution", { body: { ...brand, etag } })),
    onSuccess: () => location.reload(),
  });
  const [factor, setFactor] = useState(start.institution.second_factor as "optional" | "privileged");
  const saveFactor = useMutation({
    mutationFn: (second_factor: "optional" | "privileged") => take(api.PUT("/institution/second-factor", { body: { second_factor } })),
    onSuccess: (answer) =>
      toast(t(answer.second_factor === "privileged" ? "branding.second-factor-privileged" : "branding.second-factor-all")),
    onError: (error) => {
      setFactor(factor);
      toast(words(error));
    },
  });
  useEffect(() => {
    const root = document.documentElement.style;
    root.setProperty("--brand-h", `${brand.hue}`);
    root.setProperty("--brand-c", `${brand.chroma}`);
    return () => {
      root.removeProperty("--brand-h");
      root.removeProperty("--brand-c");
    };
  }, [brand.hue, brand.chroma]);
  const fields = save.error instanceof Problem ? save.error.fields : {};
  const text = (key: "name" | "short_name" | "tagline" | "time_zone" | "currency", label: string) => (
    <Field label={label} value={brand[key]} error={fields[key]} onChange={(event) => setBrand({ ...brand, [key]: event.target.value })} />
  );
  return (
    <Page narrow title={t("nav.branding")}>
      <form
        className="grid gap-6"
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate(start.institution.etag);
        }}
      >
        {text("name", t("branding.name"))}
        {text("short_name", t("branding.short-name"))}
        {text("tagline", t("branding.tagline"))}
        <Field
          label={t("branding.hue")}
          type="range"
          min={0}
          max={359}
          value={brand.hue}
          hint={t("branding.hue-hint")}
          onChange={(event) => setBrand({ ...brand, hue: Number(event.target.value) })}
        />
        <div className="grid gap-6 sm:grid-cols-3">
          <Choice
            label={t("branding.locale")}
            options={languages}
            value={brand.locale}
            onChange={(event) => setBrand({ ...brand, locale: event.target.value as "en" | "hi" })}
          />
          {text("time_zone", t("branding.time-zone"))}
          {text("currency", t("branding.currency"))}
        </div>
        {isProblem(save.error, "edited") ? (
          <Meeting
            problem={save.error as Problem}
            mine={brand}
            labels={{
              name: t("branding.name"),
              short_name: t("branding.short-name"),
              tagline: t("branding.tagline"),
              hue: t("branding.hue"),
              locale: t("branding.locale"),
              time_zone: t("branding.time-zone"),
              currency: t("branding.currency"),
            }}
            say={{ locale: (locale) => (locale ? languages[locale] : "") }}
            keep={(etag) => save.mutate(etag)}
            take={() => location.reload()}
          />
        ) : (
          save.isError && Object.keys(fields).length === 0 && <p role="alert">{words(save.error)}</p>
        )}
        <Button
          kind="primary"
          type="submit"
          className="justify-self-start"
          busy={save.isPending}
          disabled={isProblem(save.error, "edited")}
        >
          {t("action.save")}
        </Button>
      </form>
      <Section title={t("branding.second-factor")} className="mt-14">
        <div className="mt-5 max-w-md">
          <Choice
            label={t("branding.second-factor-who")}
            hint={t("branding.second-factor-hint")}
            options={{ optional: t("branding.second-factor-all"), privileged: t("branding.second-factor-privileged") }}
            value={factor}
            disabled={saveFactor.isPending}
            onChange={(event) => {
              const chosen = event.target.value as "optional" | "privileged";
              setFactor(chosen);
              saveFactor.mutate(chosen);
            }}
          />
        </div>
      </Section>
      <Providers />
    </Page>
  );
}

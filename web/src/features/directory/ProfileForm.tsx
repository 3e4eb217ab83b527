import "./messages/people";
import { useMutation, useQuery, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useRef } from "react";
import { api, type Schemas, take } from "@/api/client";
import { may, me } from "@/api/me";
import { Problem } from "@/api/problem";
import { type Key, t } from "@/lib/i18n";
import { shrink } from "@/lib/shrink";
import { toast } from "@/lib/toast";
import { Avatar } from "@/ui/avatar";
import { Button, buttonLook } from "@/ui/button";
import { Area, Field } from "@/ui/field";
import { Form, useForm } from "@/ui/form";
import { Page } from "@/ui/page";
import { words } from "@/ui/states";
import { type Profile, people, type Visibility } from "./queries";

type Edit = Schemas["EditBody"];
type Part = keyof Visibility;
type Values = Required<Pick<Edit, "headline" | "company" | "title" | "industry" | "city" | "country" | "about">> & {
  links: string;
  languages: string;
  open_to: ("mentoring" | "hiring")[];
  visibility: Visibility;
};

const valuesOf = (profile: Profile): Values => ({
  headline: profile.headline ?? "",
  company: profile.company ?? "",
  title: profile.title ?? "",
  industry: profile.industry ?? "",
  city: profile.city ?? "",
  country: profile.country ?? "",
  about: profile.about ?? "",
  links: (profile.links ?? []).join("\n"),
  languages: (profile.languages ?? []).join(", "),
  open_to: (profile.open_to ?? []) as Values["open_to"],
  visibility: profile.visibility as Visibility,
});

const parts = (text: string, by: RegExp) =>
  text
    .split(by)
    .map((one) => one.trim())
    .filter(Boolean);

export function ProfileForm() {
  const queries = useQueryClient();
  const account = useQuery(me).data;
  const { data: profile } = useSuspenseQuery(people.mine);
  const form = useForm({
    values: valuesOf(profile),
    etag: profile.etag,
    read: (current: Partial<Profile>) => valuesOf({ ...profile, ...current }),
    send: (values, etag) =>
      take(
        api.PATCH("/me/profile", { body: { ...values, etag, links: parts(values.links, /\s+/), languages: parts(values.languages, /,/) } }),
      ),
    done: (saved) => {
      queries.setQueryData(people.mine.queryKey, saved);
      void people.changed(queries, saved.id);
      toast(t("profile.saved"));
    },
  });
  const { open_to, visibility } = form.values;
  const closed = account !== undefined && !may(account, "profile.edit");
  const who = (part: Part, label: string) => (
    <Audience
      part={part}
      label={label}
      value={visibility[part]}
      set={(value) => form.set({ visibility: { ...visibility, [part]: value } })}
    />
  );
  const text = (name: "headline" | "company" | "title" | "industry" | "city" | "country", label: string, part?: Part) => (
    <Field label={label} {...form.field(name)} aside={part && who(part, label)} />
  );
  return (
    <Page
      narrow
      title={t("profile.title")}
      over={profile.batch ? `${profile.batch.programme} ${profile.batch.department} ${profile.batch.year}` : profile.name}
      actions={
        <Link to="/people/$personId" params={{ personId: profile.id }} className={buttonLook("quiet")}>
          {t("profile.view")}
        </Link>
      }
    >
      {closed && <p className="mb-8 border-s-3 border-brand ps-4">{t("profile.closed")}</p>}
      <Form
        of={form}
        action={t("action.save")}
        foot="bar"
        closed={closed}
        className="grid gap-7"
        labels={{
          headline: t("profile.headline"),
          title: t("profile.role"),
          company: t("facet.company"),
          industry: t("facet.industry"),
          city: t("facet.city"),
          country: t("facet.country"),
          about: t("profile.about"),
          links: t("profile.links"),
          languages: t("profile.languages"),
          open_to: t("facet.open_to"),
          visibility: t("profile.audiences"),
        }}
        say={{
          open_to: (offers = []) => offers.map((offer) => t(`open_to.${offer}`)).join(", "),
          visibility: (seen) => (seen ? audiencesOf(seen) : ""),
        }}
      >
        <p className="max-w-prose text-ink-2">{t("profile.text")}</p>
        <Photo profile={profile} aside={who("photo", t("profile.photo"))} />
        {text("headline", t("profile.headline"), "headline")}
        <div className="grid gap-7 sm:grid-cols-2">
          {text("title", t("profile.role"), "title")}
          {text("company", t("facet.company"), "company")}
          {text("industry", t("facet.industry"), "industry")}
          {text("city", t("facet.city"), "place")}
          {text("country", t("facet.country"))}
        </div>
        <Area label={t("profile.about")} rows={6} {...form.field("about")} aside={who("about", t("profile.about"))} />
        <Area
          label={t("profile.links")}
          rows={3}
          hint={t("profile.links-hint")}
          {...form.field("links")}
          aside={who("links", t("profile.links"))}
        />
        <Field
          label={t("profile.languages")}
          hint={t("profile.languages-hint")}
          {...form.field("languages")}
          aside={who("languages", t("profile.languages"))}
        />
        <div>
          <div className="flex items-baseline justify-between">
            <span className="text-sm font-semibold">{t("facet.open_to")}</span>
            {who("open_to", t("facet.open_to"))}
          </div>
          {(["mentoring", "hiring"] as const).map((offer) => (
            <label key={offer} className="flex min-h-11 items-center gap-3">
              <input
                type="checkbox"
                className="size-4 accent-brand"
                checked={open_to.includes(offer)}
                onChange={(event) =>
                  form.set({ open_to: event.target.checked ? [...open_to, offer] : open_to.filter((one) => one !== offer) })
                }
              />
              {t(`open_to.${offer}` as Key)}
            </label>
          ))}
        </div>
      </Form>
    </Page>
  );
}

/** The photo is kept at once; the rest of the form is untouched by it. */
function Photo({ profile, aside }: { profile: Profile; aside: ReactNode }) {
  const queries = useQueryClient();
  const input = useRef<HTMLInputElement>(null);
  const change = useMutation({
    mutationFn: async (file?: File) => take(file ? api.PUT("/me/photo", { body: (await shrink(file)) as never }) : api.DELETE("/me/photo")),
    onSuccess: (saved) => {
      queries.setQueryData(people.mine.queryKey, saved);
      void people.changed(queries, saved.id);
    },
    onError: (error) => toast(error instanceof Problem && error.fields.body ? `${t("profile.photo")}: ${error.fields.body}` : words(error)),
  });
  return (
    <div>
      <div className="mb-2 flex items-baseline justify-between">
        <span className="text-sm font-semibold">{t("profile.photo")}</span>
        {aside}
      </div>
      <div className="flex flex-wrap items-center gap-4">
        <Avatar name={profile.name} id={profile.id} photo={profile.photo} size={72} />
        <input
          ref={input}
          type="file"
          accept="image/*"
          aria-label={t("profile.photo-choose")}
          className="sr-only"
          tabIndex={-1}
          onChange={(event) => {
            const file = event.target.files?.[0];
            if (file) change.mutate(file);
            event.target.value = "";
          }}
        />
        <Button busy={change.isPending} onClick={() => input.current?.click()}>
          {t("profile.photo-choose")}
        </Button>
        {profile.photo && (
          <Button kind="plain" onClick={() => change.mutate(undefined)}>
            {t("action.remove")}
          </Button>
        )}
      </div>
    </div>
  );
}

const partKeys: Record<Part, Key> = {
  photo: "profile.photo",
  headline: "profile.headline",
  title: "profile.role",
  company: "facet.company",
  industry: "facet.industry",
  place: "facet.city",
  about: "profile.about",
  links: "profile.links",
  languages: "profile.languages",
  open_to: "facet.open_to",
};

/** Who sees each part, a line for each. */
const audiencesOf = (visibility: Visibility) =>
  (Object.keys(partKeys) as Part[]).map((part) => `${t(partKeys[part])}: ${t(`audience.${visibility[part]}`)}`).join("\n");

const audiences = ["everyone", "alumni", "batch", "me"] as const;

/** Who sees a part, beside the part. */
const Audience = ({
  part,
  label,
  value,
  set,
}: {
  part: Part;
  label: string;
  value: Visibility[Part];
  set: (value: Visibility[Part]) => void;
}) => (
  <select
    aria-label={t("profile.who-sees", { part: label })}
    className="min-h-8 rounded-md border border-transparent bg-transparent text-end text-sm text-ink-2 hover:border-edge"
    value={value}
    onChange={(event) => set(event.target.value as Visibility[Part])}
    data-part={part}
  >
    {audiences.map((audience) => (
      <option key={audience} value={audience}>
        {t(`audience.${audience}`)}
      </option>
    ))}
  </select>
);

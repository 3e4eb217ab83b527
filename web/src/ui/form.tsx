import "./messages/meeting";
import { useMutation } from "@tanstack/react-query";
import { useBlocker } from "@tanstack/react-router";
import { type ReactNode, useRef, useState } from "react";
import { Problem } from "@/api/problem";
import { t } from "@/lib/i18n";
import { ask, warm } from "./ask";
import { Button } from "./button";
import { Meeting, type Sayings } from "./meeting";
import { words } from "./states";

type Options<T, R> = {
  values: T; // as they are kept now
  etag?: string; // of what is kept now: somebody else's writing in between is met, not lost
  send: (values: T, etag?: string) => Promise<R>;
  done?: (answer: R, sent: T) => unknown;
  read?: (current: never) => Partial<T>; // what somebody else kept meanwhile, as values of this form
  guard?: boolean; // false: what was typed may be left without a question
};

type Typed = { target: { value: string } };
/** The names of values that are written in a line. */
type Line<T> = { [K in keyof T]-?: T[K] extends string | number | undefined ? K : never }[keyof T] & string;

/**
 * What somebody is writing, until it is kept: the values, whether they differ from what is kept, the words of a refusal for each
 * field, and both texts where two people wrote. Whoever leaves with something unsaved is asked first.
 */
export function useForm<T extends object, R>({ values: first, etag: firstEtag, send, done, read, guard = true }: Options<T, R>) {
  const [values, setValues] = useState(first);
  const [kept, setKept] = useState({ values: first, etag: firstEtag });
  const free = useRef(false); // kept or given up: what follows in the same breath, as going elsewhere, is not asked about
  const saving = useMutation({
    mutationFn: ({ values, etag }: typeof kept) => send(values, etag),
    onSuccess: async (answer, sent) => {
      setKept({ values: sent.values, etag: (answer as { etag?: string } | undefined)?.etag ?? sent.etag });
      free.current = true;
      await done?.(answer, sent.values);
    },
  });
  const dirty = (Object.keys(values) as (keyof T)[]).some((key) => !same(values[key], kept.values[key]));
  useBlocker({
    disabled: !guard || !dirty,
    shouldBlockFn: async () =>
      !free.current && !(await ask({ title: t("form.unsaved"), text: t("form.unsaved-text"), yes: t("form.leave"), no: t("form.stay") })),
    enableBeforeUnload: () => dirty && !free.current,
  });

  const problem = saving.error instanceof Problem ? saving.error : undefined;
  const set = (part: Partial<T>) => {
    if (guard && !dirty) warm();
    free.current = false;
    setValues((now) => ({ ...now, ...part }));
  };
  const error = (name: string) =>
    Object.entries(problem?.fields ?? {}).find(
      ([place]) => place === name || (/^[.[]/.test(place.slice(name.length)) && place.startsWith(name)),
    )?.[1];
  const met = problem && "current" in problem.details ? problem.details : undefined;

  return {
    values,
    kept,
    dirty,
    set,
    error,
    busy: saving.isPending,
    /** What a field of this name needs. */
    field: <K extends Line<T>>(name: K) => ({
      name,
      value: values[name] as string | number,
      error: error(name),
      onChange: ({ target }: Typed) =>
        set({ [name]: typeof values[name] === "number" ? Number(target.value) : target.value } as Partial<T>),
    }),
    submit: () => saving.mutate({ values, etag: kept.etag }),
    /** Begins anew with what is kept, or with other values. */
    reset: (to: T = kept.values) => {
      setValues(to);
      setKept((now) => ({ ...now, values: to }));
      saving.reset();
    },
    /** A part that was kept by another way than this form. */
    settle: (part: Partial<T>, etag = kept.etag) => {
      setValues((now) => ({ ...now, ...part }));
      setKept((now) => ({ values: { ...now.values, ...part }, etag }));
    },
    /** What is being edited is gone, or given up: leaving needs no question. */
    release: () => {
      free.current = true;
    },
    /** Why nothing was kept, where no field says it. */
    trouble: saving.error && !met && !Object.keys(values).some((name) => error(name)) ? saving.error : undefined,
    meeting: met && {
      theirs: { ...values, ...(read ? read(met.current as never) : (met.current as Partial<T>)) },
      keep: () => saving.mutate({ values, etag: `${met.etag}` }),
      take: (theirs: T) => {
        setValues(theirs);
        setKept({ values: theirs, etag: `${met.etag}` });
        saving.reset();
      },
    },
  };
}

const same = (one: unknown, other: unknown) =>
  Object.is(one, other) || (typeof one === "object" && JSON.stringify(one) === JSON.stringify(other));

type Props<T extends object> = {
  of: Pick<ReturnType<typeof useForm<T, never>>, "values" | "kept" | "dirty" | "busy" | "submit" | "trouble" | "meeting">;
  action: string;
  labels?: Partial<Record<keyof T & string, string>>; // of what can be met, in the order of the form
  say?: Sayings<T>;
  beside?: ReactNode; // more buttons
  closed?: boolean;
  foot?: "bar" | "wide"; // the button stays in sight; the button is as wide as the form
  className?: string;
  children: ReactNode;
};

/** A form: its fields, what went wrong, and the button. What is there already is saved when something differs. */
export function Form<T extends object>({ of: form, action, labels = {}, say, beside, closed, foot, className, children }: Props<T>) {
  const { meeting } = form;
  const looks = {
    bar: "sticky bottom-14 -mx-4 border-t border-rule bg-paper px-4 py-3 md:bottom-0 md:mx-0 md:px-0",
    wide: "*:w-full",
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        form.submit();
      }}
    >
      <fieldset disabled={closed} className={className ?? "grid gap-6"}>
        {children}
        {meeting && <Meeting {...meeting} mine={form.values} labels={labels} say={say} />}
        {form.trouble && (
          <p role="alert" className="border-s-3 border-bad ps-3">
            {words(form.trouble)}
          </p>
        )}
        <div className={`flex flex-wrap gap-2 ${foot ? looks[foot] : ""}`}>
          <Button kind="primary" type="submit" busy={form.busy} disabled={!!meeting || (form.kept.etag !== undefined && !form.dirty)}>
            {action}
          </Button>
          {beside}
        </div>
      </fieldset>
    </form>
  );
}

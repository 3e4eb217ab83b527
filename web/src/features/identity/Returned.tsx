import "./messages/account";
import { useMutation, useQuery } from "@tanstack/react-query";
import { Link, useRouter } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { api, take } from "@/api/client";
import { isProblem, Problem } from "@/api/problem";
import { banned, type SignedIn, signedIn } from "@/api/session";
import { t } from "@/lib/i18n";
import { toast } from "@/lib/toast";
import { Button, buttonLook } from "@/ui/button";
import { Field } from "@/ui/field";
import { Skeleton, words } from "@/ui/states";
import { Door } from "./Door";
import { wentFor } from "./provider";
import { SecondStep } from "./SecondStep";

type Props = { callback: string; state?: string; code?: string; iss?: string; error?: string };

/** Where another service sends people back to: ends what they went for, or says why not. */
export function Returned({ callback, state, code, iss, error }: Props) {
  const router = useRouter();
  const [going] = useState(wentFor);
  const [password, setPassword] = useState<string>();
  const returned = { key: callback, state: state ?? "", code: code ?? "", iss };
  const inside = (answer: SignedIn) => {
    if (signedIn(answer, true, going.to)) router.history.replace(going.to);
  };
  const end = useQuery({
    queryKey: ["returned", state, password],
    queryFn: async () => {
      if (going.purpose === "sign-in") {
        inside(await take(api.POST("/auth/provider-sessions", { body: returned })));
      } else {
        await take(api.POST("/auth/connections", { body: { returned, current_password: password } }));
        toast(t("connections.added"));
        router.history.replace(going.to);
      }
      return true;
    },
    enabled: !!state && !!code && !error,
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: Number.POSITIVE_INFINITY, // what was brought back counts once
  });
  const problem = end.error;
  if (problem instanceof Problem && problem.type === "banned") banned(problem);

  if (isProblem(problem, "second-factor"))
    return (
      <Door title={t("second.title")}>
        <SecondStep problem={problem as Problem} done={inside} again={() => router.history.replace("/sign-in")} />
      </Door>
    );
  if (isProblem(problem, "connect"))
    return <Connect problem={problem as Problem} done={inside} again={() => router.history.replace("/sign-in")} />;
  if (isProblem(problem, "prove-yourself") || (problem instanceof Problem && problem.fields.current_password))
    return (
      <Door title={t("returned.prove")}>
        <Prove
          text={t("returned.prove-text")}
          error={problem instanceof Problem ? problem.fields.current_password : undefined}
          busy={end.isFetching}
          submit={setPassword}
        />
      </Door>
    );
  if (problem || error || !state || !code)
    return (
      <Door title={t("returned.failed")}>
        <p role="alert" className="mb-6 text-md">
          {problem ? words(problem) : error === "access_denied" ? t("returned.denied") : t("returned.nothing")}
        </p>
        <Link to={going.purpose === "connect" ? "/security" : "/sign-in"} className={buttonLook("primary")}>
          {t("returned.again")}
        </Link>
      </Door>
    );
  return (
    <Door title={t("returned.title")}>
      <Skeleton rows={1} />
    </Door>
  );
}

function Prove(props: { text: ReactNode; error?: string; busy: boolean; submit: (password: string) => void }) {
  const [password, setPassword] = useState("");
  return (
    <form
      className="grid gap-5"
      onSubmit={(event) => {
        event.preventDefault();
        props.submit(password);
      }}
    >
      <p>{props.text}</p>
      <Field
        label={t("field.password")}
        type="password"
        autoComplete="current-password"
        required
        autoFocus
        error={props.error}
        value={password}
        onChange={(event) => setPassword(event.target.value)}
      />
      <Button kind="primary" type="submit" busy={props.busy}>
        {t("action.continue")}
      </Button>
    </form>
  );
}

/** The address has an account here already: its owner signs in to it once, and it is connected. */
function Connect({ problem, done, again }: { problem: Problem; done: (answer: SignedIn) => void; again: () => void }) {
  const { challenge, email, provider } = problem.details as { challenge: string; email: string; provider: string };
  const connected = async (answer: SignedIn) => {
    signedIn(answer, false);
    await take(api.POST("/auth/connections", { body: { challenge } })).then(
      () => toast(t("connections.added")),
      (error) => toast(words(error)),
    );
    done(answer);
  };
  const enter = useMutation({
    mutationFn: (password: string) => take(api.POST("/auth/sessions", { body: { email, password } })),
    onSuccess: connected,
    onError: (error) => {
      if (error instanceof Problem && error.type === "banned") banned(error);
    },
  });
  if (isProblem(enter.error, "second-factor"))
    return (
      <Door title={t("second.title")}>
        <SecondStep problem={enter.error as Problem} done={connected} again={again} />
      </Door>
    );
  return (
    <Door title={t("returned.known")}>
      <Prove
        text={t("returned.known-text", { email, provider })}
        error={enter.error ? words(enter.error) : undefined}
        busy={enter.isPending}
        submit={(password) => enter.mutate(password)}
      />
      <Link to="/forgot-password" className="mt-5 inline-block text-sm text-brand-ink underline underline-offset-4">
        {t("returned.forgot")}
      </Link>
    </Door>
  );
}

import { type ErrorComponentProps, Link, useRouter } from "@tanstack/react-router";
import { isProblem, Problem } from "@/api/problem";
import { t } from "@/lib/i18n";
import { Button, buttonLook } from "./button";
import { Notice } from "./notice";
import { words } from "./states";

const Home = () => (
  <Link to="/" className={buttonLook("primary")}>
    {t("action.home")}
  </Link>
);

export const Missing = () => (
  <Notice title={t("missing.title")} action={<Home />}>
    {t("missing.text")}
  </Notice>
);

const Forbidden = ({ problem }: { problem: Problem }) => (
  <Notice title={t("forbidden.title")} action={<Home />}>
    {problem.message}
  </Notice>
);

/** One broken screen inside its frame: the rest of the house stands. */
export function Broken({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  if (isProblem(error, "not-found")) return <Missing />;
  if (error instanceof Problem && error.status === 403) return <Forbidden problem={error} />;
  return (
    <Notice
      title={t("broken.title")}
      action={
        <Button
          kind="primary"
          onClick={() => {
            reset();
            void router.invalidate();
          }}
        >
          {t("action.retry")}
        </Button>
      }
    >
      {words(error)}
    </Notice>
  );
}

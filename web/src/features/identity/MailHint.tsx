import "./messages/account";
import { t } from "@/lib/i18n";
import { start } from "@/lib/start";
import { buttonLook } from "@/ui/button";

/** In the demo, mails stay on the machine: say where. */
export function MailHint() {
  if (!start.demo) return null;
  return (
    <p className="mt-6">
      <a href="/demo/mail" target="_blank" rel="noreferrer" className={buttonLook("quiet")}>
        {t("demo.mail")}
      </a>
    </p>
  );
}

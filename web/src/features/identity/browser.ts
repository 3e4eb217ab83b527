import "./messages/account";
import { t } from "@/lib/i18n";

/** A browser's name out of what it says of itself. */
export function browserName(agent: string): string {
  const browser = /Edg|Firefox|Chrome|Safari/.exec(agent)?.[0]?.replace("Edg", "Edge");
  const system = /Android|iPhone|iPad|Windows|Mac OS X|Linux/.exec(agent)?.[0];
  if (browser && system) return t("security.device", { browser, system });
  return browser ?? (agent.split(/[ /]/)[0] || t("security.unknown"));
}

import { api, take } from "@/api/client";

/** What somebody goes to another service for, kept in this tab until they come back. */
export type Going = { purpose: "sign-in" | "connect"; to: string };

const kept = "stoa-going";

/** Leaves for a provider; it sends the browser back to /sign-in/callback/…. */
export async function goToProvider(id: string, going: Going): Promise<void> {
  const { address } = await take(api.POST("/auth/providers/{provider_id}/authorisations", { params: { path: { provider_id: id } } }));
  try {
    sessionStorage.setItem(kept, JSON.stringify(going));
  } catch {}
  location.assign(address);
  await new Promise(() => {}); // the button stays busy until the page is gone
}

/** Only a path of this site: never an address that a link brought along. */
export const local = (to: unknown) =>
  typeof to === "string" && to.startsWith("/") && !to.startsWith("//") && !to.startsWith("/\\") ? to : "/";

export function wentFor(): Going {
  try {
    const going = JSON.parse(sessionStorage.getItem(kept) ?? "{}") as Partial<Going>;
    return { purpose: going.purpose === "connect" ? "connect" : "sign-in", to: local(going.to) };
  } catch {
    return { purpose: "sign-in", to: "/" };
  }
}

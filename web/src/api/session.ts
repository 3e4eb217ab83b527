import { useSyncExternalStore } from "react";
import { start } from "@/lib/start";
import { Problem } from "./problem";
import type { components } from "./schema";

export type SignedIn = components["schemas"]["IdentitySignedIn"];

/** unknown until the first renewal; ended: it worked before and does not any more. */
export type SessionState = "unknown" | "visitor" | "signed-in" | "ended" | "banned";

type Session = { state: SessionState; token?: string; expires: number; person?: SignedIn["person"]; ban?: Problem };

let session: Session = { state: "unknown", expires: 0 };
const listeners = new Set<() => void>();
const wasHere = "stoa-was-signed-in"; // spares visitors a request; holds no secret
const channel = typeof BroadcastChannel === "undefined" ? undefined : new BroadcastChannel("stoa-session");

function set(next: Session) {
  session = next;
  for (const tell of listeners) tell();
}

const subscribe = (tell: () => void) => {
  listeners.add(tell);
  return () => listeners.delete(tell);
};
export const useSession = () => useSyncExternalStore(subscribe, () => session);
export const currentSession = () => session;

// Another tab signed in or out: follow it.
if (channel)
  channel.onmessage = (event) => {
    if (event.data === "out" && session.state === "signed-in") set({ state: "ended", expires: 0 });
    if (event.data === "in" && session.state !== "signed-in") void renew();
  };

let owner: string | undefined; // of what this window has shown

/** False when the window was somebody else's: it begins anew, so that nothing of theirs stays in it or is sent in the other's name. */
export function signedIn(answer: SignedIn, tell = true, to = location.href): boolean {
  try {
    localStorage.setItem(wasHere, "1");
  } catch {}
  if (tell) channel?.postMessage("in");
  owner ??= answer.person.id;
  const same = owner === answer.person.id;
  if (same) set({ state: "signed-in", token: answer.access_token, expires: Date.parse(answer.expires_at), person: answer.person });
  else location.assign(to);
  return same;
}

export function signedOut(): void {
  try {
    localStorage.removeItem(wasHere);
  } catch {}
  set({ state: "visitor", expires: 0 });
  channel?.postMessage("out");
}

export const banned = (ban: Problem) => set({ state: "banned", expires: 0, ban });

let renewal: Promise<boolean> | undefined;

/** Renews the access token with the refresh cookie: once at a time in this tab, one after the other over tabs. */
export function renew(): Promise<boolean> {
  renewal ??= locked(exchange).finally(() => {
    renewal = undefined;
  });
  return renewal;
}

async function locked(work: () => Promise<boolean>): Promise<boolean> {
  return navigator.locks ? await navigator.locks.request("stoa-refresh", work) : work();
}

async function exchange(): Promise<boolean> {
  const answer = await fetch("/api/v1/auth/refresh", { method: "POST" });
  if (answer.ok) return signedIn((await answer.json()) as SignedIn, false);
  const problem = new Problem(await answer.json().catch(() => ({ status: answer.status })));
  if (problem.type === "banned") banned(problem);
  else if (answer.status === 401) set({ state: session.state === "signed-in" ? "ended" : "visitor", expires: 0 });
  return false;
}

/** Called once at start: a returning person is signed in again without being asked; the document may bring their session along. */
export async function restore(): Promise<void> {
  if (start.session) {
    signedIn(start.session, false);
    return;
  }
  let returning = true;
  try {
    returning = localStorage.getItem(wasHere) !== null;
  } catch {}
  if (returning) await renew().catch(() => false);
  if (session.state === "unknown") set({ state: "visitor", expires: 0 });
}

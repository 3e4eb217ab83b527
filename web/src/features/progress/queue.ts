import { api, type Schemas, take } from "@/api/client";
import { Problem } from "@/api/problem";
import { currentSession } from "@/api/session";

// What learners did is kept until the server has it: in this browser's storage, so that neither a lost line nor a closed window takes it.
// Reports of a lesson add up to one; what is refused for good is said and not sent again.

export type Report = Schemas["ProgressReport"];
type Reported = Schemas["ProgressReported"];
type Range = [number, number];

const mostRanges = 2000; // in one request
const longest = 3600; // seconds that one report may claim

const pending = new Map<string, Report>();
const sending = new Map<string, Report>();
const troubled = new Set<string>(); // lessons whose last report did not get through
const listeners = new Set<() => void>();
const answered = new Set<(lesson: string, answer: Reported) => void>();
const refused = new Set<(lesson: string, problem: Problem) => void>();

let owner = ""; // whose reports these are: what one person did is never sent as another's

/** Makes room for whoever is signed in now: what another has left stays in the storage, under their name. */
function turn() {
  const person = currentSession().person?.id;
  if (!person || person === owner) return; // what is done after a session's end is still its person's
  owner = person;
  pending.clear();
  sending.clear();
  troubled.clear();
}

const prefix = () => `stoa-report:${owner}:`;

/** Ranges in order, without overlaps. */
export function join(ranges: readonly (readonly number[])[]): Range[] {
  const out: Range[] = [];
  for (const [from = 0, to = 0] of [...ranges].sort((a, b) => (a[0] ?? 0) - (b[0] ?? 0))) {
    const last = out.at(-1);
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else out.push([from, to]);
  }
  return out;
}

/** Two reports of a lesson as one, whichever came first. */
export function merge(a: Report | undefined, b: Report): Report {
  if (!a) return b;
  const later = (b.at ?? "") >= (a.at ?? "") ? b : a;
  return {
    position: later.position,
    at: later.at,
    opened: a.opened ?? b.opened,
    seconds: Math.min(longest, (a.seconds ?? 0) + (b.seconds ?? 0)),
    watched: join([...(a.watched ?? []), ...(b.watched ?? [])]),
    read: a.read || b.read || undefined,
  };
}

let ahead = 0; // how far the server's clock is before this one, in milliseconds: devices' clocks differ

const serverNow = () => new Date(Date.now() + ahead);

function compareClocks(answer: Response) {
  const theirs = Date.parse(answer.headers.get("Date") ?? "");
  if (Math.abs(theirs - Date.now() - ahead) > 1500) ahead = theirs - Date.now(); // it tells whole seconds
}

/** Notes what was done; it is sent with the next flush. */
export function note(lesson: string, report: Report): void {
  turn();
  recall(lesson);
  pending.set(lesson, merge(pending.get(lesson), { at: serverNow().toISOString(), ...report }));
  keep(lesson);
}

/** Sends what is noted of a lesson. */
export async function flush(lesson: string): Promise<void> {
  turn();
  const whose = owner;
  const report = pending.get(lesson);
  if (!report || sending.has(lesson) || (currentSession().person?.id ?? "") !== whose) return;
  const part = { ...report, watched: report.watched?.slice(0, mostRanges) };
  const rest = report.watched?.slice(mostRanges) ?? [];
  if (rest.length > 0) pending.set(lesson, { position: report.position, at: report.at, opened: report.opened, watched: rest });
  else pending.delete(lesson);
  sending.set(lesson, part);
  let sent = false;
  try {
    const call = api.PUT("/lessons/{lesson_id}/progress", { params: { path: { lesson_id: lesson } }, body: part });
    const answer = await take(call);
    compareClocks((await call).response);
    if (owner !== whose) return;
    sending.delete(lesson);
    sent = true;
    troubled.delete(lesson);
    for (const tell of answered) tell(lesson, answer);
  } catch (error) {
    if (owner !== whose) return;
    sending.delete(lesson);
    const problem = error instanceof Problem ? error : new Problem({});
    if (forGood(problem)) {
      troubled.delete(lesson);
      for (const tell of refused) tell(lesson, problem);
    } else {
      troubled.add(lesson);
      const since = pending.get(lesson);
      pending.set(lesson, since ? merge(part, since) : part);
    }
  }
  keep(lesson);
  if (sent && pending.has(lesson) && rest.length > 0) await flush(lesson);
}

/** Whether asking again would be answered the same. */
const forGood = (problem: Problem) => problem.status >= 400 && problem.status < 500 && ![401, 408, 425, 429].includes(problem.status);

/** Sends what an earlier window of this person could not. */
export function resume(): void {
  turn();
  for (const name of stored()) {
    const lesson = name.slice(prefix().length);
    recall(lesson);
    void flush(lesson);
  }
}

/** Takes up what an earlier window kept of a lesson, before anything is written over it. */
function recall(lesson: string) {
  if (pending.has(lesson) || sending.has(lesson)) return;
  try {
    const kept = localStorage.getItem(prefix() + lesson);
    if (kept) pending.set(lesson, JSON.parse(kept));
  } catch {
    // a browser that keeps nothing, or what somebody else wrote: there is nothing to take up
  }
}

/** Whether something of a lesson is noted that the server does not have. */
export const unsent = (lesson: string) => pending.has(lesson) || sending.has(lesson);

/** Whether the last report of a lesson did not get through; it is sent again. */
export const inTrouble = (lesson: string) => troubled.has(lesson);

type Followed = {
  change?: () => void;
  answer?: (lesson: string, answer: Reported) => void;
  refuse?: (lesson: string, problem: Problem) => void;
};

/** Tells of what becomes of reports, until the returned function is called. */
export function follow(on: Followed): () => void {
  if (on.change) listeners.add(on.change);
  if (on.answer) answered.add(on.answer);
  if (on.refuse) refused.add(on.refuse);
  return () => {
    if (on.change) listeners.delete(on.change);
    if (on.answer) answered.delete(on.answer);
    if (on.refuse) refused.delete(on.refuse);
  };
}

function keep(lesson: string) {
  const name = prefix() + lesson;
  const now = sending.get(lesson);
  const later = pending.get(lesson);
  const all = now && later ? merge(now, later) : (now ?? later);
  try {
    if (all) localStorage.setItem(name, JSON.stringify(all));
    else localStorage.removeItem(name);
  } catch {
    // a browser that keeps nothing: this window's memory is all there is
  }
  for (const tell of listeners) tell();
}

function stored(): string[] {
  try {
    return Object.keys(localStorage).filter((name) => name.startsWith(prefix()));
  } catch {
    return [];
  }
}

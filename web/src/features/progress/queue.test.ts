import { expect, test, vi } from "vitest";
import type { SignedIn } from "@/api/session";
import { join, merge, note } from "./queue";

test("ranges are joined and in order", () => {
  expect(
    join([
      [5, 10],
      [0, 6],
      [20, 30],
      [10, 12],
    ]),
  ).toEqual([
    [0, 12],
    [20, 30],
  ]);
  expect(join(Array.from({ length: 260 }, (_, n) => [5 * n, 5 * n + 6]))).toEqual([[0, 1301]]);
  expect(join([])).toEqual([]);
});

test("what was marked as read stays read whatever is noted later", () => {
  const marked = { position: 1000, at: "2026-11-20T09:00:00Z", read: true };
  const scrolled = { position: 300, at: "2026-11-20T09:00:05Z", seconds: 5 };
  expect(merge(marked, scrolled)).toMatchObject({ read: true, position: 300, seconds: 5 });
  expect(merge(scrolled, marked)).toMatchObject({ read: true, position: 300, seconds: 5 });
});

test("the time of many reports adds up to what one may claim", () => {
  expect(merge({ position: 1, seconds: 3000 }, { position: 2, seconds: 3000 }).seconds).toBe(3600);
});

test("what an earlier window kept is not written over", () => {
  localStorage.setItem("stoa-report::lesson", JSON.stringify({ position: 1000, at: "2026-11-20T09:00:00Z", read: true }));
  note("lesson", { position: 10 });
  expect(JSON.parse(localStorage.getItem("stoa-report::lesson") ?? "")).toMatchObject({ read: true, position: 10 });
});

test("what one person did is never sent as another's", async () => {
  const person = (id: string) => ({ access_token: id, expires_at: "2999-01-01T00:00:00Z", person: { id } }) as unknown as SignedIn;
  const sent: string[] = [];
  let reachable = false;
  vi.stubGlobal("fetch", async (request: Request) => {
    if (!reachable) throw new TypeError("no line");
    sent.push(`${request.headers.get("Authorization")} ${(await request.json()).position}`);
    return Response.json({ lesson: {}, course: {} });
  });
  /** A window of somebody's: what was in memory before is gone. */
  const open = async (id: string) => {
    vi.resetModules();
    const [queue, session] = [await import("./queue"), await import("@/api/session")];
    session.signedIn(person(id), false);
    return { ...queue, ...session };
  };
  let window = await open("asha");
  window.note("film", { position: 900, read: true });
  await window.flush("film");
  window.signedOut();
  window.note("film", { position: 950 }); // still hers: it was on her screen
  await window.flush("film");
  expect(JSON.parse(localStorage.getItem("stoa-report:asha:film") ?? "")).toMatchObject({ position: 950, read: true });

  reachable = true;
  window = await open("ravi");
  window.resume();
  await window.flush("film");
  expect(sent).toEqual([]);
  window.note("film", { position: 10 });
  await window.flush("film");
  expect(sent).toEqual(["Bearer ravi 10"]);

  window = await open("asha");
  window.resume();
  await vi.waitFor(() => expect(sent).toEqual(["Bearer ravi 10", "Bearer asha 950"]));
  await vi.waitFor(() => expect(localStorage.getItem("stoa-report:asha:film")).toBeNull());
});

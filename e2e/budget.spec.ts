import type { Page } from "@playwright/test";
import { api, expect, settled, signIn, test, underWay } from "./house";

// What a first screen may cost, over the wire: the JavaScript that has to arrive before it works, requests, style, fonts.
const limits = { home: 105, other: 135, css: 15, fonts: 55, requests: 15, task: 50, document: 30 }; // the document holds the style (15) and its data (15)

const routes: { name: string; path: (id: { course: string; lesson: string; person: string }) => string; limit: number }[] = [
  { name: "today", path: () => "/", limit: limits.home },
  { name: "courses", path: () => "/courses", limit: limits.other },
  { name: "course", path: (id) => `/courses/${id.course}`, limit: limits.other },
  { name: "lesson", path: (id) => `/lessons/${id.lesson}`, limit: limits.other },
  { name: "people", path: () => "/people", limit: limits.other },
  { name: "person", path: (id) => `/people/${id.person}`, limit: limits.other },
];

for (const route of routes) {
  test(`${route.name} stays within its budget`, async ({ page, browser }) => {
    await signIn(page, "Ravi Kulkarni");
    const student = await api(page, "student@demo.test");
    const mine = await underWay(student);
    const path = route.path({ course: mine.id, lesson: mine.next_lesson.id, person: (await student.get("/me")).id });
    // A browser that has nothing stored but the session.
    const fresh = await browser.newContext({ storageState: await page.context().storageState() });
    const cold = await fresh.newPage();
    const sizes = { js: 0, css: 0, fonts: 0, requests: 0, document: 0 };
    const devtools = await fresh.newCDPSession(cold);
    await devtools.send("Network.enable");
    const types = new Map<string, string>();
    devtools.on("Network.responseReceived", ({ requestId, response }) => {
      if (response.url.startsWith("http")) types.set(requestId, new URL(response.url).pathname);
    });
    // A report of progress goes out after the screen is there.
    devtools.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
      const name = types.get(requestId);
      if (name === path) sizes.document = encodedDataLength;
      if (name && !name.endsWith("/progress")) sizes.requests++;
    });
    // Bodies as they came over the wire, compressed.
    devtools.on("Network.dataReceived", ({ requestId, encodedDataLength }) => {
      const name = types.get(requestId) ?? "";
      if (name.endsWith(".js")) sizes.js += encodedDataLength;
      if (name.endsWith(".css")) sizes.css += encodedDataLength;
      if (name.endsWith(".woff2")) sizes.fonts += encodedDataLength;
    });
    await cold.goto(path);
    await expect(cold.getByRole("heading", { level: 1 })).toBeVisible();
    await settled(cold);
    const kB = (bytes: number) => Math.round(bytes / 100) / 10;
    if (process.env.LIST) console.log([...types.values()].join("\n"));
    console.log(`${route.name}: js ${kB(sizes.js)} kB, css ${kB(sizes.css)} kB, fonts ${kB(sizes.fonts)} kB, document ${kB(sizes.document)} kB, ${sizes.requests} requests`);
    expect(kB(sizes.js)).toBeLessThanOrEqual(route.limit);
    expect(kB(sizes.css)).toBeLessThanOrEqual(limits.css);
    expect(kB(sizes.fonts)).toBeLessThanOrEqual(limits.fonts);
    expect(sizes.document).toBeGreaterThan(0);
    expect(kB(sizes.document)).toBeLessThanOrEqual(limits.document);
    expect(sizes.requests).toBeLessThanOrEqual(limits.requests);
    await fresh.close();
  });
}

// The longest stretch for which a screen's thread cannot answer its reader, in milliseconds of processor time: what other programs
// on this machine do does not count. How the same screens feel on a slow phone is measured by make bench-web.
//
// Browsers and machines differ: the same browser lays out a page that never changes, and how long that takes, against what it took where
// the limit was set, stretches the limit. What is judged is the ratio of the two.
const pageThatNeverChanges = 20; // milliseconds, where the limit was set

const pace = (page: Page) =>
  page.evaluate(() => {
    const once = () => {
      const began = performance.now();
      const root = document.createElement("div");
      for (let n = 0; n < 2000; n++) {
        const row = document.createElement("p");
        row.style.padding = `${n % 7}px`;
        row.textContent = `row ${n} ${Math.sqrt(n)}`;
        root.append(row);
      }
      document.body.replaceChildren(root);
      return root.offsetHeight >= 0 ? performance.now() - began : 0;
    };
    return Array.from({ length: 11 }, once).sort((a, b) => a - b)[5] as number;
  });

for (const route of routes) {
  test(`${route.name} never keeps its reader waiting`, async ({ page, browser }) => {
    test.setTimeout(240_000);
    await signIn(page, "Ravi Kulkarni");
    const student = await api(page, "student@demo.test");
    const mine = await underWay(student);
    const path = route.path({ course: mine.id, lesson: mine.next_lesson.id, person: (await student.get("/me")).id });
    const storageState = await page.context().storageState();
    const blank = await (await browser.newContext()).newPage();
    const paces: number[] = [];
    let longest = Number.POSITIVE_INFINITY;
    let stretch = 1;
    // Of several loads the quietest: what disturbs a measurement only ever adds to it. One that is within the limit as it stands is
    // enough; others are held against how fast the machine was about then.
    for (let round = 0; longest > limits.task && (round < 3 || (round < 9 && longest / stretch > limits.task)); round++) {
      paces.push(await pace(blank));
      stretch = Math.max(1, (paces.toSorted((a, b) => a - b)[paces.length >> 1] as number) / pageThatNeverChanges);
      const context = await browser.newContext({ storageState });
      const cold = await context.newPage();
      await browser.startTracing(cold, { categories: ["toplevel", "devtools.timeline", "disabled-by-default-devtools.timeline"] });
      await cold.goto(path);
      await expect(cold.getByRole("heading", { level: 1 })).toBeVisible();
      await settled(cold);
      longest = Math.min(longest, longestTask(JSON.parse((await browser.stopTracing()).toString()).traceEvents, new URL(cold.url()).origin));
      await context.close();
    }
    await blank.context().close();
    console.log(`${route.name}: longest task ${longest.toFixed(0)} ms of processor, limit ${(limits.task * stretch).toFixed(0)}`);
    expect(longest / stretch).toBeLessThanOrEqual(limits.task);
  });
}

type TraceEvent = { name: string; ph: string; pid: number; tid: number; ts: number; dur?: number; tdur?: number; args?: { name?: string; data?: { url?: string }; chrome_mojo_event_info?: { mojo_interface_tag?: string } } };

// longestTask is the longest one of the thread that runs our script. The browser's own windows have threads too, and what this test
// asks the page through the developer tools is not the page's doing.
function longestTask(events: TraceEvent[], origin: string): number {
  const thread = (e: TraceEvent) => `${e.pid}:${e.tid}`;
  const main = new Set(events.filter((e) => e.name === "thread_name" && e.args?.name === "CrRendererMain").map(thread));
  const ours = new Set(events.filter((e) => e.name === "FunctionCall" && e.args?.data?.url?.startsWith(`${origin}/assets`)).map(thread));
  const here = events.filter((e) => main.has(thread(e)) && ours.has(thread(e)));
  const asked = here.filter((e) => e.args?.chrome_mojo_event_info?.mojo_interface_tag?.includes("DevTools"));
  const within = (inner: TraceEvent, outer: TraceEvent) => thread(inner) === thread(outer) && inner.ts >= outer.ts && inner.ts <= outer.ts + (outer.dur ?? 0);
  const tasks = here.filter((e) => e.name.endsWith("RunTask") && e.tdur !== undefined && !asked.some((a) => within(a, e)));
  expect(tasks.length).toBeGreaterThan(0);
  return Math.max(...tasks.map((e) => (e.tdur as number) / 1000));
}

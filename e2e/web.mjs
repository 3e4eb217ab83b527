// Measures screens as a slow phone feels them: 412 px wide, processor slowed to a quarter, slow 4G (150 ms, 1.44 Mbit/s). Called by
// `make bench-web` with the address of a server; prints JSON.
import { chromium } from "@playwright/test";

const [base, rounds] = [process.argv[2], Number(process.argv[3] ?? 3)];
const password = "stoa-demo-2026";
const browser = await chromium.launch({
  executablePath: "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--ignore-certificate-errors"],
});
const phone = { baseURL: base, ignoreHTTPSErrors: true, viewport: { width: 412, height: 823 }, locale: "en-GB" };

const door = await browser.newContext(phone);
const entry = await door.newPage();
await entry.goto("/sign-in");
await entry.getByLabel("E-mail address").fill("student@demo.test");
await entry.getByLabel("Password").fill(password);
await entry.getByRole("button", { name: "Sign in", exact: true }).click();
await entry.getByRole("heading", { level: 1, name: /^Good / }).waitFor();
const ids = await entry.evaluate(async (secret) => {
  const answer = await fetch("/api/v1/auth/sessions", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ email: "student@demo.test", password: secret }) });
  const headers = { Authorization: `Bearer ${(await answer.json()).access_token}` };
  const get = async (path) => (await fetch(`/api/v1${path}`, { headers })).json();
  const mine = (await get("/me/courses")).items[0];
  return { course: mine.id, lesson: mine.next_lesson.id, person: mine.instructor.id };
}, password);
const { origins } = await door.storageState(); // what says that somebody was here before

const routes = {
  today: "/",
  course: `/courses/${ids.course}`,
  people: "/people",
  person: `/people/${ids.person}`,
  courses: "/courses",
  lesson: `/lessons/${ids.lesson}`,
};

async function slowed({ drawn = true, quick = false }) {
  const context = await browser.newContext({ ...phone, storageState: { cookies: [], origins } });
  await context.request.post("/api/v1/auth/sessions", { data: { email: "student@demo.test", password } });
  if (!drawn) await context.clearCookies({ name: "__Host-stoa_page" });
  const page = await context.newPage();
  const tools = await context.newCDPSession(page);
  await tools.send("Network.enable");
  if (!quick) await tools.send("Network.emulateNetworkConditions", { offline: false, latency: 150, downloadThroughput: 180_000, uploadThroughput: 84_000 });
  await tools.send("Emulation.setCPUThrottlingRate", { rate: 4 });
  await page.addInitScript(() => {
    const felt = { first: 0, largest: 0, shift: 0, tasks: [], usable: 0, events: [] };
    window.felt = felt;
    const watch = (type, note, more = {}) => new PerformanceObserver((list) => list.getEntries().forEach(note)).observe({ type, buffered: true, ...more });
    watch("paint", (p) => p.name === "first-contentful-paint" && (felt.first = p.startTime));
    watch("largest-contentful-paint", (p) => (felt.largest = p.startTime));
    watch("layout-shift", (p) => p.hadRecentInput || (felt.shift += p.value));
    watch("longtask", (p) => felt.tasks.push([p.startTime, p.duration]));
    watch("event", (p) => p.interactionId && felt.events.push(p.duration), { durationThreshold: 16 });
    const look = () => {
      if (Object.keys(document.getElementById("root") ?? {}).some((key) => key.startsWith("__reactContainer"))) felt.usable = performance.now();
      else setTimeout(look, 10);
    };
    addEventListener("DOMContentLoaded", look);
  });
  return { context, page, tools };
}

// A screen whose heading is that of the sign-in would be measured for another.
const settled = async (page) => {
  await page.getByRole("heading", { level: 1 }).first().waitFor();
  await page.waitForFunction(() => window.felt.usable > 0 && !document.querySelector("#root .sk"));
  await page.waitForLoadState("networkidle");
  if (page.url().includes("sign-in")) throw new Error("signed out while measuring");
};

async function open(path, drawn) {
  process.stderr.write(".");
  const { context, page, tools } = await slowed({ drawn });
  const size = { html: 0, js: 0, css: 0, fonts: 0, other: 0 };
  let requests = 0;
  const names = new Map();
  tools.on("Network.responseReceived", ({ requestId, response, type }) => response.url.startsWith("http") && names.set(requestId, type === "Document" ? "html" : new URL(response.url).pathname));
  tools.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    const name = names.get(requestId);
    if (!name) return;
    requests++;
    const kind = name === "html" ? "html" : name.endsWith(".js") ? "js" : name.endsWith(".css") ? "css" : name.endsWith(".woff2") ? "fonts" : "other";
    size[kind] += encodedDataLength;
  });
  await page.goto(path);
  await settled(page);
  const felt = await page.evaluate(() => window.felt);
  await context.close();
  const blocked = felt.tasks.filter(([at]) => at > felt.first).reduce((sum, [, took]) => sum + Math.max(0, took - 50), 0);
  return { requests, ...size, first: felt.first, largest: felt.largest, usable: felt.usable, blocked, shift: felt.shift };
}

// What a tap or a key costs from the finger to the next paint, on the slowed processor.
const interactions = {
  "tick a filter": ["/people", async (page) => {
    await page.getByRole("button", { name: /Filters/ }).click();
    await page.getByRole("checkbox").nth(1).click();
  }],
  "type a name": ["/people", (page) => page.getByRole("searchbox").pressSequentially("asha", { delay: 60 })],
  "open a person": ["/people", (page) => page.getByRole("main").getByRole("listitem").getByRole("link").first().click()],
  "open a course": ["/courses", (page) => page.getByRole("main").getByRole("listitem").getByRole("link").first().click()],
  "open the palette": ["/", (page) => page.getByRole("button", { name: /Search people/ }).click()],
  "change the colours": ["/", (page) => page.getByRole("button", { name: /colours/ }).click()],
};

async function interact([path, act]) {
  process.stderr.write(",");
  const { context, page } = await slowed({ quick: true });
  await page.goto(path);
  await settled(page);
  await page.evaluate(() => {
    window.felt.events.length = 0;
  });
  await act(page);
  await page.waitForTimeout(1200);
  const events = await page.evaluate(() => window.felt.events);
  await context.close();
  return events.length > 0 ? Math.max(...events) : 16; // what is quicker is not reported
}

const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
const found = {};
for (let round = 0; round < rounds; round++)
  for (const [name, path] of Object.entries(routes))
    for (const how of ["drawn", "not drawn"]) {
      const one = await open(path, how === "drawn");
      const all = (found[`${name}|${how}`] ??= {});
      for (const [figure, value] of Object.entries(one)) (all[figure] ??= []).push(value);
    }
const costs = {};
for (let round = 0; round < rounds; round++) for (const [name, act] of Object.entries(interactions)) (costs[name] ??= []).push(await interact(act));
await browser.close();

console.log(
  JSON.stringify({
    screens: Object.entries(found).map(([key, all]) => ({ screen: key.split("|")[0], how: key.split("|")[1], ...Object.fromEntries(Object.entries(all).map(([figure, list]) => [figure, median(list)])), largest_worst: Math.max(...all.largest) })),
    interactions: Object.entries(costs).map(([name, list]) => ({ name, median: median(list), worst: Math.max(...list) })),
  }),
);

import { api, enter, expect, test } from "./house";

// What a first screen may cost, over the wire: the JavaScript that has to arrive before it works, requests, style, fonts.
const limits = { home: 105, other: 135, css: 15, fonts: 55, requests: 15 };

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
    await enter(page, "Ravi Kulkarni");
    const student = await api(page, "student@demo.test");
    const mine = (await student.get("/me/courses")).items[0];
    const path = route.path({ course: mine.id, lesson: mine.next_lesson.id, person: (await student.get("/me")).id });
    // A browser that has nothing stored but the session.
    const fresh = await browser.newContext({ storageState: await page.context().storageState() });
    const cold = await fresh.newPage();
    const sizes = { js: 0, css: 0, fonts: 0, requests: 0 };
    const devtools = await fresh.newCDPSession(cold);
    await devtools.send("Network.enable");
    const types = new Map<string, string>();
    devtools.on("Network.responseReceived", ({ requestId, response }) => {
      if (response.url.startsWith("http")) types.set(requestId, new URL(response.url).pathname);
    });
    // A report of progress goes out after the screen is there.
    devtools.on("Network.loadingFinished", ({ requestId }) => {
      const name = types.get(requestId);
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
    await cold.waitForLoadState("networkidle");
    const kB = (bytes: number) => Math.round(bytes / 100) / 10;
    if (process.env.LIST) console.log([...types.values()].join("\n"));
    console.log(`${route.name}: js ${kB(sizes.js)} kB, css ${kB(sizes.css)} kB, fonts ${kB(sizes.fonts)} kB, ${sizes.requests} requests`);
    expect(kB(sizes.js)).toBeLessThanOrEqual(route.limit);
    expect(kB(sizes.css)).toBeLessThanOrEqual(limits.css);
    expect(kB(sizes.fonts)).toBeLessThanOrEqual(limits.fonts);
    expect(sizes.requests).toBeLessThanOrEqual(limits.requests);
    await fresh.close();
  });
}

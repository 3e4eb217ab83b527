import type { Browser, Page } from "@playwright/test";
import { api, enter, expect, type Name, signIn, test } from "./house";

// The first screen is drawn by the server, in the same words and at the same places as the front end draws it afterwards.

type Part = { tag: string; text: string; x: number; y: number; width: number; height: number };

/** What somebody sees: the text, and where everything that can be read or used stands. */
const seen = (page: Page) =>
  page.evaluate(() => {
    const root = document.getElementById("root") as HTMLElement;
    // Rows below the fold have their text only once the browser cares to lay them out.
    for (const row of root.querySelectorAll<HTMLElement>("li")) row.style.contentVisibility = "visible";
    const parts = [...root.querySelectorAll<HTMLElement>("h1,h2,p,a,button,summary,input,select,legend,dt,dd,li,svg,img,kbd")]
      .map((part) => ({ part, box: part.getBoundingClientRect() }))
      .filter(({ box }) => box.width > 0 && box.height > 0)
      .map(({ part, box }) => ({ tag: part.tagName, text: (part.innerText ?? "").slice(0, 60), x: Math.round(box.x), y: Math.round(box.y + scrollY), width: Math.round(box.width), height: Math.round(box.height) }));
    return { text: root.innerText.replace(/\s+/g, " ").trim(), title: document.title, parts };
  });

const widths = [1280, 390];

/** The screen as the server draws it, where no script runs, and as the front end does. */
async function both(browser: Browser, page: Page, path: string) {
  const how = { locale: "en-GB", colorScheme: "light" as const, storageState: await page.context().storageState() };
  const look = async (javaScriptEnabled: boolean) => {
    const context = await browser.newContext({ ...how, javaScriptEnabled });
    const screen = await context.newPage();
    await screen.goto(path);
    if (javaScriptEnabled)
      await screen.waitForFunction(() => Object.keys(document.getElementById("root") ?? {}).some((key) => key.startsWith("__reactContainer")) && !document.querySelector("#root .sk"));
    await screen.evaluate(() => document.fonts.ready);
    const all = [];
    for (const width of widths) {
      await screen.setViewportSize({ width, height: 900 });
      all.push(await seen(screen));
    }
    await context.close();
    return all;
  };
  const [server, client] = await Promise.all([look(false), look(true)]);
  return widths.map((_, n) => ({ server: server[n] as Seen, client: client[n] as Seen }));
}

type Seen = Awaited<ReturnType<typeof seen>>;

const place = (part: Part) => `${part.tag} ${part.text}`;

function compare({ server, client }: { server: Seen; client: Seen }) {
  expect(server.text.length).toBeGreaterThan(100);
  expect(server.text).toBe(client.text);
  expect(server.title).toBe(client.title);
  expect(server.parts.map(place)).toEqual(client.parts.map(place));
  const moved = server.parts.flatMap((part, n) => {
    const there = client.parts[n] as Part;
    const by = Math.max(Math.abs(part.x - there.x), Math.abs(part.y - there.y), Math.abs(part.width - there.width), Math.abs(part.height - there.height));
    return by > 1 ? [`${place(part)}: ${part.x},${part.y} ${part.width}x${part.height} became ${there.x},${there.y} ${there.width}x${there.height}`] : [];
  });
  expect(moved.slice(0, 10)).toEqual([]);
}

/** What others change between the two looks is no difference: a second look decides. */
async function same(browser: Browser, page: Page, path: string) {
  await expect(async () => {
    for (const pair of await both(browser, page, path)) compare(pair);
  }).toPass({ intervals: [0], timeout: 60_000 });
}

const screens: { name: string; as: Name; path: (page: Page) => Promise<string> | string }[] = [
  { name: "today", as: "Ravi Kulkarni", path: () => "/" },
  { name: "today of somebody not confirmed", as: "Nikhil Bose", path: () => "/" },
  { name: "today of the registrar", as: "Arjun Rao", path: () => "/" },
  { name: "people", as: "Asha Menon", path: () => "/people" },
  { name: "people filtered", as: "Asha Menon", path: () => "/people?batch=2018&city=%5B%22Bengaluru%22%5D&company=Microsoft&sort=batch" },
  { name: "people by words", as: "Ravi Kulkarni", path: () => "/people?q=asha" },
  { name: "nobody", as: "Asha Menon", path: () => "/people?q=qqqqzzzz&city=Pune&open_to=mentoring" },
  { name: "a person", as: "Ravi Kulkarni", path: async (page) => `/people/${(await (await api(page, "alumna@demo.test")).get("/me")).id}` },
  { name: "oneself", as: "Asha Menon", path: async (page) => `/people/${(await (await api(page, "alumna@demo.test")).get("/me")).id}` },
  { name: "a course", as: "Ravi Kulkarni", path: async (page) => `/courses/${(await (await api(page, "student@demo.test")).get("/me/courses")).items[0].id}` },
  { name: "a course that is not one's own", as: "Meera Iyer", path: async (page) => `/courses/${(await (await api(page, "student@demo.test")).get("/me/courses")).items[0].id}` },
  { name: "a course that is closed", as: "Nikhil Bose", path: async (page) => `/courses/${(await (await api(page, "student@demo.test")).get("/courses?limit=1")).items[0].id}` },
];

for (const screen of screens) {
  test(`${screen.name} is drawn as the front end draws it`, async ({ page, browser }) => {
    await signIn(page, screen.as);
    await same(browser, page, await screen.path(page));
  });
}

test("the first screen speaks the reader's language", async ({ page, browser }) => {
  await enter(page, "Ravi Kulkarni");
  await page.locator("summary").first().click();
  await page.getByRole("button", { name: "हिन्दी" }).first().click();
  await expect(page.locator("html")).toHaveAttribute("lang", "hi");
  for (const path of ["/", "/people"]) await same(browser, page, path);
});

test("links work before any script, and the document is nobody else's", async ({ page, browser }) => {
  await enter(page, "Asha Menon");
  const storageState = await page.context().storageState();
  const still = await browser.newContext({ storageState, javaScriptEnabled: false });
  const drawn = await still.newPage();
  await drawn.goto("/people");
  await drawn.getByRole("searchbox").fill("asha menon");
  await drawn.getByRole("searchbox").press("Enter");
  await expect(drawn).toHaveURL(/q=asha\+menon/);
  await drawn.getByRole("link", { name: /Asha Menon/ }).first().click();
  await expect(drawn.getByRole("heading", { level: 1, name: "Asha Menon" })).toBeVisible();
  await drawn.locator("aside").getByRole("link", { name: "Today" }).click();
  await expect(drawn.getByRole("heading", { level: 1, name: /^Good / })).toBeVisible();
  await still.close();
  const own = await page.goto("/");
  expect(own?.headers()["cache-control"]).toBe("private, no-store");
  const visitor = await browser.newContext();
  const answer = await visitor.request.get("/");
  expect(answer.headers()["cache-control"]).toBe("no-cache");
  expect(await answer.text()).not.toContain("access_token");
  await visitor.close();
  // A script of the page itself is given no token either.
  expect(await page.evaluate(async () => (await (await fetch("/")).text()).includes("access_token"))).toBe(false);
});

test("what is done before the front end is there is done when it is", async ({ page }) => {
  await enter(page, "Asha Menon");
  let release = () => {};
  const held = new Promise<void>((resume) => {
    release = resume;
  });
  await page.route("**/assets/*.js", async (route) => {
    await held;
    await route.continue();
  });
  await page.goto("/people", { waitUntil: "commit" });
  const search = page.getByRole("searchbox");
  await search.fill("asha");
  await page.getByRole("checkbox", { name: /Computer Science/ }).check();
  await search.press("End");
  release();
  await expect(page).toHaveURL(/q=asha/);
  await expect(page).toHaveURL(/department=/);
  await expect(search).toHaveValue("asha");
  await expect(search).toBeFocused();
  await expect(page.getByRole("checkbox", { name: /Computer Science/ })).toBeChecked();
});

test("signing out leaves nothing behind", async ({ page }) => {
  await enter(page, "Ravi Kulkarni");
  await page.locator("summary").first().click();
  await page.getByRole("button", { name: "Sign out" }).first().click();
  await expect(page).toHaveURL(/sign-in/);
  expect((await page.context().cookies()).map((cookie) => cookie.name)).not.toContain("__Host-stoa_page");
});

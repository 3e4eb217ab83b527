import { test as base, expect, type Page } from "@playwright/test";

export { expect };

/** Every test fails when the page says something is wrong, unless the test expects it. */
export const test = base.extend<{ quiet: string[] }>({
  quiet: [
    async ({ page }, use) => {
      const expected: string[] = [];
      const said: string[] = [];
      page.on("console", (message) => {
        if (message.type() === "error") said.push(`${message.text()} ${message.location().url}`);
      });
      page.on("pageerror", (error) => said.push(String(error)));
      await use(expected);
      expect(said.filter((line) => !expected.some((part) => line.includes(part)))).toEqual([]);
    },
    { auto: true },
  ],
});

export const password = "stoa-demo-2026";

const people = {
  "Ravi Kulkarni": "student@demo.test",
  "Asha Menon": "alumna@demo.test",
  "Nikhil Bose": "unverified@demo.test",
  "Meera Iyer": "instructor@demo.test",
  "Leela Thomas": "staff@demo.test",
  "Arjun Rao": "admin@demo.test",
  "Olivia Fernandes": "operator@demo.test",
};
export type Name = keyof typeof people;

/** Gives the browser the session of a person of the demo; the screen that signs people in has tests of its own. */
export async function signIn(page: Page, name: Name): Promise<void> {
  const answer = await page.context().request.post("/api/v1/auth/sessions", { data: { email: people[name], password } });
  expect(answer.status()).toBe(201);
}

/** Signs a person in and opens Today. */
export async function enter(page: Page, name: Name): Promise<void> {
  await signIn(page, name);
  await page.goto("/");
  await expect(page.getByRole("heading", { level: 1, name: /^Good / })).toBeVisible();
  await expect(page.locator("[data-drawn]")).toHaveCount(0); // the front end is there: it hears keys
}

/** A client of the API beside the browser. */
export async function api(page: Page, email: string) {
  const elsewhere = await page.context().browser()?.newContext(); // its cookies are not the page's
  const answer = await elsewhere?.request.post("/api/v1/auth/sessions", { data: { email, password } });
  const token = (await answer?.json())?.access_token as string;
  await elsewhere?.close();
  const headers = { Authorization: `Bearer ${token}` };
  return {
    get: async (path: string) => (await page.request.get(`/api/v1${path}`, { headers })).json(),
    send: (method: string, path: string, data?: unknown) => page.request.fetch(`/api/v1${path}`, { method, headers, data }),
  };
}

/** A course with a lesson still to read, of the person whose client it is. */
export async function underWay(student: Awaited<ReturnType<typeof api>>): Promise<{ id: string; next_lesson: { id: string } }> {
  return (await student.get("/me/courses")).items.find((course: { next_lesson?: object }) => course.next_lesson);
}

/** Returns when a page has loaded and received nothing more for a second. */
export async function settled(page: Page): Promise<void> {
  await page.waitForFunction(() => {
    const received = performance.getEntriesByType("resource").map((resource) => (resource as PerformanceResourceTiming).responseEnd);
    return document.readyState === "complete" && performance.now() - Math.max(0, ...received) > 1000;
  });
}

/** The rules of axe whose answer depends on colours. */
export const coloured = ["color-contrast", "link-in-text-block"];

/** Gives a page its light or its dark colours. */
export async function dress(page: Page, theme: "light" | "dark"): Promise<void> {
  await page.evaluate((wanted) => {
    document.documentElement.dataset.theme = wanted;
  }, theme);
  await page.waitForFunction(() => document.getAnimations().every((one) => one.playState !== "running" || one.effect?.getComputedTiming().iterations === Number.POSITIVE_INFINITY));
}

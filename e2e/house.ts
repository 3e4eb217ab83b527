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

/** Signs a person of the demo in with one click. */
export async function enter(page: Page, name: string): Promise<void> {
  await page.goto("/sign-in");
  await page.getByRole("button", { name: new RegExp(name) }).click();
  await expect(page.getByRole("heading", { level: 1, name: /^Good / })).toBeVisible();
}

export const password = "stoa-demo-2026";

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

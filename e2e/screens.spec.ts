import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { api, coloured, dress, enter, expect, type Name, settled, signIn, test, underWay } from "./house";

// Every screen: no accessibility violation in light and dark, no sideways scrolling from 320 to 1280 pixels.
const screens: { name: string; as?: Name; path: (page: Page) => Promise<string> | string; ready: RegExp }[] = [
  { name: "sign-in", path: () => "/sign-in", ready: /Sign in/ },
  { name: "register", path: () => "/register", ready: /Register/ },
  { name: "forgot-password", path: () => "/forgot-password", ready: /Forgot/ },
  { name: "reset-password", path: () => "/reset-password?token=x", ready: /Choose a new/ },
  { name: "today", as: "Ravi Kulkarni", path: () => "/", ready: /^Good / },
  { name: "courses", as: "Ravi Kulkarni", path: () => "/courses", ready: /Courses/ },
  { name: "course", as: "Ravi Kulkarni", path: async (page) => `/courses/${(await (await api(page, "student@demo.test")).get("/me/courses")).items[0].id}`, ready: /./ },
  { name: "lesson", as: "Ravi Kulkarni", path: async (page) => `/lessons/${(await underWay(await api(page, "student@demo.test"))).next_lesson.id}`, ready: /./ },
  { name: "my-courses", as: "Ravi Kulkarni", path: () => "/my-courses", ready: /My courses/ },
  { name: "people", as: "Asha Menon", path: () => "/people", ready: /People/ },
  { name: "nobody found", as: "Asha Menon", path: () => "/people?q=qqqqzzzz&city=Pune", ready: /People/ },
  { name: "person", as: "Asha Menon", path: async (page) => `/people/${(await (await api(page, "alumna@demo.test")).get("/me")).id}`, ready: /Asha/ },
  { name: "profile", as: "Asha Menon", path: () => "/profile", ready: /My profile/ },
  { name: "batches", as: "Asha Menon", path: () => "/batches", ready: /Batches/ },
  { name: "batch", as: "Asha Menon", path: async (page) => `/batches/${(await (await api(page, "alumna@demo.test")).get("/me/profile")).batch.id}`, ready: /BTech/ },
  { name: "security", as: "Asha Menon", path: () => "/security", ready: /Sessions/ },
  { name: "verification", as: "Nikhil Bose", path: () => "/verification", ready: /verified/ },
  { name: "verifications", as: "Leela Thomas", path: () => "/verifications", ready: /Verification/ },
  { name: "branding", as: "Arjun Rao", path: () => "/branding", ready: /Institution/ },
  { name: "teaching", as: "Meera Iyer", path: () => "/teach", ready: /Teaching/ },
  { name: "new course", as: "Meera Iyer", path: () => "/teach/new", ready: /New course/ },
  { name: "studio", as: "Meera Iyer", path: async (page) => `/teach/${(await (await api(page, "instructor@demo.test")).get("/me/teaching")).items[0].id}`, ready: /./ },
  { name: "nothing", as: "Ravi Kulkarni", path: () => "/no/such", ready: /nothing here/ },
  { name: "forbidden", as: "Ravi Kulkarni", path: () => "/verifications", ready: /Not open/ },
];

for (const screen of screens) {
  test(`${screen.name} is accessible and fits`, async ({ page, quiet }) => {
    quiet.push("403", "404");
    if (screen.as) await signIn(page, screen.as);
    await page.goto(await screen.path(page));
    await expect(page.getByRole("heading", { level: 1, name: screen.ready })).toBeVisible();
    await settled(page);
    for (const theme of ["light", "dark"] as const) {
      await dress(page, theme);
      const axe = new AxeBuilder({ page });
      const { violations } = await (theme === "light" ? axe.withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]) : axe.withRules(coloured)).analyze();
      expect(violations.map((one) => `${theme} ${one.id}: ${one.nodes.map((node) => node.html.slice(0, 140)).join(" | ")}`)).toEqual([]);
    }
    for (const width of [320, 360, 768, 1280]) {
      await page.setViewportSize({ width, height: 800 });
      expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), `${width} px`).toBe(0);
    }
  });
}

test("the palette and the account menu are accessible when open", async ({ page }) => {
  await enter(page, "Asha Menon");
  await page.locator("summary", { hasText: "Your account" }).first().click();
  expect((await new AxeBuilder({ page }).analyze()).violations.map((one) => one.id)).toEqual([]);
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "Search people, courses and pages" }).fill("rao");
  await expect(page.getByRole("option").first()).toBeVisible();
  await page.waitForTimeout(300);
  expect((await new AxeBuilder({ page }).analyze()).violations.map((one) => `${one.id} ${one.nodes[0]?.html.slice(0, 150)}`)).toEqual([]);
});

import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { coloured, dress, expect, test } from "./house";
import { kitPort } from "./playwright.config";

// The parts of src/ui, each in every state, away from any screen: no accessibility violation in light and dark, from left and from
// right, no sideways scrolling, and pictures for whoever looks (results/kit-*.png).
const address = (query = "") => `http://127.0.0.1:${kitPort}/_kit${query}`;

async function open(page: Page, query = "") {
  await page.goto(address(query));
  await expect(page.getByRole("heading", { level: 1, name: "The kit" })).toBeVisible({ timeout: 60_000 }); // it is built when it is asked for
  await page.evaluate(() => document.fonts.ready);
}

/** Sends every form that has something to say, so that its refusal, its meeting and its waiting are there. */
async function refuse(page: Page) {
  for (const name of ["refused", "closed", "met", "busy"]) {
    await page.getByLabel(`Title ${name}`).fill("Bends");
    await page.getByRole("button", { name: `Save ${name}` }).click();
  }
  await expect(page.getByRole("button", { name: "Keep mine" })).toBeVisible();
}

const standards = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

async function clean(page: Page, what: string, axe = new AxeBuilder({ page }).withTags(standards)) {
  const { violations } = await axe.analyze();
  expect(violations.map((one) => `${what} ${one.id}: ${one.nodes.map((node) => node.html.slice(0, 160)).join(" | ")}`)).toEqual([]);
}

const only = (page: Page, ...parts: string[]) => parts.reduce((axe, part) => axe.include(part), new AxeBuilder({ page }).withTags(standards));

/** What is open is looked at by itself, and the rest for what an open part can spoil: it is hidden, or as it was while all was closed. */
async function alone(page: Page, what: string, part: string) {
  await clean(page, what, only(page, part));
  await clean(page, `around ${what}`, new AxeBuilder({ page }).withRules(["aria-hidden-focus", "duplicate-id-aria", "landmark-unique", "region"]));
}

const sideways = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

for (const direction of ["ltr", "rtl"])
  test(`every part, ${direction}`, async ({ page }, testInfo) => {
    test.setTimeout(180_000);
    await open(page, `?dir=${direction}&theme=light`);
    await refuse(page);
    await clean(page, "light");
    await dress(page, "dark");
    await clean(page, "dark", new AxeBuilder({ page }).withRules(coloured));
    for (const width of [1440, 768, 390, 320]) {
      await page.setViewportSize({ width, height: 900 });
      expect(await sideways(page), `${width} px`).toBe(0);
      if (width === 1440 || width === 390)
        for (const theme of ["light", "dark"] as const) {
          await dress(page, theme);
          await page.screenshot({ path: `${testInfo.project.outputDir}/kit-${direction}-${theme}-${width}.png`, fullPage: true });
        }
    }
  });

for (const direction of ["ltr", "rtl"])
  test(`what opens is accessible when it is open, and closes by Escape, ${direction}`, async ({ page }) => {
    test.setTimeout(180_000);
    await page.setViewportSize({ width: 390, height: 844 });
    await open(page, `?dir=${direction}`);
    const opened: [string, string][] = [
      ["Ask", "alertdialog"],
      ["Ask for a line", "alertdialog"],
      ["Open a sheet", "dialog"],
      ["More", "menu"],
      ["Who sees this", "dialog"],
    ];
    for (const [name, role] of opened) {
      const button = page.getByRole("button", { name, exact: true });
      await button.click();
      const popup = page.getByRole(role as "dialog");
      await expect(popup).toBeVisible();
      await alone(page, name, `[role=${role}]`);
      expect(await sideways(page), name).toBe(0);
      await page.keyboard.press("Escape");
      await expect(popup).toHaveCount(0);
      await expect(button).toBeFocused();
    }
    await page.getByRole("combobox", { name: "City", exact: true }).click();
    await expect(page.getByRole("listbox")).toBeVisible();
    await clean(page, "combobox", only(page, "[role=combobox][aria-expanded=true]", "[role=listbox]"));
    await page.keyboard.press("Escape");
    await page.getByRole("group", { name: "Day" }).getByRole("button").click();
    await expect(page.getByRole("grid")).toBeVisible();
    await alone(page, "calendar", "[role=grid]");
    expect(await sideways(page), "calendar").toBe(0);
  });

test("a long table draws what is in sight, goes to its end, and is ordered whole", async ({ page }) => {
  await open(page);
  const table = page.getByRole("region", { name: "Everybody" });
  await expect(table.getByRole("row", { name: "Asha Menon", exact: false }).first()).toBeVisible();
  const drawn = () => table.getByRole("row").count();
  expect(await drawn()).toBeLessThan(80);
  await table.evaluate((box) => box.scrollTo(0, box.scrollHeight));
  await expect(table.locator("tr[aria-rowindex='401']")).toBeVisible();
  expect(await drawn()).toBeLessThan(80);
  await table.getByRole("button", { name: "Given" }).click();
  await table.evaluate((box) => box.scrollTo(0, 0));
  await expect(table.locator("tr[aria-rowindex='2']")).toContainText("0");
  const row = table.locator("tr[aria-rowindex='3']");
  const before = await row.evaluate((one) => one.getBoundingClientRect().height);
  await page.getByLabel("Dense rows").first().check();
  await expect.poll(() => row.evaluate((one) => one.getBoundingClientRect().height)).toBeLessThan(before);
});

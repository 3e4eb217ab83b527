import { enter, expect, signIn, test } from "./house";

test("the palette finds people, courses and pages by keyboard alone", async ({ page }) => {
  await enter(page, "Asha Menon");
  await page.keyboard.press("Control+k");
  const box = page.getByRole("combobox", { name: "Search people, courses and pages" });
  await expect(box).toBeFocused();
  await box.fill("my courses");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "My courses" })).toBeVisible();
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "Search people, courses and pages" }).fill("Asha Menon");
  await expect(page.getByRole("option", { name: /Asha Menon/ }).first()).toBeVisible();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: "Asha Menon" })).toBeVisible();
  await page.keyboard.press("Control+k");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
});

test("g and a letter go somewhere, / searches the screen", async ({ page }) => {
  await enter(page, "Asha Menon");
  await expect(async () => {
    await page.keyboard.press("g");
    await page.keyboard.press("p"); // in time, which a machine under load may miss
    await expect(page.getByRole("heading", { name: "People" })).toBeVisible({ timeout: 2_000 });
  }).toPass();
  await page.keyboard.press("/");
  await expect(page.getByRole("searchbox")).toBeFocused();
});

test("the theme is kept, and every word is there in Hindi", async ({ page }) => {
  await enter(page, "Ravi Kulkarni");
  await page.getByRole("button", { name: "Dark colours" }).click();
  await page.reload();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await page.locator("summary", { hasText: "Your account" }).first().click();
  await page.getByRole("button", { name: "हिन्दी" }).click();
  await expect(page.locator("html")).toHaveAttribute("lang", "hi");
  await page.getByRole("link", { name: "पाठ्यक्रम" }).first().click(); // whose words come with it
  await expect(page.getByRole("searchbox", { name: "शीर्षक, विषय या शिक्षक" })).toBeVisible();
  await page.goto("/people");
  await expect(page.getByRole("heading", { name: "लोग" })).toBeVisible();
});

test("each institution has its own name, colour and people", async ({ page }) => {
  await page.goto("http://harbour.localhost:8097/sign-in");
  await expect(page.getByText("Arts and sciences by the sea since 1931.")).toBeVisible();
  await expect(page.getByRole("button", { name: /Ravi Kulkarni/ })).toHaveCount(0);
  const hue = await page.evaluate(() => getComputedStyle(document.documentElement).getPropertyValue("--brand-h").trim());
  expect(hue).toBe("165");
  await page.getByRole("button", { name: /Tara Pereira/ }).click();
  await expect(page.getByRole("heading", { level: 1, name: /^Good / })).toBeVisible();
  await page.goto("http://harbour.localhost:8097/people?q=trekking%20season");
  await expect(page.getByText("Nobody fits")).toBeVisible();
});

test("nothing there, and offline, are said", async ({ page, context, quiet }) => {
  quiet.push("ERR_INTERNET_DISCONNECTED", "404");
  await signIn(page, "Ravi Kulkarni");
  await page.goto("/no/such/page");
  await expect(page.getByRole("heading", { name: "There is nothing here" })).toBeVisible();
  await page.goto("/courses/00000000-0000-7000-8000-000000000000");
  await expect(page.getByRole("heading", { name: "There is nothing here" })).toBeVisible();
  await page.getByRole("link", { name: "Go to Today" }).last().click();
  await expect(page.getByRole("heading", { name: /^Good / })).toBeVisible();
  await context.setOffline(true);
  await expect(page.getByText("You are offline.")).toBeVisible();
  await context.setOffline(false);
  await expect(page.getByText("You are offline.")).toHaveCount(0);
});

test("one broken screen leaves the house standing", async ({ page, quiet }) => {
  quiet.push("500", "Error");
  await enter(page, "Ravi Kulkarni");
  await page.route("**/api/v1/courses/*", (route) => route.fulfill({ status: 500, contentType: "application/problem+json", body: "{}" }));
  await page.goto("/courses");
  await page.getByRole("main").getByRole("listitem").first().getByRole("link").click();
  await expect(page.getByRole("heading", { name: "This page did not work" })).toBeVisible({ timeout: 15_000 });
  await page.getByRole("link", { name: "People" }).first().click();
  await expect(page.getByRole("heading", { name: "People" })).toBeVisible();
});

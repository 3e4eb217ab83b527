import type { Page } from "@playwright/test";
import { enter, expect, password, signIn, test } from "./house";

/** Signs a person in as people do, by one click on the demo's list. */
async function click(page: Page, name: string) {
  await page.goto("/sign-in");
  await page.getByRole("button", { name: new RegExp(name) }).click();
  await expect(page.getByRole("heading", { level: 1, name: /^Good / })).toBeVisible();
}

test("one click signs a demo student in, and signing out ends it", async ({ page }) => {
  await click(page, "Ravi Kulkarni");
  await expect(page.getByText("Your week")).toBeVisible();
  await page.locator("summary", { hasText: "Your account" }).first().click();
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
  await page.goto("/my-courses");
  await expect(page).toHaveURL(/sign-in/);
});

test("a wrong password is told and nothing typed is lost; the right one leads where one wanted to go", async ({ page, quiet }) => {
  quiet.push("401");
  await page.goto("/people?q=rao");
  await expect(page).toHaveURL(/sign-in/);
  await page.getByLabel("E-mail address").fill("alumna@demo.test");
  await page.getByLabel("Password").fill("not the password");
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page.getByRole("alert")).toHaveText("E-mail address or password is wrong.");
  await expect(page.getByLabel("E-mail address")).toHaveValue("alumna@demo.test");
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page.getByRole("heading", { name: "People" })).toBeVisible();
  await expect(page).toHaveURL(/q=rao/);
});

test("registration: mail, confirmation, sign-in, asking to be verified", async ({ page, browser, quiet }) => {
  quiet.push("403", "409"); // another browser, and the link again
  quiet.push("401"); // asking changes one's standing: the token from before is refused and renewed
  const email = `nila${Date.now()}@example.org`;
  await page.goto("/register");
  await page.getByLabel("Name").fill("Nila Rao");
  await page.getByLabel("E-mail address").fill(email);
  await page.getByLabel("Password").fill("a quiet reading room");
  await page.getByRole("button", { name: "Register" }).click();
  await expect(page.getByRole("heading", { name: "Look into your mailbox" })).toBeVisible();
  let link = "";
  await expect(async () => {
    const mails = await (await page.request.get(`/demo/mail?to=${email}`, { headers: { Accept: "application/json" } })).json();
    link = /http\S+/.exec(mails[0].text)?.[0] ?? "";
    expect(link).toContain("/confirm-email?token=");
  }).toPass();
  const path = new URL(link).pathname + new URL(link).search;
  const scanner = await browser.newPage();
  await scanner.goto(path); // whoever only opens the link spends nothing
  await scanner.getByRole("button", { name: "Confirm my address" }).click();
  await expect(scanner.getByText("You registered in another browser.")).toBeVisible();
  await scanner.close();
  await page.goto(path);
  await page.getByRole("button", { name: "Confirm my address" }).click();
  await expect(page.getByRole("heading", { name: "Your address is confirmed" })).toBeVisible();
  await page.goto(path);
  await page.getByRole("button", { name: "Confirm my address" }).click();
  await expect(page.getByRole("heading", { name: "Your address is confirmed already" })).toBeVisible();
  await page.getByRole("link", { name: "Sign in" }).click();
  await page.getByLabel("E-mail address").fill(email);
  await page.getByLabel("Password").fill("a quiet reading room");
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page.getByText("You can look around.")).toBeVisible();
  await page.getByRole("link", { name: "Ask to be verified" }).click();
  await page.getByLabel("What lets us find your record").fill("BTech CSE 2018, roll number 42");
  await page.getByRole("button", { name: "Ask to be verified" }).click();
  await expect(page.getByText("The alumni office is looking at your request")).toBeVisible();
});

test("a suspended person sees why and nothing else", async ({ page, quiet }) => {
  quiet.push("403");
  await page.goto("/sign-in");
  await page.getByRole("button", { name: /Kabir Sethi/ }).click();
  await expect(page.getByRole("heading", { name: "Your account is suspended" })).toBeVisible();
  await expect(page.getByText("Repeated advertising")).toBeVisible();
});

test("an access token that ended is renewed and what was typed stays", async ({ page, quiet }) => {
  quiet.push("401");
  await signIn(page, "Asha Menon");
  await page.goto("/profile");
  await page.getByLabel("Headline", { exact: true }).fill("Typed before the token ended");
  let refused = 0;
  await page.route("**/api/v1/me/profile", async (route) => {
    if (route.request().method() === "PATCH" && refused++ === 0)
      await route.fulfill({ status: 401, contentType: "application/problem+json", body: JSON.stringify({ type: "/problems/token", status: 401, title: "", detail: "" }) });
    else await route.continue();
  });
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Your profile is saved.")).toBeVisible();
  expect(refused).toBe(2);
  await expect(page.getByLabel("Headline", { exact: true })).toHaveValue("Typed before the token ended");
});

test("two tabs renew at once and both stay signed in", async ({ page, context }) => {
  await enter(page, "Leela Thomas");
  const other = await context.newPage();
  await Promise.all([page.reload(), other.goto("/people")]);
  await expect(page.getByRole("heading", { name: /^Good / })).toBeVisible();
  await expect(other.getByRole("heading", { name: "People" })).toBeVisible();
  await Promise.all([page.reload(), other.reload()]);
  await expect(page.getByRole("heading", { name: /^Good / })).toBeVisible();
  await expect(other.getByRole("heading", { name: "People" })).toBeVisible();
});

test("sessions are listed and another one can be ended", async ({ page, browser }) => {
  const elsewhere = await browser.newPage();
  await enter(elsewhere, "Olivia Fernandes");
  await signIn(page, "Olivia Fernandes");
  await page.goto("/security");
  await expect(page.getByText("this session")).toBeVisible();
  await page.getByRole("button", { name: "Sign out everywhere else" }).click();
  await expect(page.getByText(/was signed out|were signed out/)).toBeVisible();
  await elsewhere.goto("/people");
  await expect(elsewhere).toHaveURL(/sign-in/);
  await elsewhere.close();
});

test("a window that becomes another person's begins anew", async ({ page, context, quiet }) => {
  quiet.push("401");
  await signIn(page, "Ravi Kulkarni");
  await page.goto("/my-courses");
  const other = await context.newPage();
  await other.goto("/");
  await other.locator("summary", { hasText: "Your account" }).first().click();
  await other.getByRole("button", { name: "Sign out" }).click();
  await expect(other.getByRole("heading", { name: "Sign in" })).toBeVisible(); // or the next address would cut it off
  await click(other, "Asha Menon"); // which is what the first window hears of
  await expect(page.getByText("Asha").first()).toBeVisible();
  await expect(page.getByText("Ravi")).toHaveCount(0);
});

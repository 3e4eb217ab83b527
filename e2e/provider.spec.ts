import type { Page } from "@playwright/test";
import { expect, password, signIn, test } from "./house";
import { providerPort } from "./playwright.config";

const issuer = `http://127.0.0.1:${providerPort}/`;

async function atProvider(page: Page, user: string) {
  await page.getByLabel("Username").fill(user);
  await page.getByLabel("Password").fill("verysecure");
  await page.getByRole("button").click();
}

const inside = (page: Page) => expect(page.getByRole("heading", { level: 1, name: /^Good / })).toBeVisible();

test("an admin offers a service; people come in with it, new ones and known ones", async ({ page, browser, quiet }) => {
  quiet.push("401", "403", "409", "422", "favicon.ico");
  await signIn(page, "Arjun Rao");
  await page.goto("/branding");
  await page.getByRole("button", { name: "Add a sign-in service" }).click();
  await page.getByLabel("Name", { exact: true }).fill("Campus ID");
  await expect(page.getByText("/sign-in/callback/campus-id")).toBeVisible();
  await page.getByLabel("Issuer").fill("https://localhost:1/");
  await page.getByLabel("Client id").fill("stoa");
  await page.getByLabel("Client secret").fill("the client's secret");
  await page.getByRole("button", { name: "Save" }).last().click();
  await expect(page.getByText("no OpenID provider answers there")).toBeVisible();
  await page.getByLabel("Issuer").fill(issuer);
  await page.getByRole("button", { name: "Save" }).last().click();
  await expect(page.getByRole("region", { name: "Sign-in services" }).getByText(issuer)).toBeVisible();

  // Somebody new.
  const someone = await browser.newContext();
  const fresh = await someone.newPage();
  await fresh.goto("/sign-in?to=/security");
  await fresh.getByRole("button", { name: "Continue with Campus ID" }).click();
  await atProvider(fresh, "nila");
  await expect(fresh).toHaveURL(/\/security$/);
  await expect(fresh.getByRole("region", { name: "Connected services" }).getByText("nila.raman@campus.example")).toBeVisible();
  await fresh.goto("/");
  await expect(fresh.getByRole("heading", { level: 1, name: /Nila/ })).toBeVisible();
  await someone.close();

  // Somebody whose address has an account: they open it once.
  const other = await browser.newContext();
  const known = await other.newPage();
  await known.goto("/sign-in");
  await known.getByRole("button", { name: "Continue with Campus ID" }).click();
  await atProvider(known, "p44");
  await expect(known.getByRole("heading", { name: "You have an account already" })).toBeVisible();
  await known.getByLabel("Password").fill("not it at all");
  await known.getByRole("button", { name: "Continue" }).click();
  await expect(known.getByText("E-mail address or password is wrong.")).toBeVisible();
  await known.getByLabel("Password").fill(password);
  await known.getByRole("button", { name: "Continue" }).click();
  await inside(known);
  await known.goto("/security");
  const services = known.getByRole("region", { name: "Connected services" });
  await expect(services.getByText("p44@demo.test")).toBeVisible();
  await services.getByRole("button", { name: "Remove" }).click();
  await expect(services.getByText("p44@demo.test")).toBeHidden();
  // And from the screen itself.
  await services.getByRole("button", { name: "Connect Campus ID" }).click();
  await atProvider(known, "p44");
  await expect(services.getByText("p44@demo.test")).toBeVisible();
  await other.close();

  // Somebody whom the service does not vouch for, and somebody who turned back.
  const third = await browser.newContext();
  const unsure = await third.newPage();
  await unsure.goto("/sign-in");
  await unsure.getByRole("button", { name: "Continue with Campus ID" }).click();
  await atProvider(unsure, "unsure");
  await expect(unsure.getByRole("alert")).toContainText("has not confirmed an e-mail address of yours");
  await unsure.goto("/sign-in/callback/campus-id?error=access_denied&state=x");
  await expect(unsure.getByRole("alert")).toContainText("You did not continue there.");
  await unsure.getByRole("link", { name: "Back" }).click();
  await expect(unsure.getByRole("heading", { name: "Sign in" })).toBeVisible();
  await third.close();

  await page.getByRole("region", { name: "Sign-in services" }).getByRole("button", { name: "Remove" }).click();
  await expect(page.getByText("None yet")).toBeVisible();
});

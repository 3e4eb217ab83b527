import { createHmac } from "node:crypto";
import type { Page } from "@playwright/test";
import { expect, password, test } from "./house";

/** What an authenticator app shows for a secret (RFC 6238). */
function codeOf(secret: string, at = Date.now()): string {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bits = [...secret.replace(/\s/g, "")].map((letter) => letters.indexOf(letter).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(at / 30_000)));
  const mac = createHmac("sha1", key).update(step).digest();
  const number = mac.readUInt32BE((mac.at(-1) ?? 0) & 15) & 0x7fffffff;
  return `${number % 1_000_000}`.padStart(6, "0");
}

async function withPassword(page: Page, email: string) {
  await page.goto("/sign-in");
  await page.getByLabel("E-mail address").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
}

const inside = (page: Page) => expect(page.getByRole("heading", { level: 1, name: /^Good / })).toBeVisible();

async function out(page: Page) {
  await page.locator("summary", { hasText: "Your account" }).first().click();
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
}

test("an authenticator app and recovery codes guard an account, and go again", async ({ page, quiet }) => {
  quiet.push("401", "422");
  await withPassword(page, "p41@demo.test");
  await inside(page);
  await page.goto("/security");
  await page.getByRole("button", { name: "Add an authenticator app" }).click();
  const secret = await page.locator("code").innerText();
  await expect(page.getByAltText("QR code for the authenticator app")).toBeVisible();
  await page.getByLabel("The six digits it shows").fill("000000");
  await page.getByRole("button", { name: "Confirm" }).click();
  await expect(page.getByText("is wrong: use the newest code")).toBeVisible();
  await page.getByLabel("The six digits it shows").fill(codeOf(secret));
  await page.getByRole("button", { name: "Confirm" }).click();
  await expect(page.getByRole("heading", { name: "Recovery codes" })).toBeVisible();
  const codes = await page.getByRole("list", { name: "Recovery codes" }).getByRole("listitem").allInnerTexts();
  expect(codes).toHaveLength(10);
  await page.getByRole("button", { name: "I have kept them" }).click();
  await expect(page.getByText("10 recovery codes left")).toBeVisible();

  await out(page);
  await withPassword(page, "p41@demo.test");
  await expect(page.getByRole("heading", { name: "Is it you?" })).toBeVisible();
  await page.getByLabel("Code from your app, or a recovery code").fill("123456");
  await page.getByRole("button", { name: "Confirm" }).click();
  await expect(page.getByRole("alert")).toHaveText("That code is wrong, or was used already.");
  await page.getByLabel("Code from your app, or a recovery code").fill(codes[0] ?? "");
  await page.getByRole("button", { name: "Confirm" }).click();
  await inside(page);
  await page.goto("/security");
  await expect(page.getByText("9 recovery codes left")).toBeVisible();
  await page.getByRole("button", { name: "Remove" }).click();
  await expect(page.getByRole("button", { name: "Remove" })).toBeHidden();
  await out(page);
  await withPassword(page, "p41@demo.test");
  await inside(page);
});

test("a passkey is made, is asked for after the password, and signs in alone", async ({ page, quiet }) => {
  quiet.push("401");
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("WebAuthn.enable");
  await devtools.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  await withPassword(page, "p42@demo.test");
  await inside(page);
  await page.goto("/security");
  await page.getByRole("button", { name: "Add a passkey" }).click();
  await expect(page.getByRole("heading", { name: "Recovery codes" })).toBeVisible();
  await page.getByRole("button", { name: "I have kept them" }).click();
  await out(page);

  await withPassword(page, "p42@demo.test");
  await page.getByRole("button", { name: "Use your passkey" }).click();
  await inside(page);
  await page.goto("/security");
  await expect(page.getByText(/used/)).toBeVisible();
  await out(page);

  await page.getByRole("button", { name: "Sign in with a passkey" }).click();
  await inside(page);
  await page.goto("/security");
  await page.getByRole("button", { name: "Remove" }).click();
  await expect(page.getByRole("button", { name: "Remove" })).toBeHidden();
});

test("where a role needs a second factor, its holder is led to one and nothing else", async ({ page, quiet }) => {
  quiet.push("403");
  await page.route("**/api/v1/auth/sessions", async (route) => {
    const answer = await route.fetch();
    const body = await answer.json();
    await route.fulfill({ response: answer, json: { ...body, person: { ...body.person, roles: [], permissions: [], second_factor_needed: true } } });
  });
  await page.goto("/sign-in");
  await page.getByRole("button", { name: /Leela Thomas/ }).click();
  await expect(page.getByRole("heading", { name: "Your role needs a second factor." })).toBeVisible();
  await page.getByRole("link", { name: "Set it up" }).click();
  await expect(page.getByRole("button", { name: "Add an authenticator app" })).toBeVisible();
});

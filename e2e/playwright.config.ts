import { rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defineConfig } from "@playwright/test";

const port = 8097;
export const providerPort = 8098;
export const kitPort = 8099;
const data = join(tmpdir(), "stoa-e2e");
if (!process.env.TEST_WORKER_INDEX) rmSync(data, { recursive: true, force: true });

export default defineConfig({
  testDir: ".",
  outputDir: "results",
  timeout: 90_000, // of a machine under load
  expect: { timeout: 20_000 },
  fullyParallel: true,
  workers: 2,
  retries: process.env.CI ? 1 : 0, // a shared machine may stall; a second failure is ours
  reporter: [["list"]],
  use: {
    baseURL: `http://localhost:${port}`,
    viewport: { width: 1280, height: 800 },
    locale: "en-GB",
    trace: "on-first-retry", // elsewhere: npx playwright test --trace on; what was on the page is kept either way
    launchOptions: {
      executablePath: "/usr/bin/chromium-headless-shell",
      args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
    },
  },
  webServer: [
    {
      command: `../bin/stoa serve --demo small --private-providers --addr 127.0.0.1:${port} --data ${data}`,
      url: `http://localhost:${port}/readyz`,
      timeout: 90_000,
      gracefulShutdown: { signal: "SIGTERM", timeout: 20_000 },
    },
    {
      command: `../bin/provider 127.0.0.1:${providerPort} http://localhost:${port}/sign-in/callback/campus-id`,
      url: `http://127.0.0.1:${providerPort}/.well-known/openid-configuration`,
    },
    {
      command: `npx vite --host 127.0.0.1 --port ${kitPort} --strictPort`,
      cwd: "../web",
      url: `http://127.0.0.1:${kitPort}/_kit`,
      timeout: 90_000,
    },
  ],
});

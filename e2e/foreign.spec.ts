import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { enter, expect, test } from "./house";

/** A site of somebody else: at another host (cross-site), or at another port of the same one (same-site, another origin). */
async function foreignSite(page: string): Promise<Server> {
  const server = createServer((_, answer) => answer.setHeader("Content-Type", "text/html").end(page));
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  return server;
}

// A page of another site, open in the same browser, tries every cookie route in every way that a page has.
for (const [where, host] of [
  ["another site", "127.0.0.1"],
  ["another port of the same host", "localhost"],
] as const)
  test(`a page of ${where} can neither use nor end one's session`, async ({ page, baseURL, quiet }) => {
    quiet.push("CORS", "ERR_FAILED", "403", "401", "404", "405", "Content Security Policy", "blocked", "X-Frame-Options", "Refused to display", "chrome-error");
    await enter(page, "Ravi Kulkarni");
    const cookies = async () => (await page.context().cookies([`${baseURL}/api/v1/auth`])).map((one) => `${one.name}=${one.value}`).sort();
    const before = await cookies();
    expect(before).toHaveLength(4); // the session, its page, the browser, the device
    const server = await foreignSite("<!doctype html><title>Elsewhere</title><body></body>");
    const answers: { path: string; status: number; cookie: boolean }[] = [];
    const evil = await page.context().newPage();
    evil.on("response", async (answer) => {
      if (!answer.url().includes("/api/v1/")) return;
      const headers = await answer
        .request()
        .allHeaders()
        .catch(() => ({}) as Record<string, string>);
      answers.push({ path: new URL(answer.url()).pathname, status: answer.status(), cookie: /stoa_refresh/.test(headers.cookie ?? "") });
    });
    await evil.goto(`http://${host}:${(server.address() as AddressInfo).port}/`);
    const routes = ["refresh", "sessions", "sessions/current", "second-factors", "passkey-challenges", "passkeys", "provider-sessions", "connections", "password", "registrations"];
    const read = await evil.evaluate(
      async ([base, paths]) => {
        const got: string[] = [];
        for (const path of paths as string[])
          for (const init of [
            { method: "POST", credentials: "include", mode: "no-cors", headers: { "Content-Type": "text/plain" }, body: "{}" },
            { method: "POST", credentials: "include", headers: { "Content-Type": "application/json" }, body: "{}" },
            { method: "DELETE", credentials: "include" },
            { method: "GET", credentials: "include" },
            { method: "GET", credentials: "include", mode: "no-cors" },
          ] as RequestInit[])
            await fetch(`${base}/api/v1/auth/${path}`, init).then(
              async (answer) => {
                const text = await answer.text();
                if (text) got.push(`${path} ${init.method} ${text}`);
              },
              () => {},
            );
        navigator.sendBeacon(`${base}/api/v1/auth/refresh`, "{}");
        const image = new Image();
        image.src = `${base}/api/v1/auth/refresh`;
        await new Promise((on) => setTimeout(on, 300));
        return got;
      },
      [baseURL, routes] as const,
    );
    expect(read, "another site reads answers").toEqual([]);

    // A form that sends the browser there, in its own window and in a frame.
    for (const target of ["_self", "frame"]) {
      await evil.goto(`http://${host}:${(server.address() as AddressInfo).port}/`);
      await evil.evaluate(
        ([base, where]) => {
          document.body.innerHTML = `<iframe name="frame"></iframe><form method="post" enctype="text/plain" target="${where}" action="${base}/api/v1/auth/refresh"><input name='{"a":"' value='"}'></form>`;
          document.querySelector("form")?.submit();
        },
        [baseURL, target] as const,
      );
      await evil.waitForTimeout(500);
    }
    // The house in a frame of another site.
    await evil.goto(`http://${host}:${(server.address() as AddressInfo).port}/`);
    await evil.evaluate((base) => {
      document.body.innerHTML = `<iframe src="${base}/security"></iframe>`;
    }, baseURL);
    await evil.waitForTimeout(500);
    expect(evil.frames().some((frame) => frame.url().startsWith(`${baseURL}`))).toBe(false);

    const renewals = answers.filter((one) => one.path.endsWith("/refresh"));
    expect(renewals.length, "the forms were sent").toBeGreaterThanOrEqual(2);
    expect(renewals.filter((one) => one.status !== 403)).toEqual([]);
    expect(answers.filter((one) => one.status < 400 && !one.path.endsWith("/providers"))).toEqual([]);
    // The browser withholds the cookie from another site; to another port of the host it does not, and the server refuses.
    expect(renewals.some((one) => one.cookie)).toBe(where !== "another site");
    expect(await cookies()).toEqual(before);
    await page.reload();
    await expect(page.getByRole("heading", { level: 1, name: /^Good / })).toBeVisible();
    server.close();
  });

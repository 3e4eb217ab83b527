import { api, expect, signIn, test } from "./house";

test("enrol, read a lesson to its end, and go on", async ({ page }) => {
  const student = await api(page, "p1501@demo.test");
  await page.goto("/sign-in");
  await page.getByLabel("E-mail address").fill("p1501@demo.test");
  await page.getByLabel("Password").fill("stoa-demo-2026");
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page.getByRole("heading", { name: /^Good / })).toBeVisible();
  const catalogue = await student.get("/courses?limit=100");
  const course = catalogue.items.find((one: { enrolled: boolean }) => !one.enrolled);
  await page.goto("/courses");
  await page.getByRole("searchbox", { name: "Title, subject or instructor" }).fill(course.title);
  await expect(page).toHaveURL(/q=/);
  await page.getByRole("link", { name: new RegExp(`^${course.title}`) }).first().click();
  await expect(page.getByRole("heading", { level: 1, name: course.title })).toBeVisible();
  await page.getByRole("button", { name: "Enrol" }).click();
  await page.getByRole("link", { name: "Begin" }).click();
  await expect(page.getByText("Complete when read")).toBeVisible();
  await page.getByRole("button", { name: "Mark as read" }).click();
  await expect(page.getByText("Lesson completed.")).toBeVisible();
  await page.getByRole("link", { name: "Next lesson" }).click();
  await expect(page.getByText(/^Lesson 2 of/)).toBeVisible();
  await page.goto("/");
  await expect(page.getByRole("region", { name: "Continue" })).toContainText(course.title);
});

test("enrolling that the server refuses is taken back with the reason", async ({ page, quiet }) => {
  quiet.push("409");
  await signIn(page, "Ravi Kulkarni");
  const student = await api(page, "student@demo.test");
  const course = (await student.get("/courses?limit=100")).items.find((one: { enrolled: boolean }) => !one.enrolled);
  await page.route("**/enrolment", (route) =>
    route.fulfill({ status: 409, contentType: "application/problem+json", body: JSON.stringify({ type: "/problems/conflict", status: 409, title: "", detail: "This course is full." }) }),
  );
  await page.goto(`/courses/${course.id}`);
  await page.getByRole("button", { name: "Enrol" }).click();
  await expect(page.getByText("This course is full.")).toBeVisible();
  await expect(page.getByRole("button", { name: "Try again" })).toBeVisible();
  await expect(page.getByRole("button", { name: "Enrol" })).toBeVisible();
});

test("a film goes on where it was left", async ({ page }) => {
  await signIn(page, "Ravi Kulkarni");
  const student = await api(page, "student@demo.test");
  const mine = await student.get("/me/courses");
  let film = "";
  for (const course of mine.items) {
    const page = await student.get(`/courses/${course.id}`);
    film ||= page.outline.flatMap((section: { lessons: { id: string; kind: string }[] }) => section.lessons).find((lesson: { kind: string }) => lesson.kind === "video")?.id ?? "";
  }
  expect(film).not.toBe("");
  await student.send("PUT", `/lessons/${film}/progress`, { position: 0 });
  await page.goto(`/lessons/${film}`);
  const video = page.locator("video");
  await expect.poll(() => video.evaluate((element: HTMLVideoElement) => element.readyState)).toBeGreaterThan(0);
  await video.evaluate(async (element: HTMLVideoElement) => {
    element.muted = true;
    element.currentTime = 30;
    await element.play();
  });
  await expect.poll(() => video.evaluate((element: HTMLVideoElement) => element.currentTime)).toBeGreaterThan(32);
  const saved = page.waitForResponse((response) => response.url().endsWith("/progress") && response.ok());
  await video.evaluate((element: HTMLVideoElement) => element.pause());
  await saved;
  await page.reload();
  await expect.poll(() => page.locator("video").evaluate((element: HTMLVideoElement) => element.currentTime)).toBeGreaterThan(30);
});

test("the keys of the lesson player, and mathematics and code in the text", async ({ page }) => {
  await signIn(page, "Ravi Kulkarni");
  const student = await api(page, "student@demo.test");
  const found = (await student.get("/courses?q=introduction%20to%20data%20structures&limit=1")).items[0];
  await student.send("PUT", `/courses/${found.id}/enrolment`);
  const outline = (await student.get(`/courses/${found.id}`)).outline;
  await page.goto(`/lessons/${outline[0].lessons[1].id}`);
  await expect(page.locator("article math").first()).toBeVisible();
  await page.keyboard.press("]");
  await expect(page.getByText(/^Lesson 3 of/)).toBeVisible();
  await expect(page.locator("article pre code")).toContainText("func search");
  await page.keyboard.press("[");
  await expect(page.getByText(/^Lesson 2 of/)).toBeVisible();
});

test("what was marked as read on a bad line is kept until it is saved", async ({ page, quiet }) => {
  quiet.push("ERR_"); // the bad line
  const author = await api(page, "instructor@demo.test");
  const student = await api(page, "student@demo.test");
  const code = `B ${Date.now() % 1000000}`;
  const course = await (await author.send("POST", "/courses", { code, title: "Bad line", category: "Tests", level: "introductory" })).json();
  const text = `${"Long text. ".repeat(60)}\n\n`.repeat(20);
  const lesson = await (await author.send("POST", `/sections/${course.sections[0].id}/lessons`, { kind: "text", title: "One", minutes: 1, body: text })).json();
  await author.send("POST", `/courses/${course.id}/publications`);
  await student.send("PUT", `/courses/${course.id}/enrolment`);
  await signIn(page, "Ravi Kulkarni");
  await page.goto(`/lessons/${lesson.id}`);
  let broken = true;
  await page.route("**/progress", (route) => (broken ? route.abort("connectionreset") : route.continue()));
  await page.getByRole("button", { name: "Mark as read" }).click();
  await expect(page.getByText("Not saved yet").first()).toBeVisible(); // above the text, and at the button
  await page.mouse.wheel(0, -800);
  await page.reload(); // and the window is closed on it
  await expect(page.getByText("Complete when read")).toBeVisible();
  broken = false;
  await page.reload();
  await expect.poll(async () => (await student.get(`/lessons/${lesson.id}`)).progress.completed_at, { timeout: 30_000 }).not.toBeNull();
});

import { api, enter, expect, signIn, test } from "./house";

test("an instructor publishes a first lesson in three screens, and a learner reads it", async ({ page, browser }) => {
  const code = `E2E ${Date.now() % 100000}`;
  await enter(page, "Meera Iyer");
  await page.getByRole("link", { name: "Teaching" }).first().click();
  await page.getByRole("link", { name: "New course" }).click();
  await page.getByLabel("Title").fill(`Knots, ${code}`);
  await page.getByLabel("Code").fill(code);
  await page.getByLabel("Subject").fill("Mathematics");
  await page.getByRole("button", { name: "Create the course" }).click();
  await page.getByRole("button", { name: "Add a text" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Untitled lesson" })).toBeVisible();
  await page.getByLabel("Title", { exact: true }).fill("What a knot is");
  await page.getByLabel("Text", { exact: true }).fill("A knot is a **closed** curve. Its length is $2\\pi r$ when untied.");
  await expect(page.locator(".prose math")).toBeVisible();
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Saved.")).toBeVisible();
  await page.getByRole("link", { name: "To the outline", exact: true }).click();
  await page.getByRole("button", { name: "Publish" }).click();
  await expect(page.getByText("Published. Learners see it now.")).toBeVisible();
  await expect(page.getByRole("button", { name: "Up to date" })).toBeDisabled();

  const learner = await browser.newPage();
  await signIn(learner, "Ravi Kulkarni");
  await learner.goto(`/courses?q=${encodeURIComponent(`Knots ${code}`)}`);
  await learner.getByRole("link", { name: /Knots/ }).click();
  await learner.getByRole("button", { name: "Enrol" }).click();
  await learner.getByRole("link", { name: "Begin" }).click();
  await expect(learner.getByRole("heading", { name: "What a knot is" })).toBeVisible();
  await learner.close();
});

test("lessons and sections are reordered by buttons", async ({ page }) => {
  const instructor = await api(page, "instructor@demo.test");
  const course = await (await instructor.send("POST", "/courses", { code: `O ${Date.now() % 1000000}`, title: "Order", category: "Tests", level: "introductory" })).json();
  const section = course.sections[0].id;
  for (const title of ["Alpha", "Beta"]) await instructor.send("POST", `/sections/${section}/lessons`, { kind: "text", title, minutes: 1, body: title });
  await signIn(page, "Meera Iyer");
  await page.goto(`/teach/${course.id}`);
  await expect(page.getByRole("link", { name: /Alpha|Beta/ })).toHaveText([/Alpha/, /Beta/]);
  await page.getByRole("button", { name: "Move Beta up" }).click();
  await expect(page.getByRole("link", { name: /Alpha|Beta/ })).toHaveText([/Beta/, /Alpha/]);
  await page.getByLabel("Name of a new section").fill("Second");
  await page.getByRole("button", { name: "Add", exact: true }).click();
  await expect(page.getByRole("region", { name: "Second" })).toBeVisible();
  const kept = page.waitForResponse((answer) => answer.url().endsWith("/draft/order") && answer.ok());
  await page.getByRole("button", { name: "Move Alpha down" }).click();
  await expect(page.getByRole("region", { name: "Second" }).getByRole("link", { name: /Alpha/ })).toBeVisible();
  await kept; // it shows before the server has it
  await page.reload();
  await expect(page.getByRole("region", { name: "Second" }).getByRole("link", { name: /Alpha/ })).toBeVisible();
});

test("a film is uploaded from one's own machine and played", async ({ page }) => {
  const instructor = await api(page, "instructor@demo.test");
  const course = await (await instructor.send("POST", "/courses", { code: `V ${Date.now() % 1000000}`, title: "Films", category: "Tests", level: "introductory" })).json();
  const lesson = await (await instructor.send("POST", `/sections/${course.sections[0].id}/lessons`, { kind: "video", title: "Waves", minutes: 2 })).json();
  await signIn(page, "Meera Iyer");
  await page.goto(`/teach/lessons/${lesson.id}`);
  await page.getByLabel("Upload a film").setInputFiles("../internal/demo/media/two-waves.webm");
  await expect(page.getByText("The film is kept with the draft.")).toBeVisible();
  await expect(page.getByLabel("Length in seconds")).toHaveValue("96");
  await instructor.send("POST", `/courses/${course.id}/publications`);
  await page.goto(`/lessons/${lesson.id}`);
  await expect.poll(() => page.locator("video").evaluate((element: HTMLVideoElement) => Math.round(element.duration))).toBe(96);
});

test("a student finds no way into the studio", async ({ page, quiet }) => {
  quiet.push("403");
  await enter(page, "Ravi Kulkarni");
  await expect(page.getByRole("link", { name: "Teaching" })).toHaveCount(0);
  await page.goto("/teach");
  await expect(page.getByRole("heading", { name: "Not open to you" })).toBeVisible();
  await expect(page.getByRole("link", { name: "Courses" }).first()).toBeVisible();
});

test("two who edit one lesson meet with both texts", async ({ page, quiet }) => {
  quiet.push("409");
  const other = await api(page, "admin@demo.test");
  const author = await api(page, "instructor@demo.test");
  const course = await (await author.send("POST", "/courses", { code: `M ${Date.now() % 1000000}`, title: "Meeting", category: "Tests", level: "introductory" })).json();
  const lesson = await (await author.send("POST", `/sections/${course.sections[0].id}/lessons`, { kind: "text", title: "One", minutes: 1, body: "old" })).json();
  await signIn(page, "Meera Iyer");
  await page.goto(`/teach/lessons/${lesson.id}`);
  await page.getByLabel("Text", { exact: true }).fill("What the instructor wrote.");
  await other.send("PUT", `/lessons/${lesson.id}/draft`, { title: "One", minutes: 1, body: "What the admin wrote." });
  await page.getByRole("button", { name: "Save" }).click();
  const meeting = page.getByRole("alert").filter({ hasText: "Somebody else saved this" });
  await expect(meeting).toContainText("What the admin wrote.");
  await expect(meeting).toContainText("What the instructor wrote.");
  await page.getByRole("button", { name: "Keep mine" }).click();
  await expect(page.getByText("Saved.")).toBeVisible();
  expect((await author.get(`/lessons/${lesson.id}/draft`)).body).toBe("What the instructor wrote.");
});

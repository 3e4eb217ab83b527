import { enter, expect, signIn, test } from "./house";

test("words and filters narrow the list; the address holds them; back undoes", async ({ page }) => {
  await signIn(page, "Asha Menon");
  await page.goto("/people");
  const total = page.getByText(/^[\d,]+ people$/).first();
  await expect(total).toBeVisible();
  await page.getByRole("checkbox", { name: /Computer Science/ }).check();
  await expect(page).toHaveURL(/department=/);
  await page.getByLabel("From year").fill("2018");
  await page.getByLabel("To year").fill("2018");
  await page.getByLabel("To year").press("Enter");
  await expect(page).toHaveURL(/2018/);
  await expect(page.getByRole("link", { name: /2018/ }).first()).toBeVisible();
  const company = page.getByRole("group", { name: "Company" }).locator("label").first();
  const name = (await company.locator("span").first().innerText()).trim();
  await company.getByRole("checkbox").check();
  await expect(page).toHaveURL(/company=/);
  const rows = page.getByRole("main").getByRole("listitem");
  await expect(rows.filter({ hasText: name })).not.toHaveCount(0);
  await expect(rows.filter({ hasNotText: name })).toHaveCount(0);
  await page.reload();
  await expect(page.getByRole("checkbox", { name: /Computer Science/ })).toBeChecked();
  await page.getByRole("button", { name: "Clear all filters" }).click();
  await expect(page.getByRole("checkbox", { name: /Computer Science/ })).not.toBeChecked();
});

test("a filter that an address writes in another way stands under the common name", async ({ page }) => {
  await signIn(page, "Asha Menon");
  await page.goto("/people?city=POONA");
  await expect(page.getByRole("button", { name: "Remove filter Pune" })).toBeVisible();
  const pune = page.getByRole("group", { name: "City" }).getByRole("checkbox", { name: /^Pune/ });
  await expect(pune).toBeChecked();
  await pune.uncheck();
  await expect(page).not.toHaveURL(/city/);
});

test("a misspelt name is found, and nobody found says what to take away", async ({ page }) => {
  await signIn(page, "Asha Menon");
  await page.goto("/people");
  const search = page.getByRole("searchbox", { name: "Name, company, role or city" });
  await search.fill("Asha Menn");
  await expect(page.getByRole("link", { name: /Asha Menon/ })).toBeVisible();
  await search.fill("qqqqzzzz");
  await expect(page.getByText("Nobody fits “qqqqzzzz”")).toBeVisible();
  await page.goto("/people?q=qqqqzzzz&city=Pune");
  await page.getByRole("button", { name: "Without City" }).click();
  await expect(page).not.toHaveURL(/city/);
});

test("a list that fails says so and comes back", async ({ page, quiet }) => {
  quiet.push("500");
  await enter(page, "Asha Menon");
  let broken = true;
  await page.route("**/api/v1/directory?*", (route) => (broken ? route.fulfill({ status: 500, contentType: "application/problem+json", body: "{}" }) : route.continue()));
  await page.getByRole("navigation").first().getByRole("link", { name: "People" }).click();
  await expect(page.getByRole("alert")).toBeVisible({ timeout: 15_000 });
  broken = false;
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(page.getByRole("main").getByRole("listitem").first()).toBeVisible();
  await expect(page.getByRole("navigation").first()).toBeVisible();
});

test("a part of the profile is hidden from those who may not see it", async ({ page, browser }) => {
  await page.goto("/sign-in");
  await page.getByLabel("E-mail address").fill("p7@demo.test");
  await page.getByLabel("Password").fill("stoa-demo-2026");
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page.getByRole("heading", { name: /^Good / })).toBeVisible();
  await page.goto("/profile");
  await page.getByLabel("Company", { exact: true }).fill("Quetzalworks");
  await page.getByRole("combobox", { name: "Who sees: Company" }).selectOption("alumni");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Your profile is saved.")).toBeVisible();

  const alumna = await browser.newPage();
  await signIn(alumna, "Asha Menon");
  await alumna.goto("/people?q=quetzalworks");
  await expect(alumna.getByRole("main").getByRole("listitem")).toHaveCount(1);
  await alumna.close();

  const student = await browser.newPage();
  await signIn(student, "Ravi Kulkarni");
  await student.goto("/people?q=quetzalworks");
  await expect(student.getByText("Nobody fits")).toBeVisible();
  await student.close();
});

test("a batch has a page with its people", async ({ page }) => {
  await signIn(page, "Asha Menon");
  await page.goto("/batches");
  await page.getByRole("link", { name: /BTech Computer Science/ }).first().click();
  await expect(page.getByRole("heading", { level: 1, name: "BTech Computer Science" })).toBeVisible();
  await expect(page.getByText(/^BTECH-CSE-\d{4}$/)).toBeVisible();
});

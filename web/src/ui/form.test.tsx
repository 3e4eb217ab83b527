import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { api, take } from "@/api/client";
import { type Answers, Refusal } from "@/test/contract";
import { show } from "@/test/render";
import { Field } from "./field";
import { Form, useForm } from "./form";

const course = { title: "Knots", code: "K1", summary: "", description: "", category: "Sea", level: "introductory" as const };

function About() {
  const form = useForm({
    values: course,
    etag: "1",
    send: (about, etag) => take(api.PUT("/courses/{course_id}/draft", { params: { path: { course_id: "7" } }, body: { ...about, etag } })),
  });
  return (
    <Form of={form} action="Save" labels={{ title: "Title", code: "Code" }}>
      <Field label="Title" {...form.field("title")} />
      <Field label="Code" {...form.field("code")} />
    </Form>
  );
}

const open = (answer?: Answers["PUT /courses/{course_id}/draft"]) =>
  show(<About />, { answers: { "PUT /courses/{course_id}/draft": answer } });
const save = () => screen.getByRole("button", { name: "Save" });
const write = async (label: string, value: string) => fireEvent.change(await screen.findByLabelText(label), { target: { value } });
const edited = (current: Partial<typeof course>) =>
  new Refusal(409, { type: "/problems/edited", details: { current: { ...course, ...current }, etag: "5" } });

test("what is kept already is saved when something differs, with what was seen", async () => {
  const { sent } = await open();
  await screen.findByLabelText("Title");
  expect(save()).toHaveProperty("disabled", true);
  await write("Title", "Bends");
  await write("Title", "Knots");
  expect(save()).toHaveProperty("disabled", true);
  await write("Title", "Bends");
  fireEvent.click(save());
  await waitFor(() => expect(save()).toHaveProperty("disabled", true));
  await waitFor(() => expect(sent.at(-1)?.body).toEqual({ ...course, title: "Bends", etag: "1" }));
  await write("Code", "K2");
  fireEvent.click(save());
  await waitFor(() => expect(sent.at(-1)?.body).toMatchObject({ code: "K2", etag: "words" })); // the etag of the answer
});

test("the first wrong field takes the focus and says why", async () => {
  await open(
    new Refusal(422, {
      errors: [
        { location: "body.code", message: "is taken" },
        { location: "body.title", message: "is too long" },
      ],
    }),
  );
  await write("Code", "K9");
  fireEvent.click(save());
  const title = await screen.findByLabelText("Title");
  await waitFor(() => expect(document.activeElement).toBe(title));
  expect(screen.getByText("is taken")).toBeTruthy();
  expect(screen.queryByRole("alert")).toBeNull();
});

test("what no field says is said above the button", async () => {
  await open(new Refusal(403, { detail: "This course is not yours.", errors: [{ location: "body.owner", message: "is another" }] }));
  await write("Code", "K9");
  fireEvent.click(save());
  expect((await screen.findByRole("alert")).textContent).toBe("This course is not yours.");
});

test("both texts are shown when two people wrote, and mine is kept against what is there now", async () => {
  let first = true;
  const { sent } = await open(({ body }) => {
    if (!first) return { ...(body as object) } as never;
    first = false;
    return edited({ title: "Splices" });
  });
  await write("Title", "Bends");
  fireEvent.click(save());
  const alert = await screen.findByRole("alert");
  expect(within(alert).getByText("Splices")).toBeTruthy();
  expect(within(alert).getByText("Bends")).toBeTruthy();
  expect(within(alert).queryByText("Code")).toBeNull();
  expect(save()).toHaveProperty("disabled", true);
  fireEvent.click(screen.getByRole("button", { name: "Keep mine" }));
  await waitFor(() => expect(sent.at(-1)?.body).toMatchObject({ title: "Bends", etag: "5" }));
  await waitFor(() => expect(screen.queryByRole("alert")).toBeNull());
});

test("theirs is taken without anything being sent", async () => {
  const { sent } = await open(edited({ title: "Splices" }));
  await write("Title", "Bends");
  fireEvent.click(save());
  fireEvent.click(await screen.findByRole("button", { name: "Take theirs" }));
  expect(screen.getByLabelText("Title")).toHaveProperty("value", "Splices");
  expect(save()).toHaveProperty("disabled", true);
  expect(sent).toHaveLength(1);
});

test("whoever leaves with something unsaved is asked", async () => {
  const { go } = await open();
  await write("Title", "Bends");
  void go("/courses");
  fireEvent.click(await screen.findByRole("button", { name: "Stay here" }));
  await waitFor(() => expect(screen.queryByRole("alertdialog")).toBeNull());
  expect(screen.getByLabelText("Title")).toHaveProperty("value", "Bends");
  void go("/courses");
  fireEvent.click(await screen.findByRole("button", { name: "Leave without saving" }));
  expect(await screen.findByRole("heading", { name: "Elsewhere" })).toBeTruthy();
});

test("whoever saved, or wrote nothing, is not asked", async () => {
  const { go } = await open();
  await write("Title", "Bends");
  fireEvent.click(save());
  await waitFor(() => expect(save()).toHaveProperty("disabled", true));
  await waitFor(() => expect(save().getAttribute("aria-busy")).toBeNull());
  await go("/courses");
  expect(await screen.findByRole("heading", { name: "Elsewhere" })).toBeTruthy();
});

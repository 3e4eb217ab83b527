import { onlineManager } from "@tanstack/react-query";
import { fireEvent, screen, waitFor } from "@testing-library/react";
import { afterEach, expect, test } from "vitest";
import { type Answers, exampleOf, Refusal, type Sent } from "@/test/contract";
import { show } from "@/test/render";
import type { Draft } from "./queries";
import { Studio } from "./Studio";

afterEach(() => onlineManager.setOnline(true));

const draftOf = (order: string, order_etag: string): Draft => ({
  ...exampleOf("CoursesDraft"),
  id: "course",
  order_etag,
  sections: [
    {
      ...exampleOf("CoursesDraftSection"),
      id: "section",
      title: "First",
      lessons: [...order].map((title) => ({ ...exampleOf("CoursesDraftLesson"), id: title, title })),
    },
  ],
});

/** A studio whose server answers each change when the test says so. */
async function studio(now: () => Draft) {
  const waiting: { sent: Sent; answer: (draft: Draft | Refusal) => void }[] = [];
  const later = (sent: Sent) => new Promise<Draft | Refusal>((answer) => waiting.push({ sent, answer }));
  const answers: Answers = {
    "GET /courses/{course_id}/draft": () => now(),
    "PUT /courses/{course_id}/draft/order": later,
    "PUT /sections/{section_id}": later,
  };
  const shown = await show(<Studio id="course" />, { answers });
  await screen.findByText("a");
  const next = async () => {
    await waitFor(() => expect(waiting.length).toBeGreaterThan(0));
    return waiting.shift() as (typeof waiting)[0];
  };
  const down = (title: string) => fireEvent.click(screen.getByRole("button", { name: `Move ${title} down` }));
  const lessons = () =>
    screen
      .getAllByRole("listitem")
      .map((item) => item.querySelector(".truncate")?.textContent ?? "")
      .join("");
  return { ...shown, next, down, lessons, waiting };
}

const body = ({ sent }: { sent: Sent }) => sent.body as { order: { lesson_ids: string[] }[]; etag: string };

test("moves that follow each other are each made of what the one before left", async () => {
  const { next, down, lessons, waiting } = await studio(() => draftOf("abc", "1"));
  down("a");
  await waitFor(() => expect(lessons()).toBe("bac"));
  down("a");
  await waitFor(() => expect(lessons()).toBe("bca"));
  const first = await next();
  expect(body(first)).toMatchObject({ order: [{ lesson_ids: ["b", "a", "c"] }], etag: "1" });
  expect(waiting).toHaveLength(0);
  first.answer(draftOf("bac", "2"));
  const second = await next();
  expect(body(second)).toMatchObject({ order: [{ lesson_ids: ["b", "c", "a"] }], etag: "2" });
  expect(lessons()).toBe("bca");
  second.answer(draftOf("bca", "3"));
  await waitFor(() => expect(lessons()).toBe("bca"));
});

test("moves of an outline that a colleague has changed are refused one by one, and theirs is shown", async () => {
  let now = draftOf("abc", "1");
  const { next, down, lessons, waiting } = await studio(() => now);
  down("a");
  await waitFor(() => expect(lessons()).toBe("bac"));
  down("a");
  await waitFor(() => expect(lessons()).toBe("bca"));
  now = draftOf("cab", "theirs");
  for (let move = 0; move < 2; move++) {
    const sent = await next();
    expect(body(sent).etag).toBe("1");
    sent.answer(new Refusal(409, { detail: "Somebody else has changed this." }));
  }
  await waitFor(() => expect(lessons()).toBe("cab"));
  expect(waiting).toHaveLength(0);
});

test("a move that waits for another change does not pass for one of a colleague's order", async () => {
  const { next, down, lessons } = await studio(() => draftOf("abc", "1"));
  const title = screen.getByRole("textbox", { name: "Title of the section" });
  fireEvent.change(title, { target: { value: "Second" } });
  fireEvent.blur(title);
  down("a");
  await waitFor(() => expect(lessons()).toBe("bac"));
  (await next()).answer(draftOf("cab", "theirs"));
  expect(body(await next()).etag).toBe("1");
});

test("moves that were made without a connection are sent in their order when it is back", async () => {
  const { next, down, lessons, waiting } = await studio(() => draftOf("abc", "1"));
  onlineManager.setOnline(false);
  down("a");
  await waitFor(() => expect(lessons()).toBe("bac"));
  down("a");
  await waitFor(() => expect(lessons()).toBe("bca"));
  expect(waiting).toHaveLength(0);
  onlineManager.setOnline(true);
  const first = await next();
  expect(body(first)).toMatchObject({ order: [{ lesson_ids: ["b", "a", "c"] }], etag: "1" });
  first.answer(draftOf("bac", "2"));
  expect(body(await next())).toMatchObject({ order: [{ lesson_ids: ["b", "c", "a"] }], etag: "2" });
});

import { useInfiniteQuery } from "@tanstack/react-query";
import { fireEvent, screen, waitFor } from "@testing-library/react";
import { expect, test } from "vitest";
import "@/features/identity/messages/account";
import { verification } from "@/features/identity/queries";
import { type Answers, exampleOf, Refusal } from "@/test/contract";
import { show } from "@/test/render";
import { howMany, Rows } from "./rows";
import { Empty } from "./states";

function Queue() {
  const list = useInfiniteQuery(verification.queue);
  return (
    <>
      <p role="note">{howMany(list, "verifications.count")}</p>
      <Rows of={list} empty={<Empty>Nobody waits.</Empty>}>
        {(one) => <li key={one.id}>{one.name}</li>}
      </Rows>
    </>
  );
}

const open = (answer: Answers["GET /verifications"]) => show(<Queue />, { answers: { "GET /verifications": answer } });
const page = (from: number, to: number, next_cursor?: string) => ({
  items: Array.from({ length: to - from }, (_, n) => ({
    ...exampleOf("IdentityVerificationRequest"),
    id: `${from + n}`,
    name: `Person ${from + n}`,
  })),
  next_cursor,
});

test("on its way", async () => {
  await open(() => new Promise(() => {}));
  expect(await screen.findByRole("status", { name: "Loading" })).toBeTruthy();
  expect(screen.queryByText("Nobody waits.")).toBeNull();
});

test("empty", async () => {
  await open({ items: [] });
  expect(await screen.findByText("Nobody waits.")).toBeTruthy();
  expect(screen.getByRole("note").textContent).toBe("0 open requests");
});

test("page by page, of a list that counts", async () => {
  await open(({ query }) => (query.get("cursor") ? page(50, 53) : { ...page(0, 50, "50"), total: 53 }));
  await waitFor(() => expect(screen.getByRole("note").textContent).toBe("53 open requests"));
});

test("page by page, with the count that is known", async () => {
  await open(({ query }) => (query.get("cursor") ? page(50, 53) : page(0, 50, "50")));
  await waitFor(() => expect(screen.getAllByRole("listitem")).toHaveLength(50));
  expect(screen.getByRole("note").textContent).toBe("50+ open requests");
  fireEvent.click(screen.getByRole("button", { name: "Show more" }));
  await waitFor(() => expect(screen.getAllByRole("listitem")).toHaveLength(53));
  expect(screen.getByRole("note").textContent).toBe("53 open requests");
  expect(screen.queryByRole("button")).toBeNull();
});

test("failing, at first and further down: what is there stays, and is tried again from there", async () => {
  let fails = true;
  await open(({ query }) => (fails ? new Refusal(403, { detail: "Not now." }) : query.get("cursor") ? page(2, 3) : page(0, 2, "2")));
  expect((await screen.findByRole("alert")).textContent).toContain("Not now.");
  fails = false;
  fireEvent.click(screen.getByRole("button", { name: "Try again" }));
  await waitFor(() => expect(screen.getAllByRole("listitem")).toHaveLength(2));
  fails = true;
  fireEvent.click(screen.getByRole("button", { name: "Show more" }));
  await screen.findByRole("alert");
  expect(screen.getAllByRole("listitem")).toHaveLength(2);
  fails = false;
  fireEvent.click(screen.getByRole("button", { name: "Try again" }));
  await waitFor(() => expect(screen.getAllByRole("listitem")).toHaveLength(3));
});

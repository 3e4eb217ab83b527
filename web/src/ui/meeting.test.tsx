import { fireEvent, render, screen } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import { Meeting } from "./meeting";

type Course = { title: string; level: string; text: string };

test("two texts meet: what differs is shown in words, the lines that differ are marked, and one is chosen", () => {
  const theirs: Course = { title: "Knots", level: "advanced", text: "one\ntwo of theirs\nthree" };
  const mine: Course = { title: "Knots", level: "easy", text: "one\ntwo of mine\nthree" };
  const [keep, take] = [vi.fn(), vi.fn()];
  render(
    <Meeting
      theirs={theirs}
      mine={mine}
      labels={{ title: "Title", level: "Level", text: "Text" }}
      say={{ level: (level) => `Level ${level}` }}
      keep={keep}
      take={take}
    />,
  );
  const alert = screen.getByRole("alert");
  expect(document.activeElement).toBe(alert);
  expect([...alert.querySelectorAll("h3")].map((heading) => heading.textContent)).toEqual(["Level", "Text"]);
  expect(alert.textContent).toContain("Level advanced");
  expect([...alert.querySelectorAll("mark")].map((mark) => mark.textContent)).toEqual(["two of theirs\n", "two of mine\n"]);
  fireEvent.click(screen.getByText("Keep mine"));
  expect(keep).toHaveBeenCalledOnce();
  fireEvent.click(screen.getByText("Take theirs"));
  expect(take).toHaveBeenCalledWith(theirs);
});

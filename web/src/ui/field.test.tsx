import { render, screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { Area, Choice, Field } from "./field";

const Form = ({ errors }: { errors: Record<string, string> }) => (
  <form>
    <Field label="Title" error={errors.title} />
    <Choice label="Level" options={{ easy: "Easy" }} error={errors.level} />
    <Area label="Text" error={errors.text} />
    <button type="submit">Save</button>
  </form>
);

test("the first field that was refused takes the focus, says why, and keeps it while others are written", () => {
  const { rerender } = render(<Form errors={{}} />);
  screen.getByText("Save").focus();
  rerender(<Form errors={{ level: "is not known", text: "is too long" }} />);
  const level = screen.getByLabelText("Level");
  expect(document.activeElement).toBe(level);
  const says = level.getAttribute("aria-describedby") ?? "";
  expect(document.getElementById(says)?.textContent).toBe("is not known");
  screen.getByLabelText("Title").focus();
  rerender(<Form errors={{ level: "is not known", text: "is too long" }} />);
  expect(document.activeElement).toBe(screen.getByLabelText("Title"));
});

import { fireEvent, screen, waitFor } from "@testing-library/react";
import { beforeEach, expect, test } from "vitest";
import { start } from "@/lib/start";
import { exampleOf, Refusal } from "@/test/contract";
import { show } from "@/test/render";
import { SecondFactor } from "./Branding";

beforeEach(() => {
  start.institution.second_factor = "optional";
});

test("a choice that is refused is shown again as it was", async () => {
  let answer: (refusal: Refusal) => void = () => {};
  await show(<SecondFactor />, {
    answers: {
      "PUT /institution/second-factor": () =>
        new Promise<Refusal>((resolve) => {
          answer = resolve;
        }),
    },
  });
  const who = (await screen.findByRole("combobox")) as HTMLSelectElement;
  fireEvent.change(who, { target: { value: "privileged" } });
  await waitFor(() => expect(who.disabled).toBe(true));
  expect(who.value).toBe("privileged");
  answer(new Refusal(403, { detail: "Not yours to choose." }));
  expect(await screen.findByText("Not yours to choose.")).toBeTruthy();
  await waitFor(() => expect(who.value).toBe("optional"));
});

test("a choice that is kept stays", async () => {
  await show(<SecondFactor />, {
    answers: { "PUT /institution/second-factor": { ...exampleOf("TenancyInstitution"), second_factor: "privileged" } },
  });
  const who = (await screen.findByRole("combobox")) as HTMLSelectElement;
  fireEvent.change(who, { target: { value: "privileged" } });
  await waitFor(() => expect(who.disabled).toBe(false));
  expect(who.value).toBe("privileged");
});

import { Problem } from "@/api/problem";
import { toast } from "@/lib/toast";
import { words } from "./states";

export type Question = {
  title: string;
  text?: string;
  yes: string; // what is done, as a verb
  no?: string;
  danger?: boolean;
};

const dialog = () => import("./question");

/** Fetches what asking needs, so that a question can be asked when the line is gone. */
export const warm = (): void => void dialog().catch(() => undefined);

/** Asks, and waits for the answer. No is also what closing it says, and a question that could not be put. */
export const ask = (question: Question): Promise<boolean> => put(question).then((answer) => answer !== undefined);

/** Asks for a line of text; nothing when there was none. */
export const askFor = (question: Question & { label: string; type?: "text" | "number" }): Promise<string | undefined> => put(question);

async function put(question: Question & { label?: string; type?: "text" | "number" }): Promise<string | undefined> {
  try {
    return await (await dialog()).put(question);
  } catch {
    toast(words(new Problem({})));
  }
}

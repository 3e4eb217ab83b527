import "./messages/meeting";
import { useState } from "react";
import { createRoot } from "react-dom/client";
import { t } from "@/lib/i18n";
import type { Question } from "./ask";
import { Button } from "./button";
import { Dialog } from "./dialog";
import { Field } from "./field";

type Put = Question & { label?: string; type?: "text" | "number" };

/** Puts a question above whatever is on the screen: whoever asks needs no place for it. */
export function put(question: Put): Promise<string | undefined> {
  const root = createRoot(document.body.appendChild(document.createElement("div")));
  return new Promise((resolve) => root.render(<Asked {...question} answer={resolve} gone={() => root.unmount()} />));
}

function Asked({ title, text, yes, no, danger, label, type, answer, gone }: Put & { answer: (line?: string) => void; gone: () => void }) {
  const [open, setOpen] = useState(true);
  const [line, setLine] = useState("");
  const end = (given?: string) => {
    setOpen(false);
    answer(given);
  };
  return (
    <Dialog urgent title={title} text={text} open={open} onClose={() => end()} onGone={gone}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          end(line);
        }}
      >
        {label && <Field label={label} type={type} min={1} required value={line} onChange={(event) => setLine(event.target.value)} />}
        <div className="mt-6 flex flex-wrap justify-end gap-2 border-t border-rule pt-4">
          <Button onClick={() => end()}>{no ?? t("action.cancel")}</Button>
          <Button kind={danger ? "danger" : "primary"} type="submit">
            {yes}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

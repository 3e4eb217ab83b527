import { useState } from "react";
import { toast } from "@/lib/toast";
import { ask, askFor } from "@/ui/ask";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { Field } from "@/ui/field";
import { Menu, Popover } from "@/ui/later";
import { Chapter, Part } from "./part";

export function Overlays() {
  const [open, setOpen] = useState(false);
  const [said, setSaid] = useState("");
  return (
    <Chapter title="What opens">
      <Part name="ask">
        <Button
          onClick={async () =>
            setSaid(
              `${await ask({ title: "Remove this lesson from the draft?", text: "Learners keep what was published until you publish again.", yes: "Remove", danger: true })}`,
            )
          }
        >
          Ask
        </Button>
        <Button
          onClick={async () =>
            setSaid(`${await askFor({ title: "How long does it last?", label: "Length in seconds", type: "number", yes: "Continue" })}`)
          }
        >
          Ask for a line
        </Button>
        <output>{said}</output>
      </Part>
      <Part name="Dialog">
        <Button onClick={() => setOpen(true)}>Open a sheet</Button>
        <Dialog
          title="Write to eighteen people"
          text="They are at risk of not finishing."
          open={open}
          onClose={() => setOpen(false)}
          foot={
            <>
              <Button onClick={() => setOpen(false)}>Cancel</Button>
              <Button kind="primary" onClick={() => setOpen(false)}>
                Send
              </Button>
            </>
          }
        >
          <Field label="Subject" defaultValue="How is it going?" />
        </Dialog>
      </Part>
      <Part name="Menu, Popover">
        <Menu
          label="More"
          groups={[
            [
              { label: "Edit", icon: "pen-line", act: () => setSaid("edit") },
              { label: "Move up", icon: "arrow-up", act: () => {}, disabled: true },
            ],
            [{ label: "Remove", icon: "trash", act: () => setSaid("remove"), danger: true }],
          ]}
        />
        <Popover label="Who sees this" title="Who sees this" text="Verified people of your institution, and nobody else.">
          <Field label="Except" placeholder="Nobody" />
        </Popover>
      </Part>
      <Part name="toast">
        <Button onClick={() => toast("You have left the course.", { label: "Undo", run: () => {} })}>Say something</Button>
      </Part>
    </Chapter>
  );
}

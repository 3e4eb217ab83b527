import { Avatar } from "@/ui/avatar";
import { Button } from "@/ui/button";
import { Spark } from "@/ui/charts";
import { Faces } from "@/ui/faces";
import { Icon } from "@/ui/icon";
import { Panel, Section } from "@/ui/page";
import { Progress } from "@/ui/progress";
import { Prose } from "@/ui/prose";
import { Stats } from "@/ui/stats";
import { Stepper } from "@/ui/stepper";
import { Ticks } from "@/ui/ticks";
import { Timeline } from "@/ui/timeline";
import { Chapter, Part } from "./part";
import { people } from "./people";

const written = `<h2>On knots</h2><p>A knot holds because it <em>wants</em> to come loose, and cannot. Read <a href="#knots">the first chapter</a>, then tie one.</p>
<blockquote><p>The end that works is the working end; the other stands.</p></blockquote>
<ul><li>Bowline</li><li>Sheet bend</li></ul><pre tabindex="0"><code>for rope in ropes { tie(rope) }</code></pre>
<table><thead><tr><th>Knot</th><th align="right">Holds</th></tr></thead><tbody><tr><td>Bowline</td><td align="right">65 %</td></tr><tr><td>Sheet bend</td><td align="right">55 %</td></tr></tbody></table>`;

export const Words = () => (
  <Chapter title="Words and signs">
    <Part name="Button">
      <Button kind="primary">Save</Button>
      <Button>Preview</Button>
      <Button kind="plain">Cancel</Button>
      <Button kind="danger">Remove</Button>
      <Button kind="primary" busy>
        Saving
      </Button>
      <Button disabled>Closed</Button>
      <Button>
        <Icon name="upload" size={16} /> With a sign
      </Button>
    </Part>
    <Part name="Avatar, Faces">
      {people.slice(0, 3).map((one) => (
        <Avatar key={one.id} {...one} />
      ))}
      <Faces people={people.slice(0, 8)} total={41} />
      <Faces people={people.slice(0, 2)} />
    </Part>
    <Part name="Stats" wide>
      <Stats
        stats={[
          {
            name: "Learners",
            value: 1284,
            change: 37,
            better: "more",
            trend: <Spark label="Learners rose over eight weeks" values={[20, 24, 23, 31, 36, 34, 41, 48]} />,
          },
          { name: "Completed", value: "61 %", change: -4, better: "more" },
          { name: "At risk", value: 18, change: -6, better: "less" },
          { name: "Open requests", value: 0, change: 0 },
        ]}
      />
    </Part>
    <Part name="Stepper" wide>
      <div className="grid gap-8">
        <Stepper label="Import" steps={["Choose a file", "Match the columns", "Look at the rows", "Import"]} current={2} />
        <Stepper label="Course" steps={["Name it", "Write a lesson", "Publish"]} current={0} />
      </div>
    </Part>
    <Part name="Progress, Ticks" wide>
      <div className="grid gap-6 sm:grid-cols-2">
        <Progress label="harbour.mp4" value={0.42} text="42 of 100 MB" />
        <Progress label="Reading the sheet" />
        <Progress label="Kept" value={1} />
        <Ticks done={5} total={12} current={5} />
      </div>
    </Part>
    <Part name="Timeline" wide>
      <Timeline
        label="Study and work"
        events={[
          {
            id: "1",
            when: "2026",
            title: "Head of navigation, Harbour Works",
            text: "Leads nine people who keep ships off the sand.",
            now: true,
          },
          { id: "2", when: "2019", title: "Engineer, Tidal Power" },
          { id: "3", when: "2014", title: "BTech, Civil Engineering", text: "First in her year." },
        ]}
      />
    </Part>
    <Part name="Prose" wide>
      <Prose html={written} />
    </Part>
    <Part name="Section, Panel" wide>
      <Section title="Sessions" aside="2 open">
        <Panel>What is being done just now stands in a sunken block.</Panel>
      </Section>
    </Part>
  </Chapter>
);

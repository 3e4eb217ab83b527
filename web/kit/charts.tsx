import { BarChart, Funnel, HeatMap, Histogram, LineChart, mean, Spark } from "@/ui/charts";
import { Chapter, Part } from "./part";

const days = Array.from({ length: 56 }, (_, n) => n);
const learning = days.map((n) => Math.round(60 + n * 0.9 + (n % 7 > 4 ? -34 : 12) + 9 * Math.sin(n)));
const day = (n: number) =>
  new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", timeZone: "UTC" }).format(Date.UTC(2026, 8, 28 + n));

export const Charts = () => (
  <Chapter title="Charts">
    <Part name="LineChart" wide>
      <LineChart
        title="People who learned"
        note="Mean of seven days, and each day"
        labels={days.map(day)}
        series={[
          { name: "Seven days", values: mean(learning).map(Math.round) },
          { name: "Each day", values: learning },
        ]}
      />
    </Part>
    <Part name="BarChart" wide>
      <BarChart
        title="Where they work"
        noun="Company"
        points={[
          { label: "Harbour Works", value: 412 },
          { label: "Tidal Power", value: 268 },
          { label: "National Survey of Rivers and Coasts", value: 131 },
          { label: "Elsewhere", value: 0 },
        ]}
      />
    </Part>
    <Part name="Histogram" wide>
      <Histogram
        title="Marks"
        note="Yours is in the darker bar"
        noun="Marks"
        mark={7}
        points={[1, 2, 4, 9, 15, 22, 31, 28, 17, 6].map((value, n) => ({ label: `${n * 10}–${n * 10 + 9}`, value }))}
      />
    </Part>
    <Part name="Funnel" wide>
      <Funnel
        title="From the first lesson to the last"
        noun="Lesson"
        points={[
          { label: "Enrolled", value: 480 },
          { label: "1 · Why a knot holds", value: 431 },
          { label: "2 · The bowline", value: 322 },
          { label: "3 · Splices", value: 204 },
          { label: "Finished", value: 188 },
        ]}
      />
    </Part>
    <Part name="HeatMap" wide>
      <HeatMap
        title="When people learn"
        noun="Day"
        rows={["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]}
        columns={Array.from({ length: 24 }, (_, hour) => `${hour}`)}
        values={Array.from({ length: 7 }, (_, y) =>
          Array.from({ length: 24 }, (_, x) =>
            Math.max(0, Math.round(40 * Math.exp(-(((x - (y > 4 ? 11 : 20)) / 4) ** 2)) - (x < 6 ? 20 : 0))),
          ),
        )}
      />
    </Part>
    <Part name="Spark">
      <Spark label="Rising" values={[2, 3, 5, 4, 7, 9]} />
      <Spark label="Falling" values={[9, 8, 8, 5, 4, 2]} />
      <Spark label="Nothing" values={[0, 0, 0]} />
    </Part>
  </Chapter>
);

import { learn } from "@/lib/i18n";

/** English: fields, tables and charts. */
export const kit = {
  "chart.numbers": "Show the numbers",
  "chart.share": "Share",
  "chart.summary": "{title}. Most: {most}, {when}. Last: {last}.",
  "chart.value": "Number",
  "chart.when": "When",
  "kit.better": "better",
  "kit.calendar": "Choose from a calendar",
  "kit.choose": "Choose {name}",
  "kit.choose-all": "Choose all",
  "kit.chosen_one": "{count} chosen",
  "kit.chosen_other": "{count} chosen",
  "kit.clear": "Clear: {field}",
  "kit.dense": "Dense rows",
  "kit.done": "Done:",
  "kit.drop": "or drop a file here",
  "kit.drop-many": "or drop files here",
  "kit.more": "and {count} more",
  "kit.nothing": "Nothing is called that.",
  "kit.open": "Show all: {field}",
  "kit.people": "People",
  "kit.rows_one": "{count} row",
  "kit.rows_other": "{count} rows",
  "kit.unchanged": "unchanged",
  "kit.without": "Take away {name}",
  "kit.worse": "worse",
};

learn(kit);

import { learn } from "@/lib/i18n";

/** English: The palette. */
export const palette = {
  "palette.count": "{count} people",
  "palette.courses": "Courses",
  "palette.filters": "Companies, cities, batches",
  "palette.none": "Nothing found.",
  "palette.pages": "Pages",
  "palette.people": "People",
  "palette.results": "Results",
  "palette.keys":
    "Arrow keys choose, Enter opens, Esc closes. g then t, c, p, b goes to Today, Courses, People, Batches; / searches the page.",
};

learn(palette);

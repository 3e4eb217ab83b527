import { learn } from "@/lib/i18n";

/** English: The studio. */
export const teach = {
  "teach.about": "About the course",
  "teach.add-text": "Add a text",
  "teach.add-video": "Add a film",
  "teach.back": "Back to the outline",
  "teach.create": "Create the course",
  "teach.down": "Move {title} down",
  "teach.draft": "Draft",
  "teach.left-out": "Left out for learners",
  "teach.left-out-line": "Line {line}: {what}",
  "teach.new": "New course",
  "teach.new-section": "Name of a new section",
  "teach.new-text": "Three steps: name it, write the first lesson, publish.",
  "teach.no-summary": "There is no summary yet.",
  "teach.none": "You teach no course yet.",
  "teach.preview": "What learners see",
  "teach.preview-empty": "Write something to see it here.",
  "teach.publish": "Publish",
  "teach.published": "Published",
  "teach.published-toast": "Published. Learners see it now.",
  "teach.remove": "Remove {title}",
  "teach.remove-lesson": "Remove this lesson from the draft? Learners keep it until you publish.",
  "teach.remove-section": "Remove this section and its lessons from the draft? Learners keep them until you publish.",
  "teach.saved": "Saved.",
  "teach.section-title": "Title of the section",
  "teach.state-changed": "changed",
  "teach.state-new": "new",
  "teach.to-course": "To the outline",
  "teach.untitled": "Untitled lesson",
  "teach.up": "Move {title} up",
  "teach.up-to-date": "Up to date",
  "teach.version": "Version {version}",
  "teach.view": "See as a learner",
};

learn(teach);

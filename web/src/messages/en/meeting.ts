import { learn } from "@/lib/i18n";

/** English: a form that is left, and two editors of one thing. */
export const meeting = {
  "form.leave": "Leave without saving",
  "form.stay": "Stay here",
  "form.unsaved": "Leave without saving?",
  "form.unsaved-text": "You have changes that are not saved. They are lost when you leave.",
  "meeting.keep": "Keep mine",
  "meeting.mine": "Yours",
  "meeting.take": "Take theirs",
  "meeting.text": "Somebody else saved this while you were editing. Compare, then say which is to stay: until then nothing is lost.",
  "meeting.theirs": "Theirs, saved meanwhile",
};

learn(meeting);

import { learn } from "@/lib/i18n";

/** English: two editors of one thing. */
export const meeting = {
  "meeting.keep": "Keep mine",
  "meeting.mine": "Yours",
  "meeting.take": "Take theirs",
  "meeting.text": "Somebody else saved this while you were editing. Compare, then say which is to stay: until then nothing is lost.",
  "meeting.theirs": "Theirs, saved meanwhile",
};

learn(meeting);

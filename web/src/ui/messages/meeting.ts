import { part } from "@/lib/i18n";
import en from "./meeting.en.json";

declare module "@/lib/i18n" {
  interface Parts {
    meeting: typeof en;
  }
}

part(en, import.meta.glob(["./meeting.*.json", "!./*.en.json"], { import: "default" }));

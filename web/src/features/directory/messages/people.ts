import { part } from "@/lib/i18n";
import en from "./people.en.json";

declare module "@/lib/i18n" {
  interface Parts {
    people: typeof en;
  }
}

part(en, import.meta.glob(["./people.*.json", "!./*.en.json"], { import: "default" }));

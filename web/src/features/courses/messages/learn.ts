import { part } from "@/lib/i18n";
import en from "./learn.en.json";

declare module "@/lib/i18n" {
  interface Parts {
    learn: typeof en;
  }
}

part(en, import.meta.glob(["./learn.*.json", "!./*.en.json"], { import: "default" }));

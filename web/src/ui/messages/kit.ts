import { part } from "@/lib/i18n";
import en from "./kit.en.json";

declare module "@/lib/i18n" {
  interface Parts {
    kit: typeof en;
  }
}

part(en, import.meta.glob(["./kit.*.json", "!./*.en.json"], { import: "default" }));

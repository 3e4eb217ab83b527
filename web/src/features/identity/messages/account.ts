import { part } from "@/lib/i18n";
import en from "./account.en.json";

declare module "@/lib/i18n" {
  interface Parts {
    account: typeof en;
  }
}

part(en, import.meta.glob(["./account.*.json", "!./*.en.json"], { import: "default" }));

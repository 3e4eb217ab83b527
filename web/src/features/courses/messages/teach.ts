import { part } from "@/lib/i18n";
import en from "./teach.en.json";

declare module "@/lib/i18n" {
  interface Parts {
    teach: typeof en;
  }
}

part(en, import.meta.glob(["./teach.*.json", "!./*.en.json"], { import: "default" }));

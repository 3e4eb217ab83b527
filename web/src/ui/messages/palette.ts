import { part } from "@/lib/i18n";
import en from "./palette.en.json";

declare module "@/lib/i18n" {
  interface Parts {
    palette: typeof en;
  }
}

part(en, import.meta.glob(["./palette.*.json", "!./*.en.json"], { import: "default" }));

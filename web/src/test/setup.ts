import { beforeAll } from "vitest";
import { loadLanguage } from "@/lib/i18n";

beforeAll(loadLanguage);

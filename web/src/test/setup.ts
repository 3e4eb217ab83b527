import { cleanup } from "@testing-library/react";
import { afterEach, beforeAll, vi } from "vitest";
import { loadLanguage } from "@/lib/i18n";

beforeAll(loadLanguage);

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

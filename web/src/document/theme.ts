import { wanted } from "@/lib/theme";

// Before the first paint, so that a dark screen never flashes white.
document.documentElement.dataset.theme = wanted();

import type { QueryClient, QueryKey } from "@tanstack/react-query";

/** Answers that a write made old: asked for again where a screen shows them. Called by queries.ts of a feature, which knows the keys. */
export const stale = (queries: QueryClient, ...keys: QueryKey[]) =>
  Promise.all(keys.map((queryKey) => queries.invalidateQueries({ queryKey })));

import { infiniteQueryOptions, type QueryClient, queryOptions } from "@tanstack/react-query";
import { api, take } from "@/api/client";
import { me } from "@/api/me";
import { stale } from "@/api/stale";

export const sessions = {
  list: queryOptions({ queryKey: ["sessions"], queryFn: () => take(api.GET("/auth/sessions")) }),
  changed: (queries: QueryClient) => stale(queries, ["sessions"]),
};

export const activity = queryOptions({ queryKey: ["activity"], queryFn: () => take(api.GET("/me/activity")) });

export const factors = {
  list: queryOptions({ queryKey: ["factors"], queryFn: () => take(api.GET("/me/factors")) }),
  /** What a role may do can wait for a second factor. */
  changed: (queries: QueryClient) => stale(queries, ["factors"], me.queryKey),
};

export const providers = {
  offered: queryOptions({ queryKey: ["providers"], queryFn: () => take(api.GET("/auth/providers")), staleTime: 60_000 }),
  settings: queryOptions({ queryKey: ["providers", "settings"], queryFn: () => take(api.GET("/institution/providers")) }),
  changed: (queries: QueryClient) => stale(queries, ["providers"]),
};

export const connections = {
  list: queryOptions({ queryKey: ["connections"], queryFn: () => take(api.GET("/me/connections")) }),
  changed: (queries: QueryClient) => stale(queries, ["connections"]),
};

export const verification = {
  mine: queryOptions({ queryKey: ["verification", "mine"], queryFn: () => take(api.GET("/me/verification")) }),
  queue: infiniteQueryOptions({
    queryKey: ["verification", "queue"],
    queryFn: ({ pageParam }) => take(api.GET("/verifications", { params: { query: { limit: 50, cursor: pageParam || undefined } } })),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor,
  }),
  changed: (queries: QueryClient) => stale(queries, ["verification"], me.queryKey),
};

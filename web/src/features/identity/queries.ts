import { queryOptions } from "@tanstack/react-query";
import { api, type Schemas, take } from "@/api/client";
import { currentSession } from "@/api/session";

export type Account = Schemas["IdentityAccount"];
export type Permission = Account["permissions"][number];

/** Signing in and renewing answer who one is: no request of its own is needed to begin with. */
export const me = queryOptions({
  queryKey: ["me"],
  queryFn: () => take(api.GET("/me")),
  initialData: () => currentSession().person,
  initialDataUpdatedAt: () => Date.now(),
  staleTime: 60_000,
});

export const sessions = queryOptions({ queryKey: ["sessions"], queryFn: () => take(api.GET("/auth/sessions")) });

export const activity = queryOptions({ queryKey: ["activity"], queryFn: () => take(api.GET("/me/activity")) });

export const factors = queryOptions({ queryKey: ["factors"], queryFn: () => take(api.GET("/me/factors")) });

export const providers = {
  offered: queryOptions({ queryKey: ["providers"], queryFn: () => take(api.GET("/auth/providers")), staleTime: 60_000 }),
  settings: queryOptions({ queryKey: ["providers", "settings"], queryFn: () => take(api.GET("/institution/providers")) }),
};

export const connections = queryOptions({ queryKey: ["connections"], queryFn: () => take(api.GET("/me/connections")) });

export const verification = {
  mine: queryOptions({ queryKey: ["verification", "mine"], queryFn: () => take(api.GET("/me/verification")) }),
  queue: queryOptions({
    queryKey: ["verification", "queue"],
    queryFn: () => take(api.GET("/verifications", { params: { query: { limit: 50 } } })),
  }),
};

export const may = (account: Account | undefined, permission: Permission) => account?.permissions.includes(permission) ?? false;

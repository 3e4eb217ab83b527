import { queryOptions } from "@tanstack/react-query";
import { api, type Schemas, take } from "./client";
import { currentSession } from "./session";

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

export const may = (account: Account | undefined, permission: Permission) => account?.permissions.includes(permission) ?? false;

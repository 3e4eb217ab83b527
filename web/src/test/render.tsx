import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createMemoryHistory, createRootRoute, createRoute, createRouter, Outlet, RouterProvider } from "@tanstack/react-router";
import { render, screen } from "@testing-library/react";
import type { ReactNode } from "react";
import { type Account, me } from "@/api/me";
import { Toasts } from "@/ui/toasts";
import { type Answers, exampleOf, serve } from "./contract";

/** A screen as a person sees it: with an address, a server of the contract's answers, and toasts. Every other address says so. */
export async function show(what: ReactNode, { answers, as }: { answers?: Answers; as?: Partial<Account> } = {}) {
  const sent = serve(answers);
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  queries.setQueryData(me.queryKey, { ...exampleOf("IdentityAccount"), ...as });
  const root = createRootRoute({
    component: () => (
      <main>
        <Outlet />
        <Toasts />
      </main>
    ),
  });
  const here = createRoute({ getParentRoute: () => root, path: "/", component: () => what });
  const elsewhere = createRoute({ getParentRoute: () => root, path: "$", component: () => <h1>Elsewhere</h1> });
  const router = createRouter({ routeTree: root.addChildren([here, elsewhere]), history: createMemoryHistory({ initialEntries: ["/"] }) });
  const shown = render(
    <QueryClientProvider client={queries}>
      <RouterProvider router={router as never} />
    </QueryClientProvider>,
  );
  await screen.findByRole("main");
  return { ...shown, sent, queries, go: (to: string) => router.navigate({ to } as never) };
}

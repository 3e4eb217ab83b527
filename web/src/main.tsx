import "./styles.css";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createRouter, parseSearchWith, RouterProvider, stringifySearchWith } from "@tanstack/react-router";
import { StrictMode, startTransition, useEffect } from "react";
import { createRoot } from "react-dom/client";
import { Problem } from "./api/problem";
import { restore } from "./api/session";
import { spoken } from "./lib/i18n";
import { typed } from "./lib/search";
import { routeTree } from "./routeTree.gen";
import { Broken, Missing } from "./ui/fallbacks";

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      // What the server decided does not change by asking again; a lost connection may.
      retry: (count, error) => count < 2 && !(error instanceof Problem && error.status > 0 && error.status < 500),
    },
  },
});

const router = createRouter({
  routeTree,
  parseSearch: parseSearchWith(typed),
  stringifySearch: stringifySearchWith(JSON.stringify, typed),
  context: { queries },
  defaultPreload: "intent",
  defaultPreloadStaleTime: 0,
  defaultErrorComponent: Broken,
  defaultNotFoundComponent: Missing,
  scrollRestoration: true,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}

/** Runs something when what stands before it is on the page. */
function Then({ run }: { run: () => void }) {
  useEffect(run, [run]);
  return null;
}

await spoken(restore());
const root = document.getElementById("root");
const drawn = root?.classList.contains("drawn");
if (drawn) {
  // What the server drew stays until the whole screen can take its place at once; it does not rise a second time.
  await router.load().catch(() => undefined);
  const stop = router.subscribe("onBeforeNavigate", ({ hrefChanged }) => {
    if (hrefChanged) {
      root?.classList.remove("drawn");
      stop();
    }
  });
}
await new Promise((resume) => setTimeout(resume)); // drawing is a task of its own: whoever tapped meanwhile is answered first
if (root) {
  // Few are quicker than the scripts; what it takes to follow them comes when they are.
  const acts = window.stoaEarly ?? [];
  const early = acts.length > 0 ? await import("./lib/early") : undefined;
  const follow = () => {
    if (early) early.follow(root, acts);
    else if (acts.length > 0) void import("./lib/early").then((late) => late.follow(root, acts));
  };
  const screen = createRoot(root, {
    // What a screen shows as its own state is no mistake of the program.
    onCaughtError: (error) => error instanceof Problem || console.error(error),
  });
  // In small steps: whoever does something meanwhile is answered between them.
  startTransition(() =>
    screen.render(
      <StrictMode>
        <QueryClientProvider client={queries}>
          <RouterProvider router={router} />
          {drawn && <Then run={follow} />}
        </QueryClientProvider>
      </StrictMode>,
    ),
  );
}

import "./kit.css";
import { DirectionProvider } from "@base-ui/react/direction-provider";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createMemoryHistory, createRootRoute, createRouter, RouterProvider } from "@tanstack/react-router";
import { createRoot } from "react-dom/client";
import { Toasts } from "@/ui/toasts";
import { Charts } from "./charts";
import { Fields } from "./fields";
import { Lists } from "./lists";
import { Overlays } from "./overlays";
import { Words } from "./words";

/** Every part of src/ui in every state. ?theme=dark and ?dir=rtl turn it. */
function Kit() {
  return (
    <DirectionProvider direction={document.dir === "rtl" ? "rtl" : "ltr"}>
      <main className="mx-auto grid w-full max-w-6xl gap-16 px-4 py-10 md:px-10">
        <h1 className="text-3xl">The kit</h1>
        <Words />
        <Fields />
        <Lists />
        <Overlays />
        <Charts />
      </main>
      <Toasts />
    </DirectionProvider>
  );
}

const router = createRouter({ routeTree: createRootRoute({ component: Kit }), history: createMemoryHistory() });

const root = document.getElementById("root");
if (root)
  createRoot(root).render(
    <QueryClientProvider client={new QueryClient()}>
      <RouterProvider router={router as never} />
    </QueryClientProvider>,
  );

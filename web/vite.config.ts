import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";
import tailwindcss from "@tailwindcss/vite";
import { tanstackRouter } from "@tanstack/router-plugin/vite";
import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vite";

// compressed lays a brotli copy beside each asset, so that the server never compresses them.
function compressed(): Plugin {
  return {
    name: "compressed",
    apply: "build",
    closeBundle() {
      const folder = join(import.meta.dirname, "dist/assets");
      for (const name of readdirSync(folder)) {
        const path = join(folder, name);
        if (/\.(js|css|svg)$/.test(name) && statSync(path).size > 400) {
          const raw = readFileSync(path);
          writeFileSync(`${path}.br`, brotliCompressSync(raw, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }));
        }
      }
    },
  };
}

const api = "http://127.0.0.1:8080";

export default defineConfig({
  plugins: [
    tanstackRouter({
      target: "react",
      autoCodeSplitting: true,
      routeFileIgnorePattern: "\\.test\\.",
      quoteStyle: "double",
      semicolons: true,
    }),
    react(),
    tailwindcss(),
    compressed(),
  ],
  resolve: { alias: { "@": join(import.meta.dirname, "src") } },
  server: { proxy: { "/api": api, "/media": api, "/demo": api } },
  build: {
    target: "es2022",
    emptyOutDir: false,
    // The document names the shared files; a route needs few besides, and the list of them would cost more than it saves.
    modulePreload: { polyfill: false, resolveDependencies: (_, files, { hostType }) => (hostType === "html" ? files : []) },
    rolldownOptions: {
      output: {
        advancedChunks: {
          // Two shared files, for the life of their caches and few requests: what others wrote and changes seldom, and what every
          // screen of ours needs. The rest follows the routes; the palette and its primitives come when they are opened.
          groups: [
            { name: "vendor", test: /rolldown[\\/:-]runtime|node_modules[\\/](react|react-dom|scheduler|@tanstack)[\\/]/ },
            {
              name: "house",
              test: /src[\\/](api|lib|messages[\\/]en[\\/]core|ui[\\/](?!palette|field))|src[\\/]features[\\/]\w+[\\/](queries|PersonRow)|src[\\/]route[^?]*\.tsx?$|src[\\/]routes[\\/]_app\.tsx/,
            },
            { name: "learn", test: /src[\\/](messages[\\/]en[\\/]learn|features[\\/]courses[\\/](Outline|Cover))/ },
          ],
        },
      },
    },
  },
  test: { environment: "happy-dom", setupFiles: ["src/test/setup.ts"], include: ["src/**/*.test.{ts,tsx}"] },
} as Parameters<typeof defineConfig>[0]);

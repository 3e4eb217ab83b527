import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import tailwindcss from "@tailwindcss/vite";
import { tanstackRouter } from "@tanstack/router-plugin/vite";
import react from "@vitejs/plugin-react";
import { build, defineConfig, type Plugin, type Rolldown } from "vite";

const resolve = { alias: { "@": join(import.meta.dirname, "src") } };
const target = "es2022";

// catalogues writes every language's messages beside the built files: the server draws first screens in the same words.
function catalogues(): Plugin {
  return {
    name: "catalogues",
    apply: "build",
    closeBundle() {
      const folder = join(import.meta.dirname, "src/messages");
      const read = (path: string) => {
        const literal = /= (\{[\s\S]*?\n\});?\n/.exec(readFileSync(path, "utf8"));
        return new Function(`return ${literal?.[1]}`)() as Record<string, string>;
      };
      const en = Object.assign({}, ...readdirSync(join(folder, "en")).map((name) => read(join(folder, "en", name))));
      writeFileSync(join(import.meta.dirname, "dist/messages.json"), JSON.stringify({ en, hi: read(join(folder, "hi.ts")) }));
    },
  };
}

// scripts makes each file of src/document one script, which the server puts into documents with their nonce: it runs before any other.
function scripts(): Plugin {
  return {
    name: "scripts",
    apply: "build",
    async generateBundle() {
      const folder = join(import.meta.dirname, "src/document");
      for (const name of readdirSync(folder)) {
        const { output } = (await build({
          configFile: false,
          publicDir: false,
          logLevel: "warn",
          resolve,
          build: { target, write: false, modulePreload: false, rolldownOptions: { input: join(folder, name), output: { format: "iife" } } },
        })) as Rolldown.RolldownOutput;
        this.emitFile({ type: "asset", fileName: `document/${name.replace(/ts$/, "js")}`, source: output[0].code.trim() });
      }
    },
  };
}

// kit serves /_kit while one develops: every part of src/ui in every state. No build holds it.
function kit(): Plugin {
  return {
    name: "kit",
    apply: "serve",
    configureServer: ({ middlewares }) => {
      middlewares.use((request, _, next) => {
        request.url = request.url?.replace(/^\/_kit(?=$|\?)/, "/kit.html");
        next();
      });
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
    catalogues(),
    scripts(),
    kit(),
  ],
  resolve,
  server: { proxy: { "/api": api, "/media": api, "/demo": api } },
  build: {
    target,
    manifest: "manifest.json", // the server names a screen's files in its document
    emptyOutDir: false,
    // The document names the shared files; a route needs few besides, and the list of them would cost more than it saves.
    modulePreload: { polyfill: false, resolveDependencies: (_, files, { hostType }) => (hostType === "html" ? files : []) },
    rolldownOptions: {
      output: {
        advancedChunks: {
          // Two shared files, for the life of their caches and few requests: what others wrote and changes seldom, and what every
          // screen of ours needs. The rest follows the routes: forms come with the first one, the palette, questions, tables and
          // dates with what shows them.
          groups: [
            {
              name: "vendor",
              test: /rolldown[\\/:-]runtime|node_modules[\\/](react|react-dom|scheduler|@tanstack[\\/](?!.*(useBlocker|useMutation|mutationObserver)\.)(?!(react-)?(table|virtual)(-core)?[\\/])[\w-]+)[\\/]/,
            },
            {
              name: "house",
              test: /src[\\/](api|lib[\\/](?!early|shrink)|messages[\\/]en[\\/]core|ui[\\/](avatar|brand|button|fallbacks|icon|notice|page|rows|search-box|shell|states|ticks|toasts|use-title)\.)|src[\\/]features[\\/]\w+[\\/](queries|PersonRow)|src[\\/]route[^?]*\.tsx?$|src[\\/]routes[\\/]_app\.tsx/,
            },
            {
              name: "writes",
              test: /node_modules[\\/]@tanstack[\\/].*(useMutation|mutationObserver)\.js/,
            },
            {
              name: "forms",
              test: /node_modules[\\/]@tanstack[\\/].*useBlocker\.js|src[\\/](ui[\\/](form|field|ask|meeting)\.|messages[\\/]en[\\/]meeting)/,
            },
            { name: "learn", test: /src[\\/](messages[\\/]en[\\/]learn|ui[\\/]prose|features[\\/]courses[\\/](Outline|Cover))/ },
          ],
        },
      },
    },
  },
  test: { environment: "happy-dom", setupFiles: ["src/test/setup.ts"], include: ["src/**/*.test.{ts,tsx}"] },
} as Parameters<typeof defineConfig>[0]);

import { readdirSync, readFileSync } from "node:fs";
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
    generateBundle() {
      const said: Record<string, Record<string, string>> = {};
      const src = join(import.meta.dirname, "src");
      for (const name of readdirSync(src, { recursive: true, encoding: "utf8" })) {
        const language = /messages.\w+\.(\w+)\.json$/.exec(name)?.[1];
        if (language) said[language] = { ...said[language], ...JSON.parse(readFileSync(join(src, name), "utf8")) };
      }
      this.emitFile({ type: "asset", fileName: "messages.json", source: JSON.stringify(said) });
    },
  };
}

// words lets what comes later come with its words: whoever awaits import() awaits what the module says in the reader's language, too.
function words(): Plugin {
  return {
    name: "words",
    transform: {
      filter: { id: /\/src\/.*\.tsx?/, code: /\bimport\(/ },
      handler: (code) => {
        const waiting = code.replace(/\bimport\(("[^"]+(?<!\.json)"|'[^']+')\)/g, "$spoken(import($1))");
        return waiting === code ? undefined : { code: `import { spoken as $spoken } from "@/lib/i18n";${waiting}`, map: null };
      },
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
    words(),
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
        codeSplitting: {
          // Two shared files, for the life of their caches and few requests: what others wrote and changes seldom, and what every
          // screen of ours needs. The rest follows the routes: forms come with the first one, the palette, questions, tables and
          // dates with what shows them.
          groups: [
            {
              name: "vendor",
              test: /rolldown[\\/:-]runtime|node_modules/,
              tags: ["$initial"],
            },
            {
              name: "house",
              test: /src[\\/](api|lib[\\/](?!early|shrink|messages)|lib[\\/]messages[\\/]core\.en|ui[\\/](avatar|brand|button|fallbacks|icon|notice|page|rows|search-box|shell|states|ticks|toasts|use-title)\.)|src[\\/]features[\\/]\w+[\\/](queries|PersonRow)|src[\\/]route[^?]*\.tsx?$|src[\\/]routes[\\/]_app\.tsx|useSuspenseQuery\.js/,
            },
            { name: "writes", test: /useMutation\.js|mutationObserver\.js/ },
            {
              name: "forms",
              test: /src[\\/]ui[\\/]((form|field|ask|meeting)\.|messages[\\/]meeting\.(ts|en))/,
            },
            {
              name: "learn",
              test: /src[\\/](features[\\/]courses[\\/]messages[\\/]learn\.(ts|en)|ui[\\/]prose|features[\\/]courses[\\/](Outline|Cover))/,
            },
          ],
        },
      },
    },
  },
  test: { environment: "happy-dom", setupFiles: ["src/test/setup.ts"], include: ["src/**/*.test.{ts,tsx}"] },
} as Parameters<typeof defineConfig>[0]);

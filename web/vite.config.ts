import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import type { Connect, Plugin, UserConfig } from "vite";
import { defineConfig } from "vite";

/**
 * Serves `/colophon.json`, the dApp's run-time settings, from the file that COLOPHON_WEB_CONFIG names. The build itself
 * knows no chain: any static host serves it beside a `colophon.json` of its own.
 */
function runtimeConfig(): Plugin {
  const file = resolve(process.env.COLOPHON_WEB_CONFIG ?? "../.colophon/local/web.json");
  const serve: Connect.NextHandleFunction = (request, response, next) => {
    if (request.url?.split("?")[0] !== "/colophon.json") return next();
    response.setHeader("content-type", "application/json");
    response.setHeader("cache-control", "no-store");
    if (!existsSync(file)) {
      response.statusCode = 404;
      return response.end(JSON.stringify({ error: `No settings at ${file}` }));
    }
    response.end(readFileSync(file));
  };
  return {
    name: "colophon-runtime-config",
    configureServer: (server) => void server.middlewares.use(serve),
    configurePreviewServer: (server) => void server.middlewares.use(serve),
  };
}

/** Has the page ask for the fonts of its first view at once, rather than after its style sheet. */
function preloadFonts(): Plugin {
  const first = /(inter-latin-wght|source-serif-4-latin-600)-normal.*\.woff2$/;
  return {
    name: "colophon-preload-fonts",
    transformIndexHtml: {
      order: "post",
      handler: (_, { bundle = {} }) =>
        Object.keys(bundle)
          .filter((file) => first.test(file))
          .map((file) => ({
            tag: "link",
            attrs: { rel: "preload", href: `/${file}`, as: "font", type: "font/woff2", crossorigin: true },
            injectTo: "head" as const,
          })),
    },
  };
}

// What the first page needs is one file: a dozen small ones would each wait for a connection on a slow network.
const codeSplitting = { groups: [{ name: "initial", tags: ["$initial" as const] }] };

const settings: UserConfig = {
  plugins: [react(), tailwindcss(), runtimeConfig(), preloadFonts()],
  build: {
    target: "es2022",
    sourcemap: true,
    reportCompressedSize: false,
    rolldownOptions: { output: { codeSplitting } },
  },
  preview: { host: "127.0.0.1" },
  server: { host: "127.0.0.1" },
};

export default defineConfig(({ command }) => {
  // Whoever builds, a test runner with a NODE_ENV of its own included, gets the React for readers: half the size.
  if (command === "build") process.env.NODE_ENV = "production";
  return settings;
});

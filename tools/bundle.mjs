// Bundles the command line into few modules, so that it starts in a third of the time: Node spends it on reading a thousand files.
import { readFile } from "node:fs/promises";
import path from "node:path";
import { build } from "esbuild";
import { inRoot } from "./lib/paths.mjs";
import { stampOf } from "./lib/stamp.mjs";

const TARGET = "cli/dist/bundle";
/** How our packages read their own package.json: a bundle lies elsewhere, so it gets name and version as they are. */
const OWN_PACKAGE = 'JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"))';

/** @type {import("esbuild").Plugin} */
const ownPackage = {
  name: "own-package",
  setup(esbuild) {
    esbuild.onLoad({ filter: /[\\/](cli|ingest)[\\/]dist[\\/][^\\/]+\.js$/ }, async ({ path: file }) => {
      const text = await readFile(file, "utf8");
      if (!text.includes(OWN_PACKAGE)) return undefined;
      const { name, version } = JSON.parse(await readFile(path.join(path.dirname(file), "../package.json"), "utf8"));
      return { contents: text.replace(OWN_PACKAGE, JSON.stringify({ name, version })) };
    });
  },
};

async function bundle() {
  await build({
    entryPoints: { colophon: inRoot("cli/dist/bin.js") },
    outdir: inRoot(TARGET),
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    // What a command loads only when it runs stays apart.
    splitting: true,
    // Names of classes are shown: errors have them.
    keepNames: true,
    sourcemap: true,
    // Dependencies in the old module form call `require` for Node's own modules.
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
    plugins: [ownPackage],
    logLevel: "error",
  });
}

/** @returns {import("./lib/stamp.mjs").Step} */
export const bundleStep = () => ({
  name: "cli",
  inputs: ["tools/bundle.mjs", "cli/package.json", "ingest/package.json", "node_modules/esbuild/package.json"],
  outputs: [`${TARGET}/colophon.js`],
  values: [stampOf("typescript")],
  run: bundle,
});

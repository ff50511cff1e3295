// sdk.read_kb and web.entry_kb: what a browser downloads, compressed.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { relative } from "node:path";
import { gzipSync } from "node:zlib";
import { inRoot, root } from "../lib/paths.mjs";

/** @param {Uint8Array | string} bytes */
const kilobytes = (bytes) => gzipSync(bytes, { level: 9 }).length / 1000;

/** One read through the SDK, bundled; viem is the page's own already. */
async function sdkRead() {
  const { build } = await import("esbuild");
  const contents = `import { versionOf } from "@colophon-protocol/sdk/actions"; globalThis.read = versionOf;`;
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: inRoot("tools") },
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    platform: "browser",
    target: "es2022",
    external: ["viem", "viem/*"],
  });
  return kilobytes(outputFiles[0]?.contents ?? "");
}

const page = inRoot("web/dist/index.html");

/** @returns {string[]} absolute paths of the scripts that the built page names: its entry and what it preloads */
function namedScripts() {
  if (!existsSync(page)) throw new Error("web/dist is not built; run `npm run build`");
  const names = [...readFileSync(page, "utf8").matchAll(/(?:src|href)="\/?(assets\/[^"]+\.js)"/g)];
  if (names.length === 0)
    throw new Error(`web/dist/index.html names no script of ${readdirSync(inRoot("web/dist")).join(", ")}`);
  return names.map(([, name]) => inRoot("web/dist", String(name)));
}

/** Scripts that the built page loads before it can be used: those it names, and whatever they import statically. */
async function webEntry() {
  const { build } = await import("esbuild");
  const named = namedScripts();
  const options = /** @type {const} */ ({ bundle: true, splitting: true, format: "esm", write: false, metafile: true });
  const { metafile } = await build({ ...options, entryPoints: named, outdir: inRoot("web/dist"), absWorkingDir: root });
  const reached = new Set();
  const reach = (/** @type {string} */ script) => {
    if (reached.has(script)) return;
    reached.add(script);
    for (const { path, kind } of metafile.inputs[script]?.imports ?? []) if (kind === "import-statement") reach(path);
  };
  for (const script of named) reach(relative(root, script));
  return [...reached].reduce((sum, script) => sum + kilobytes(readFileSync(inRoot(script))), 0);
}

/** @type {import("../bench.mjs").Figure[]} */
export default [
  {
    id: "sdk.read_kb",
    what: "client and one read over viem, gzip",
    unit: "kB",
    budget: 12,
    baseline: "Story's does not bundle for browsers",
    run: sdkRead,
  },
  { id: "web.entry_kb", what: "first load JS, gzip", unit: "kB", budget: 170, run: webEntry },
];

// sdk.read_kb and web.entry_kb: what a browser downloads, compressed.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { inRoot } from "../lib/paths.mjs";

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

/** Scripts that the built page loads before it can be used: the entry and what it preloads. */
async function webEntry() {
  const page = inRoot("web/dist/index.html");
  if (!existsSync(page)) throw new Error("web/dist is not built; run `npm run build`");
  const scripts = [...readFileSync(page, "utf8").matchAll(/(?:src|href)="\/?(assets\/[^"]+\.js)"/g)].map(
    (match) => match[1],
  );
  if (scripts.length === 0)
    throw new Error(`web/dist/index.html names no script of ${readdirSync(inRoot("web/dist")).join(", ")}`);
  return scripts.reduce((sum, script) => sum + kilobytes(readFileSync(inRoot("web/dist", script ?? ""))), 0);
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

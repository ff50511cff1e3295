import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { builtinModules } from "node:module";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { build as esbuild } from "esbuild";
import { build as vite } from "vite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const SRC = new URL("../src/", import.meta.url).pathname;
const LIMIT = 12_000;

/** A page that makes a client and reads once, by the subpath that bundlers shake best. */
const ONE_READ = `
import { createClient, http } from "viem";
import { mainnet } from "viem/chains";
import { accessOf } from "${SRC}actions/index.ts";
const client = createClient({ chain: mainnet, transport: http() });
accessOf(client, { licenseId: 1n, user: "0x0000000000000000000000000000000000000001", version: 1, uses: ["train"] }).then(console.log);
`;
/** Everything that a browser may import. */
const ALL = [
  "index",
  "actions/index",
  "formats/index",
  "keys/index",
  "delivery/index",
  "indexer/index",
  "errors/index",
  "proofs/index",
  "provenance/index",
  "attestation/index",
  "log/index",
  "deployment/index",
]
  .map((entry, i) => `import * as m${i} from "${SRC}${entry}.ts"; console.log(m${i});`)
  .join("\n");

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(dirname(SRC), "test", ".bundle-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function entryFile(name: string, code: string): Promise<string> {
  const file = join(folder, `${name}.ts`);
  await writeFile(file, code);
  return file;
}

/** First-load code (entry and what it imports statically) and all warnings of a browser bundle by esbuild. */
async function withEsbuild(name: string, code: string, external: string[] = []) {
  const { outputFiles, metafile } = await esbuild({
    entryPoints: { entry: await entryFile(name, code) },
    bundle: true,
    minify: true,
    splitting: true,
    format: "esm",
    platform: "browser",
    conditions: ["browser", "import"],
    outdir: join(folder, "out"),
    external,
    write: false,
    metafile: true,
    logLevel: "silent",
  });
  const outputs = Object.entries(metafile.outputs);
  const first = new Set<string>();
  const visit = (path: string) => {
    if (first.has(path)) return;
    first.add(path);
    const imports = metafile.outputs[path]?.imports ?? [];
    for (const { path: next, kind, external: outside } of imports)
      if (kind === "import-statement" && !outside) visit(next);
  };
  // What is imported lazily is an entry of its own to esbuild.
  visit(outputs.find(([, { entryPoint }]) => entryPoint?.endsWith(`${name}.ts`))?.[0] as string);
  const text = outputFiles.filter(({ path }) => [...first].some((part) => path.endsWith(part))).map(({ text }) => text);
  return { text: text.join("\n"), inputs: Object.keys(metafile.inputs) };
}

const gzipSize = (text: string) => gzipSync(text, { level: 9 }).length;
const isNodeBuiltin = (name: string) => name.startsWith("node:") || builtinModules.includes(name);

describe("in a browser", () => {
  it("bundles every entry with esbuild and no Node built-in", async () => {
    const { inputs } = await withEsbuild("all", ALL);
    expect(inputs.length).toBeGreaterThan(50);
    expect(inputs.filter(isNodeBuiltin)).toEqual([]);
  });

  it("costs at most 12 kB over viem for a client and one read (esbuild)", async () => {
    const { text } = await withEsbuild("one", ONE_READ, ["viem", "viem/*"]);
    expect(text).toContain("accessOf");
    expect(gzipSize(text)).toBeLessThanOrEqual(LIMIT);
  });

  it("drops what is not used: no market, no escrow, no error table in the first load", async () => {
    const { text } = await withEsbuild("shaken", ONE_READ, ["viem", "viem/*"]);
    for (const absent of ["buyWithPermit", "refundUndelivered", "LicenseMarket_SoldOut", "bls12_381"]) {
      expect(text).not.toContain(absent);
    }
  });

  it("bundles with Vite, for the same price, and asks for no Node built-in", async () => {
    const foreign: string[] = [];
    const output = await vite({
      root: folder,
      configFile: false,
      logLevel: "silent",
      build: {
        write: false,
        minify: true,
        lib: { entry: await entryFile("vite", ONE_READ), formats: ["es"] },
        rollupOptions: {
          external: (id: string) => {
            if (isNodeBuiltin(id)) foreign.push(id);
            return id === "viem" || id.startsWith("viem/");
          },
        },
      },
    });
    const [bundle] = [output].flat();
    if (!bundle || !("output" in bundle)) throw new Error("Vite gave no bundle");
    const entry = bundle.output.find((chunk) => chunk.type === "chunk" && chunk.isEntry);
    if (entry?.type !== "chunk") throw new Error("Vite gave no entry");
    expect(foreign).toEqual([]);
    expect(gzipSize(entry.code)).toBeLessThanOrEqual(LIMIT);
  });
});

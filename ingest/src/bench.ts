import { createCipheriv, randomFillSync } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generateSigningKey, PLAIN_CHUNK_SIZE, webCryptoSigner } from "@colophon-protocol/sdk/formats";
import type { BlobStore } from "./blobs.js";
import { nodeSha256, sha256OfParts } from "./engine.js";
import { type IngestParameters, ingest, type ManifestFields } from "./ingest.js";

/** One line of `npm run bench`. */
export interface Figure {
  id: string;
  value: number;
  unit: string;
  /** The least that is wanted; 0 for what is only told. */
  budget: number;
  pass: boolean;
}

export interface BenchOptions {
  /** Bytes to ingest per run; 512 MiB by default. */
  bytes?: number;
  /** Runs, of which the median counts; 3 by default. */
  runs?: number;
  /** Where the runs with disk read and write; the system's folder for temporary files by default. */
  folder?: string;
}

const FILES = 8;
const MB = 1e6;

const FIELDS: ManifestFields = {
  name: "Benchmark",
  description: "Random bytes.",
  image: "https://example.org/none.png",
  publisher: { name: "Benchmark" },
  modality: ["other"],
  source: { license: "CC0-1.0", origins: [{ title: "Random numbers" }] },
  consents: { basis: "not-required" },
  contentCredentials: { policy: "none" },
  privacy: { mode: "synthetic" },
  parents: [],
  offerDefaults: [],
};

/** A store that keeps nothing: what remains is hashing, trees and encryption. */
const nowhere: BlobStore = {
  put: async () => undefined,
  get: async () => new Uint8Array(0),
  size: async () => undefined,
  delete: async () => undefined,
};

/**
 * What this machine gives at most at this moment: the three passes of `node:crypto` over the same bytes and nothing around them.
 * @returns seconds
 */
function bareSeconds(files: readonly Uint8Array[]): number {
  const [key, nonce] = [new Uint8Array(32), new Uint8Array(12)];
  const start = performance.now();
  for (const data of files) {
    for (let at = 0; at < data.length; at += PLAIN_CHUNK_SIZE) {
      const plain = data.subarray(at, at + PLAIN_CHUNK_SIZE);
      nodeSha256(plain);
      const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(nonce);
      const sealed = cipher.update(plain);
      cipher.final();
      sha256OfParts([sealed, cipher.getAuthTag()]);
    }
  }
  return (performance.now() - start) / 1000;
}

/**
 * Measures `ingest.mb_s` (in memory) and `ingest.disk_mb_s` (from files to files, each chunk on disk before it counts), in
 * megabytes of plaintext per second, on one thread of JavaScript. `ingest.bare_mb_s` is taken in turns with the first: its primitives alone,
 * so that a busy or slow machine shows in both.
 */
export async function benchIngest(options: BenchOptions = {}): Promise<Figure[]> {
  const { bytes = 536_870_912, runs = 3, folder = tmpdir() } = options;
  const data = randomFillSync(new Uint8Array(Math.ceil(bytes / FILES)));
  const root = await mkdtemp(join(folder, "colophon-bench-"));
  try {
    const source = join(root, "source");
    await mkdir(source);
    for (let i = 0; i < FILES; i++) await writeFile(join(source, `${i}.bin`), data);
    const memory = Array.from({ length: FILES }, (_, i) => ({ path: `${i}.bin`, data }));
    const signer = await webCryptoSigner(await generateSigningKey());
    const base = { manifest: FIELDS, signer, out: join(root, "out") };
    await ingest({ ...base, source: memory.slice(0, 1), store: nowhere, resumable: false }); // Warms the compiler.
    const size = data.length * FILES;
    const bare: number[] = [];
    const measureBare = () => bare.push(size / MB / bareSeconds(memory.map((file) => file.data)));
    const inMemory = await median(
      runs,
      size,
      { ...base, source: memory, store: nowhere, resumable: false },
      measureBare,
    );
    const withDisk = await median(runs, size, { ...base, source });
    return [
      figure("ingest.mb_s", inMemory, 500),
      figure("ingest.disk_mb_s", withDisk, 350),
      figure("ingest.bare_mb_s", middleOf(bare), 0),
    ];
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

async function median(runs: number, bytes: number, parameters: IngestParameters, before?: () => void): Promise<number> {
  const rates: number[] = [];
  for (let run = 0; run < runs; run++) {
    await rm(parameters.out, { recursive: true, force: true });
    before?.();
    const start = performance.now();
    const result = await ingest(parameters);
    rates.push(bytes / MB / ((performance.now() - start) / 1000));
    await result.forget();
  }
  return middleOf(rates);
}

function middleOf(rates: number[]): number {
  return rates.sort((a, b) => a - b)[Math.floor(rates.length / 2)] as number;
}

function figure(id: string, value: number, budget: number): Figure {
  return { id, value: Math.round(value), unit: "MB/s", budget, pass: value >= budget };
}

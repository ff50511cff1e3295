import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type DocumentSigner,
  generateSigningKey,
  PLAIN_CHUNK_SIZE,
  utf8,
  webCryptoSigner,
} from "@colophon-protocol/sdk/formats";
import { afterEach } from "vitest";
import { IngestError } from "../src/errors.js";
import { type BlobStore, FolderBlobStore, type IngestParameters, type ManifestFields } from "../src/index.js";

const folders: string[] = [];

/** A folder of this test, removed after it. */
export async function freshFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "colophon-ingest-"));
  folders.push(folder);
  return folder;
}

afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

export const fields: ManifestFields = {
  name: "Test data",
  description: "Bytes for tests.",
  image: "https://example.org/picture.png",
  publisher: { name: "Tester" },
  modality: ["other"],
  source: { license: "CC0-1.0", origins: [{ title: "Made here" }] },
  consents: { basis: "not-required" },
  contentCredentials: { policy: "none" },
  privacy: { mode: "synthetic" },
  parents: [],
  offerDefaults: [],
};

/** `length` bytes that depend on `seed` only. */
export function pattern(seed: number, length: number): Uint8Array {
  const out = new Uint8Array(length);
  let state = seed | 1;
  for (let i = 0; i < length; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    out[i] = state & 0xff;
  }
  return out;
}

/** A folder store that has room for `blobs` blobs, and counts what it stores. */
export function limitedStore(root: string, blobs: number): BlobStore & { stored: number } {
  const inner = new FolderBlobStore(root);
  const limited = {
    stored: 0,
    async put(name: string, data: Uint8Array | readonly Uint8Array[]) {
      if (limited.stored >= blobs) throw new IngestError("disk-full", "no room for more blobs");
      limited.stored++;
      await inner.put(name, data);
    },
    get: inner.get.bind(inner),
    size: inner.size.bind(inner),
    delete: inner.delete.bind(inner),
  };
  return limited;
}

/** The key that signs manifests in these tests. */
export const signer: DocumentSigner = await webCryptoSigner(await generateSigningKey());

export const contents: [string, Uint8Array][] = [
  ["b/large.bin", pattern(1, PLAIN_CHUNK_SIZE * 2 + 17)],
  ["a.txt", utf8("a text")],
  ["b/empty", new Uint8Array(0)],
  ["b/exact.bin", pattern(2, PLAIN_CHUNK_SIZE)],
];

/** A source folder with the files above and an output folder beside it. */
export async function setUp(): Promise<IngestParameters & { source: string }> {
  const root = await freshFolder();
  const source = join(root, "source");
  for (const [path, data] of contents) {
    await mkdir(join(source, path, ".."), { recursive: true });
    await writeFile(join(source, path), data);
  }
  return { source, out: join(root, "out"), manifest: fields, signer };
}

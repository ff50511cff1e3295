/** A small but real version: files, both trees, COL1 ciphertext, manifest and envelope, in a blob folder. */
import { createHash, randomBytes } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import {
  Col1Cipher,
  Col1Keys,
  chunkLeafHash,
  chunkPlaces,
  chunksOf,
  concat,
  createCol1Header,
  type Envelope,
  encodeChunkLeaf,
  encodeCol1Header,
  envelopeBytes,
  type FileEntry,
  fileListBytes,
  type Hex,
  leafOfChunk,
  type Manifest,
  manifestBytes,
  PLAIN_CHUNK_SIZE,
  planFiles,
  root,
  toHex,
} from "@colophon-protocol/sdk/formats";
import { licenseConditions, type WrappedKey, wrapDatasetKey } from "@colophon-protocol/sdk/keys";

export const hashHex = (bytes: Uint8Array): Hex => `0x${createHash("sha256").update(bytes).digest("hex")}`;

export interface TestDataset {
  files: Map<string, Uint8Array>;
  entries: FileEntry[];
  datasetKey: Uint8Array;
  header: Uint8Array;
  chunks: Uint8Array[];
  contentRoot: Hex;
  encodingRoot: Hex;
  manifest: Uint8Array;
  manifestHash: Hex;
  envelope: Uint8Array;
  envelopeHash: Hex;
  encodingLeaves: Uint8Array;
  contentLeaves: Uint8Array;
}

export interface DatasetOptions {
  datasetId: bigint;
  provider: Hex;
  licenseToken: Hex;
  /** path → bytes */
  files?: Record<string, number>;
  /** Same contents as this one, in a new encoding under a new key. */
  from?: TestDataset;
  /** Public key of a key network to wrap the dataset key for; a wrapped key that nothing opens without one. */
  network?: Hex;
  /** What the manifest says of consents; that none are needed unless told. */
  consents?: Manifest["consents"];
}

/** Builds a version with random contents. */
export async function makeDataset(options: DatasetOptions): Promise<TestDataset> {
  const random = Object.entries(options.files ?? {}).map(([name, size]) => [name, new Uint8Array(randomBytes(size))]);
  const files = options.from?.files ?? new Map(random as [string, Uint8Array][]);
  const entries = planFiles([...files].map(([name, bytes]) => ({ path: name, size: bytes.length })));
  const contents = [...entries.map((entry) => files.get(entry.path) as Uint8Array), fileListBytes(entries)];
  const chunksPerFile = contents.map((bytes) => chunksOf(bytes.length));
  const byteCount = contents.reduce((sum, bytes) => sum + bytes.length, 0);
  const datasetKey = new Uint8Array(randomBytes(32));
  const keys = new Col1Keys(datasetKey, new Uint8Array(randomBytes(32)));
  const col1 = createCol1Header(keys, { chunksPerFile, byteCount });
  const header = encodeCol1Header(col1);
  const cipher = new Col1Cipher(header, datasetKey);
  const chunks: Uint8Array[] = [];
  const leaves = { content: [] as Uint8Array[], encoding: [] as Uint8Array[] };
  const hashes = { content: [] as Uint8Array[], encoding: [] as Uint8Array[] };
  for (const place of chunkPlaces(chunksPerFile)) {
    const from = place.counter * PLAIN_CHUNK_SIZE;
    const plain = (contents[place.file] as Uint8Array).slice(from, from + PLAIN_CHUNK_SIZE);
    const sealed = await cipher.encryptChunk(place, plain);
    chunks.push(sealed);
    for (const [tree, data] of [
      ["content", plain],
      ["encoding", sealed],
    ] as const) {
      const leaf = leafOfChunk(data, place.index, place.flags);
      leaves[tree].push(encodeChunkLeaf(leaf));
      hashes[tree].push(chunkLeafHash(leaf));
    }
  }
  const contentRoot = toHex(root(hashes.content));
  const encodingRoot = toHex(root(hashes.encoding));
  const manifest = manifestBytes(
    testManifest(contentRoot, chunks.length, entries.length, byteCount, col1.fileListFirst, options.consents),
  );
  const envelope = envelopeBytes(testEnvelope(options, contentRoot, encodingRoot, header, keys, datasetKey));
  return {
    files,
    entries,
    datasetKey,
    header,
    chunks,
    contentRoot,
    encodingRoot,
    manifest,
    manifestHash: hashHex(manifest),
    envelope,
    envelopeHash: hashHex(envelope),
    encodingLeaves: concat(...leaves.encoding),
    contentLeaves: concat(...leaves.content),
  };
}

/** Stores blobs as ingest does: `ab/abcd…`. */
export function storeBlobs(folder: string, blobs: Iterable<Uint8Array>): void {
  for (const bytes of blobs) {
    const file = blobFile(folder, bytes);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, bytes);
  }
}

export function blobFile(folder: string, bytes: Uint8Array): string {
  const name = hashHex(bytes).slice(2);
  return path.join(folder, name.slice(0, 2), name);
}

/** Everything of a dataset that a provider stores. */
export function blobsOf(dataset: TestDataset): Uint8Array[] {
  const { chunks, manifest, envelope, encodingLeaves, contentLeaves } = dataset;
  return [...chunks, manifest, envelope, encodingLeaves, contentLeaves];
}

function testManifest(
  contentRoot: Hex,
  chunks: number,
  files: number,
  bytes: number,
  fileListFirst: number,
  consents: Manifest["consents"] = { basis: "not-required" },
): Manifest {
  return {
    format: "colophon-manifest",
    formatVersion: 1,
    name: "Delivery test",
    description: "Random bytes for the gateway's tests.",
    image: "data:image/png;base64,AA==",
    created: 1_700_000_000,
    publisher: { name: "Tests" },
    modality: ["other"],
    content: {
      root: contentRoot,
      chunkSize: 1_048_560,
      chunks,
      files: files + 1,
      bytes,
      fileListFirst,
      mediaTypes: [],
    },
    records: null,
    source: { license: "CC0-1.0", origins: [{ title: "Random" }] },
    pipeline: [{ step: "generate", tool: "node:crypto", version: "1", status: "passed" }],
    consents,
    contentCredentials: { policy: "none" },
    privacy: { mode: "no-personal-data" },
    parents: [],
    offerDefaults: [],
  };
}

/** A wrapped key in shape only. */
const CLOSED_KEY = (conditions: WrappedKey["conditions"]): WrappedKey => ({
  scheme: "bls12381-g2-ibe",
  networkPublicKey: `0x${"ab".repeat(48)}`,
  conditions,
  keyHash: `0x${"cd".repeat(32)}`,
  ciphertext: "AAAAAAAAAAAAAAAAAAAAAA==",
});

function testEnvelope(
  options: DatasetOptions,
  contentRoot: Hex,
  encodingRoot: Hex,
  header: Uint8Array,
  keys: Col1Keys,
  datasetKey: Uint8Array,
): Envelope {
  const { datasetId, provider, licenseToken, network } = options;
  const conditions = licenseConditions({
    chainId: 31337,
    licenseToken,
    datasetId,
    version: 1,
    uses: 1,
  });
  return {
    format: "colophon-envelope",
    formatVersion: 1,
    chainId: 31337,
    licenseToken: licenseToken.toLowerCase() as Hex,
    datasetId: datasetId.toString(),
    version: 1,
    contentRoot,
    encodingId: toHex(keys.encodingId),
    encodingRoot,
    header: toHex(header),
    key: (network
      ? wrapDatasetKey({ networkPublicKey: network, conditions, key: datasetKey })
      : CLOSED_KEY(conditions)) as never,
    provider: provider.toLowerCase() as Hex,
    created: 1_700_000_000,
  };
}

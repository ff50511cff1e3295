import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  Col1Cipher,
  Col1Keys,
  canonicalBytes,
  createCol1Header,
  type DocumentSigner,
  encodeCol1Header,
  type Hex,
  type Manifest,
  manifestBytes,
  manifestHash,
  PLAIN_CHUNK_SIZE,
  RecordSet,
  signResources,
  toHex,
} from "@colophon-protocol/sdk/formats";
import { type BlobName, type BlobStore, blobName, FolderBlobStore } from "./blobs.js";
import { encryptAll, type IngestProgress } from "./encrypt.js";
import { nodeEngine, nodeHmacSha256, nodeSha256 } from "./engine.js";
import { IngestError } from "./errors.js";
import { LeafTables } from "./leaves.js";
import { type IngestSource, type Plan, planIngest } from "./plan.js";
import { type EncodingRecord, writeRecord } from "./record.js";
import { WorkFolder, type WorkState } from "./work.js";

/** What the publisher says of the data; ingest adds contents, records, its own pipeline step and the time. */
export type ManifestFields = Omit<
  Manifest,
  "format" | "formatVersion" | "content" | "records" | "created" | "pipeline"
> & {
  /** Steps before this one. */
  pipeline?: Manifest["pipeline"];
  mediaTypes?: string[];
};

/** The record set of the version. */
export interface RecordInput {
  /** In any order; see `recordId` of the SDK. */
  ids: Iterable<bigint>;
  /** Whether ids are derived from the records, or chosen by the publisher. */
  kind: "derived" | "publisher";
  /** What one record is and how it is made canonical. */
  description: string;
}

export interface IngestParameters {
  /** A folder, all files of which are published, or a list of files. */
  source: string | readonly IngestSource[];
  /** Folder for records of encodings, unfinished work and, unless `store` is given, blobs. */
  out: string;
  store?: BlobStore;
  manifest: ManifestFields;
  /** Signs the manifest: the rightsholder's key. */
  signer: DocumentSigner;
  records?: RecordInput;
  progress?: (progress: IngestProgress) => void;
  /** Stops between two chunks; run again to go on. */
  signal?: AbortSignal;
  /** False keeps nothing for a later run, and no secrets on disk. True by default. */
  resumable?: boolean;
}

/** `IDatasetRegistry.VersionInput`, as viem encodes it. */
export interface VersionInput {
  contentRoot: Hex;
  recordRoot: Hex;
  manifestHash: Hex;
  chunkCount: number;
  recordCount: bigint;
  byteSize: bigint;
}

/** A version ready to be published, and its first encoding. */
export interface IngestResult {
  version: VersionInput;
  record: EncodingRecord;
  manifest: Manifest;
  /** 32 secret bytes. Wrap them for a key network, and keep a copy: nobody can restore them. */
  datasetKey: Uint8Array;
  /** Removes the unfinished-work folder with its copy of the dataset key. Call it once the key is safe. */
  forget(): Promise<void>;
}

const ZERO: Hex = `0x${"00".repeat(32)}`;
const PACKAGE = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
  name: string;
  version: string;
};
/** Room beyond the ciphertext: tables, manifest, signature. */
const SPARE_BYTES = 16_777_216;

/**
 * Turns files into a publishable version: one pass chunks, hashes, builds both trees, encrypts and stores; then the manifest is
 * written and signed. Running it again after an interruption goes on where it stopped, and gives the same bytes.
 * @throws IngestError `input`, `source-changed` or `disk-full`; FormatError when the manifest fields are wrong. Nothing is published then
 */
export async function ingest(parameters: IngestParameters): Promise<IngestResult> {
  const { source, out, signal, progress } = parameters;
  const store = parameters.store ?? new FolderBlobStore(out);
  const records = parameters.records && new RecordSet(parameters.records.ids, nodeSha256);
  const isResumable = parameters.resumable ?? true;
  const plan = await planIngest(source, out, isResumable);
  await requireRoom(store, plan);
  const work = isResumable ? await WorkFolder.open(join(out, ".ingest"), plan.id) : undefined;
  try {
    const state = work?.state ?? newState();
    const keys = new Col1Keys(state.datasetKey, state.encodingId, nodeHmacSha256);
    const layout = { chunksPerFile: plan.chunksPerFile, byteCount: plan.byteCount };
    const header = encodeCol1Header(createCol1Header(keys, layout, nodeSha256));
    const tables = new LeafTables(plan.chunkCount);
    const manifestOf = (contentRoot: Uint8Array) =>
      buildManifest(parameters, plan, contentRoot, records, state.created);
    manifestBytes(manifestOf(nodeSha256(header))); // Wrong fields fail before hours of work, under any root.
    const cipher = new Col1Cipher(header, state.datasetKey, nodeEngine);
    await encryptAll({ plan, cipher, tables, store, work, progress, signal });
    const manifest = manifestOf(tables.contentRoot);
    const record = await finish({
      store,
      out,
      plan,
      tables,
      header,
      state,
      manifest,
      records,
      signer: parameters.signer,
    });
    return {
      version: versionInput(record),
      record,
      manifest,
      datasetKey: state.datasetKey,
      forget: async () => {
        if (work) await WorkFolder.forget(work.path);
      },
    };
  } finally {
    await work?.close();
  }
}

interface Finished {
  store: BlobStore;
  out: string;
  plan: Plan;
  tables: LeafTables;
  header: Uint8Array;
  state: WorkState;
  manifest: Manifest;
  records: RecordSet | undefined;
  signer: DocumentSigner;
}

/** Stores everything but the chunks, and last the record that names it all. */
async function finish(done: Finished): Promise<EncodingRecord> {
  const { store, plan, tables, manifest, records } = done;
  const bytes = manifestBytes(manifest);
  const hash = manifestHash(bytes, nodeSha256);
  const bundle = await signResources(manifest.name, [{ name: "manifest.json", digest: hash }], done.signer);
  const record: EncodingRecord = {
    format: "colophon-encoding",
    formatVersion: 1,
    contentRoot: toHex(tables.contentRoot),
    encodingRoot: toHex(tables.encodingRoot),
    encodingId: toHex(done.state.encodingId),
    header: toHex(done.header),
    chunks: plan.chunkCount,
    bytes: plan.byteCount,
    recordRoot: records ? toHex(records.root()) : ZERO,
    recordCount: records?.size ?? 0,
    manifestHash: hash,
    contentLeaves: await putBlob(store, tables.contentLeaves),
    encodingLeaves: await putBlob(store, tables.encodingLeaves),
    manifest: await putBlob(store, bytes),
    signature: await putBlob(store, canonicalBytes(bundle)),
    records: records ? await putBlob(store, packedIds(records)) : null,
  };
  await writeRecord(done.out, record);
  return record;
}

/** Stores bytes under their SHA-256. */
export async function putBlob(store: BlobStore, bytes: Uint8Array): Promise<BlobName> {
  const name = blobName(toHex(nodeSha256(bytes)));
  await store.put(name, bytes);
  return name;
}

function buildManifest(
  parameters: IngestParameters,
  plan: Plan,
  contentRoot: Uint8Array,
  records: RecordSet | undefined,
  created: number,
): Manifest {
  const { mediaTypes = [], pipeline = [], ...fields } = parameters.manifest;
  const { kind, description } = parameters.records ?? { kind: "derived", description: "" };
  return {
    format: "colophon-manifest",
    formatVersion: 1,
    ...fields,
    created,
    content: {
      root: toHex(contentRoot),
      chunkSize: PLAIN_CHUNK_SIZE,
      chunks: plan.chunkCount,
      files: plan.chunksPerFile.length,
      bytes: plan.byteCount,
      fileListFirst: plan.chunkCount - (plan.chunksPerFile.at(-1) ?? 0),
      mediaTypes,
    },
    records: records ? { root: toHex(records.root()), count: records.size, ids: kind, record: description } : null,
    pipeline: [...pipeline, ownStep(plan)],
  };
}

function ownStep(plan: Plan): Manifest["pipeline"][number] {
  const counts = [
    { name: "files", value: plan.files.length },
    { name: "bytes", value: plan.byteCount },
  ];
  return { step: "chunk and hash", tool: PACKAGE.name, version: PACKAGE.version, status: "passed", counts };
}

function versionInput(record: EncodingRecord): VersionInput {
  return {
    contentRoot: record.contentRoot,
    recordRoot: record.recordRoot,
    manifestHash: record.manifestHash,
    chunkCount: record.chunks,
    recordCount: BigInt(record.recordCount),
    byteSize: BigInt(record.bytes),
  };
}

function packedIds(records: RecordSet): Uint8Array {
  const out = Buffer.alloc(records.size * 8);
  for (const [i, id] of records.ids.entries()) out.writeBigUInt64BE(id, i * 8);
  return out;
}

function newState(): WorkState {
  return { datasetKey: randomBytes(32), encodingId: randomBytes(32), created: Math.floor(Date.now() / 1000) };
}

/** Fails before the work rather than after hours of it. A resumed run needs less; then this is only a little strict. */
async function requireRoom(store: BlobStore, plan: Plan): Promise<void> {
  const free = await store.freeBytes?.();
  const needed = plan.byteCount + SPARE_BYTES;
  if (free !== undefined && free < needed) {
    throw new IngestError(
      "disk-full",
      `the store has ${free} bytes free, expected ${needed}: free some space and run again.`,
    );
  }
}

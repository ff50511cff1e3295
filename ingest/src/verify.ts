import {
  CHUNK_LEAF_SIZE,
  type ChunkLeaf,
  CompactRange,
  decodeChunkLeaf,
  equalBytes,
  fromHex,
  type Hex,
  leafHash,
  readManifest,
  TAG_SIZE,
  toHex,
  verifyBundle,
} from "@colophon-protocol/sdk/formats";
import { type BlobStore, blobName } from "./blobs.js";
import { nodeSha256 } from "./engine.js";
import { IngestError } from "./errors.js";
import type { EncodingRecord } from "./record.js";

/** What is wrong with a stored chunk. */
export interface ChunkFault {
  index: number;
  fault: "missing" | "truncated" | "altered" | "duplicate";
}

/**
 * Checks what is stored of an encoding, without any key: manifest and signature, both trees, and every chunk's bytes.
 * @param trustedKeys public keys (SubjectPublicKeyInfo, DER) of which one must have signed the manifest
 * @returns chunks that are not as they should be; none when all is well
 * @throws FormatError or IngestError `corrupt` when manifest, signature or tables are wrong: then chunks mean nothing
 */
export async function verifyStored(
  store: BlobStore,
  record: EncodingRecord,
  trustedKeys: readonly Uint8Array[],
): Promise<ChunkFault[]> {
  await verifyManifest(store, record, trustedKeys);
  const content = await readLeaves(store, record.contentLeaves, record.contentRoot, record.chunks);
  const encoding = await readLeaves(store, record.encodingLeaves, record.encodingRoot, record.chunks);
  const seen = new Set<string>();
  const faults: ChunkFault[] = [];
  for (const [index, leaf] of encoding.entries()) {
    requirePair(content[index] as ChunkLeaf, leaf);
    const name = blobName(toHex(leaf.digest));
    const fault = seen.has(name) ? "duplicate" : await chunkFault(store, name, leaf);
    seen.add(name);
    if (fault) faults.push({ index, fault });
  }
  return faults;
}

async function verifyManifest(store: BlobStore, record: EncodingRecord, keys: readonly Uint8Array[]): Promise<void> {
  const manifest = readManifest(await store.get(record.manifest), record.manifestHash, nodeSha256);
  if (manifest.content.root !== record.contentRoot || manifest.content.chunks !== record.chunks) {
    const { root, chunks } = manifest.content;
    throw corrupt(
      `the manifest is about ${chunks} chunks under ${root}, not ${record.chunks} under ${record.contentRoot}`,
    );
  }
  const bundle = JSON.parse(new TextDecoder().decode(await store.get(record.signature)));
  await verifyBundle(bundle, keys, [{ name: "manifest.json", digest: record.manifestHash }]);
}

async function readLeaves(store: BlobStore, name: string, root: Hex, count: number): Promise<ChunkLeaf[]> {
  const bytes = await store.get(name);
  if (bytes.length !== count * CHUNK_LEAF_SIZE)
    throw corrupt(`table ${name} has ${bytes.length} bytes for ${count} chunks`);
  const range = new CompactRange(nodeSha256);
  const leaves = Array.from({ length: count }, (_, index) => {
    const encoded = bytes.subarray(index * CHUNK_LEAF_SIZE, (index + 1) * CHUNK_LEAF_SIZE);
    range.append(leafHash(encoded, nodeSha256));
    const leaf = decodeChunkLeaf(encoded);
    if (leaf.index !== index) throw corrupt(`leaf ${index} of table ${name} says that it is leaf ${leaf.index}`);
    return leaf;
  });
  if (!equalBytes(range.root(), fromHex(root)))
    throw corrupt(`table ${name} has root ${toHex(range.root())}, expected ${root}`);
  return leaves;
}

function requirePair(content: ChunkLeaf, encoding: ChunkLeaf): void {
  if (content.flags !== encoding.flags || content.size + TAG_SIZE !== encoding.size) {
    throw corrupt(`the two leaves of chunk ${content.index} do not belong together`);
  }
}

async function chunkFault(store: BlobStore, name: string, leaf: ChunkLeaf): Promise<ChunkFault["fault"] | undefined> {
  const size = await store.size(name);
  if (size === undefined) return "missing";
  if (size !== leaf.size) return "truncated";
  return equalBytes(nodeSha256(await store.get(name)), leaf.digest) ? undefined : "altered";
}

function corrupt(problem: string): IngestError {
  return new IngestError("corrupt", `${problem}: ingest the data again, or restore the store.`);
}

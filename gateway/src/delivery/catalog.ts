/** Encodings that this provider serves, with their trees in memory: bounded, loaded on demand, checked when loaded. */
import { createHash } from "node:crypto";
import type { ServedTree } from "@colophon-protocol/sdk/delivery";
import {
  CHUNK_LEAF_SIZE,
  type ChunkLeaf,
  chunkLeafHash,
  decodeChunkLeaf,
  levelLength,
  MerkleTree,
  type NodeSource,
  type Sha256,
  toHex,
} from "@colophon-protocol/sdk/formats";
import { and, eq } from "drizzle-orm";
import type { BlobStore } from "../blobs/store.js";
import type { ChainReader } from "../chain/reader.js";
import type { Database } from "../db/open.js";
import { encodings } from "../db/schema.js";
import { notFound, Problem } from "../errors.js";

/** Dataset, version and encoding number. */
export interface EncodingId {
  datasetId: bigint;
  version: number;
  encoding: number;
}

export type EncodingRow = typeof encodings.$inferSelect;

/** A tree over chunks with the byte offset of each. */
export interface ChunkTable extends ServedTree {
  /** Byte offsets of all chunks in the concatenation of chunks, and its length at the end. */
  offsets: Float64Array;
}

/** An encoding ready to be served. */
export interface ServedEncoding {
  id: EncodingId;
  row: EncodingRow;
  cipher: ChunkTable;
  content: ChunkTable;
}

/** `node:crypto` instead of the portable SHA-256: several times as fast. */
export const nodeSha256: Sha256 = (data) => new Uint8Array(createHash("sha256").update(data).digest());

const LIVE_TTL_MS = 15_000;

/** Finds encodings; keeps the trees of the ones used last. */
export class Catalog {
  private readonly loaded = new Map<string, Promise<ServedEncoding>>();
  private readonly live = new Map<string, number>();
  private chunksLoaded = 0;

  /** @param maxChunks chunks whose leaves and nodes are kept in memory, at about 230 bytes each */
  constructor(
    private readonly db: Database,
    private readonly blobs: BlobStore,
    private readonly chain: ChainReader,
    private readonly provider: string,
    private readonly maxChunks: number,
    private readonly now: () => number = Date.now,
  ) {}

  /** The stored row of an encoding, accepted or live. @throws Problem 404 */
  async find(id: EncodingId): Promise<EncodingRow> {
    const { datasetId, version, encoding } = id;
    const rows = await this.db.run((db) =>
      db
        .select()
        .from(encodings)
        .where(
          and(
            eq(encodings.datasetId, datasetId.toString()),
            eq(encodings.version, version),
            eq(encodings.encoding, encoding),
          ),
        ),
    );
    if (rows[0]) return rows[0];
    throw notFound(`Encoding ${encoding} of version ${version} of dataset ${datasetId} is not served here.`);
  }

  /**
   * An encoding that the chain knows as ours, with its trees.
   * @throws Problem 404 when it is not served here, 409 when it is not on chain yet or differs from what is there
   */
  async serve(id: EncodingId): Promise<ServedEncoding> {
    const key = `${id.datasetId}/${id.version}/${id.encoding}`;
    let entry = this.loaded.get(key);
    if (!entry) {
      entry = this.load(id);
      this.loaded.set(key, entry);
      entry.then(
        (served) => this.admit(key, served),
        () => this.loaded.delete(key),
      );
    } else {
      this.loaded.delete(key); // Back to the end: the map's order is the order of use.
      this.loaded.set(key, entry);
    }
    const served = await entry;
    await this.requireLive(key, served.row, id);
    return served;
  }

  /** Forgets an encoding that was registered anew. */
  forget({ datasetId, version, encoding }: EncodingId): void {
    const key = `${datasetId}/${version}/${encoding}`;
    this.loaded.delete(key);
    this.live.delete(key);
  }

  private async load(id: EncodingId): Promise<ServedEncoding> {
    const row = await this.find(id);
    const [cipher, content] = await Promise.all([
      loadTable(this.blobs, row.encodingLeaves, row.chunkCount, row.encodingRoot),
      loadTable(this.blobs, row.contentLeaves, row.chunkCount, row.contentRoot),
    ]);
    return { id, row, cipher, content };
  }

  private admit(key: string, served: ServedEncoding): void {
    this.chunksLoaded += served.cipher.size;
    for (const [oldest, entry] of this.loaded) {
      if (this.chunksLoaded <= this.maxChunks || oldest === key) break;
      this.loaded.delete(oldest);
      entry.then(
        (old) => {
          this.chunksLoaded -= old.cipher.size;
        },
        () => undefined,
      );
    }
  }

  /** The chain's word, not ours: root, provider and envelope must be the ones that stand there. */
  private async requireLive(
    key: string,
    row: EncodingRow,
    { datasetId, version, encoding }: EncodingId,
  ): Promise<void> {
    if ((this.live.get(key) ?? 0) > this.now()) return;
    const { block } = await this.chain.confirmed(true);
    const onChain = await this.chain.read("datasetRegistry", "encodingOf", [datasetId, version, encoding], block);
    if (!onChain)
      throw new Problem(409, "conflict", "This encoding is not on chain yet: the dataset's owner must add it.");
    const envelopeHash = await this.chain.envelopeHashOf(datasetId, version, encoding, block);
    const same =
      onChain.encodingRoot === row.encodingRoot &&
      onChain.provider.toLowerCase() === this.provider.toLowerCase() &&
      envelopeHash === row.envelopeHash;
    if (!same) throw new Problem(409, "conflict", "The encoding on chain is not the one that this provider accepted.");
    this.live.set(key, this.now() + LIVE_TTL_MS);
  }
}

/**
 * Reads a leaf table and builds its tree.
 * @param name SHA-256 of the table: 45 bytes per leaf, in order
 * @throws Problem 400 when it is not the table of a tree with that root
 */
export async function loadTable(blobs: BlobStore, name: string, size: number, root: string): Promise<ChunkTable> {
  const table = await blobs.read(name, 0, size * CHUNK_LEAF_SIZE);
  const leaf = (index: number): ChunkLeaf =>
    decodeChunkLeaf(table.subarray(index * CHUNK_LEAF_SIZE, (index + 1) * CHUNK_LEAF_SIZE));
  const tree = new MerkleTree(nodeSha256);
  const offsets = new Float64Array(size + 1);
  for (let index = 0; index < size; index++) {
    const entry = leaf(index);
    if (entry.index !== index)
      throw new Problem(400, "invalid_request", `Leaf ${index} of table ${name} has index ${entry.index}.`);
    tree.append(chunkLeafHash(entry, nodeSha256));
    offsets[index + 1] = (offsets[index] as number) + entry.size;
  }
  const computed = tree.root();
  if (toHex(computed) !== root) {
    throw new Problem(400, "invalid_request", `Table ${name} gives root ${toHex(computed)}, expected ${root}.`);
  }
  return { root: computed, size, leaf, node: storedNodes(tree), offsets };
}

function storedNodes(tree: MerkleTree): NodeSource {
  const bytes = tree.serialize();
  const starts: number[] = [];
  for (let level = 0, at = 0; levelLength(tree.size, level) > 0; level++) {
    starts.push(at);
    at += levelLength(tree.size, level);
  }
  return (level, index) => {
    const at = ((starts[level] as number) + index) * 32;
    return bytes.subarray(at, at + 32);
  };
}

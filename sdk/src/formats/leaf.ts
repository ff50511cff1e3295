import { concat, requireLength, requireUint, u32be, u64be, viewOf } from "./bytes.js";
import { FormatError } from "./errors.js";
import { type Sha256, sha256 } from "./hash.js";
import { leafHash } from "./tree.js";

/** Bytes in a chunk leaf before hashing. */
export const CHUNK_LEAF_SIZE = 45;

/** Bits of a leaf's `flags`; all others are zero. */
export const ChunkFlag = {
  /** The last (or only) chunk of its file. */
  Last: 1,
  /** A chunk of the file list, which is the last file of a version. */
  FileList: 2,
} as const;

const KNOWN_FLAGS = ChunkFlag.Last | ChunkFlag.FileList;

/**
 * One chunk in a content tree (`digest` = SHA-256 of the plaintext) or an encoding tree (of the ciphertext).
 * `size` is the number of bytes that were hashed; `index` counts from 0 over the whole version.
 */
export interface ChunkLeaf {
  index: number;
  size: number;
  flags: number;
  digest: Uint8Array;
}

/**
 * The 45 bytes `index u64be | size u32be | flags u8 | digest`.
 * @throws FormatError `value` when a field is out of range
 */
export function encodeChunkLeaf(leaf: ChunkLeaf): Uint8Array {
  requireUint(leaf.flags, 0xff, "leaf flags");
  if ((leaf.flags & ~KNOWN_FLAGS) !== 0) {
    throw new FormatError("value", `leaf flags ${leaf.flags} have unknown bits: expected only ${KNOWN_FLAGS} or less.`);
  }
  requireLength(leaf.digest, 32, "leaf digest");
  return concat(u64be(leaf.index), u32be(leaf.size), Uint8Array.of(leaf.flags), leaf.digest);
}

/**
 * The inverse of `encodeChunkLeaf`.
 * @throws FormatError `value` on any other length, unknown flags or an index beyond 2^53
 */
export function decodeChunkLeaf(bytes: Uint8Array): ChunkLeaf {
  requireLength(bytes, CHUNK_LEAF_SIZE, "chunk leaf");
  const view = viewOf(bytes);
  const flags = view.getUint8(12);
  if ((flags & ~KNOWN_FLAGS) !== 0) {
    throw new FormatError("value", `leaf flags ${flags} have unknown bits: this data needs a newer version.`);
  }
  const index = Number(view.getBigUint64(0));
  requireUint(index, Number.MAX_SAFE_INTEGER, "leaf index");
  return { index, size: view.getUint32(8), flags, digest: bytes.slice(13) };
}

/** A leaf table's leaves, in order. @throws FormatError `value` when it is no whole number of leaves, or one is malformed */
export function decodeChunkLeaves(table: Uint8Array): ChunkLeaf[] {
  if (table.length === 0 || table.length % CHUNK_LEAF_SIZE !== 0) {
    throw new FormatError(
      "value",
      `a leaf table has ${table.length} bytes, expected ${CHUNK_LEAF_SIZE} for each chunk.`,
    );
  }
  return Array.from({ length: table.length / CHUNK_LEAF_SIZE }, (_, i) =>
    decodeChunkLeaf(table.subarray(i * CHUNK_LEAF_SIZE, (i + 1) * CHUNK_LEAF_SIZE)),
  );
}

/** RFC 9162 hash of a chunk's leaf. */
export function chunkLeafHash(leaf: ChunkLeaf, hash: Sha256 = sha256): Uint8Array {
  return leafHash(encodeChunkLeaf(leaf), hash);
}

/** The leaf of a chunk from its bytes: plaintext for a content tree, ciphertext for an encoding tree. */
export function leafOfChunk(data: Uint8Array, index: number, flags: number, hash: Sha256 = sha256): ChunkLeaf {
  return { index, size: data.length, flags, digest: hash(data) };
}

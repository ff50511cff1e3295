import { concat, equalBytes, requireLength, requireUint, u32be, u64be, utf8, viewOf } from "./bytes.js";
import { FormatError } from "./errors.js";
import { type Sha256, sha256 } from "./hash.js";

/** Bytes in a ciphertext chunk: the size of a UnixFS raw leaf. */
export const CIPHER_CHUNK_SIZE = 1_048_576;
/** Bytes that AES-GCM adds to each chunk. */
export const TAG_SIZE = 16;
/** Bytes in a plaintext chunk (ciphertext without tag); the last chunk of a file may be shorter. */
export const PLAIN_CHUNK_SIZE = 1_048_560;
/** Bytes in an encoded header. */
export const COL1_HEADER_SIZE = 136;

const MAGIC = utf8("COL1");
const PREFIX = concat(MAGIC, Uint8Array.of(1, 1, 0, 0));

/** What is public about one encryption of a version. Layout in docs/formats.md. */
export interface Col1Header {
  /** Number of files, with the file list, which is the last. */
  fileCount: number;
  /** Number of chunks of all files. */
  chunkCount: number;
  /** Index of the first chunk of the file list. */
  fileListFirst: number;
  /** Plaintext bytes of all chunks. */
  byteCount: number;
  /** 32 random bytes that name the encoding and salt its keys. */
  encodingId: Uint8Array;
  /** 32 bytes that only the right dataset key yields. */
  keyCommitment: Uint8Array;
  /** Root of the tree over all chunk keys. */
  keyRoot: Uint8Array;
}

/**
 * The 136 bytes of a header.
 * @throws FormatError `value` when a field is out of range or the counts contradict each other
 */
export function encodeCol1Header(header: Col1Header): Uint8Array {
  requireUint(header.fileCount, 0xffff_ffff, "number of files");
  requireUint(header.chunkCount, Number.MAX_SAFE_INTEGER, "number of chunks");
  requireUint(header.byteCount, header.chunkCount * PLAIN_CHUNK_SIZE, "number of bytes");
  if (header.fileCount === 0 || header.chunkCount < header.fileCount) {
    throw new FormatError(
      "value",
      `${header.fileCount} files in ${header.chunkCount} chunks: expected at least the file list, and a chunk per file.`,
    );
  }
  requireUint(header.fileListFirst, header.chunkCount - 1, "first chunk of the file list");
  requireLength(header.encodingId, 32, "encoding id");
  requireLength(header.keyCommitment, 32, "key commitment");
  requireLength(header.keyRoot, 32, "key root");
  return concat(
    PREFIX,
    u32be(PLAIN_CHUNK_SIZE),
    u32be(header.fileCount),
    u64be(header.chunkCount),
    u64be(header.fileListFirst),
    u64be(header.byteCount),
    header.encodingId,
    header.keyCommitment,
    header.keyRoot,
  );
}

/**
 * The inverse of `encodeCol1Header`.
 * @throws FormatError `value` on another length, magic, version, suite or chunk size, or contradictory counts
 */
export function decodeCol1Header(bytes: Uint8Array): Col1Header {
  requireLength(bytes, COL1_HEADER_SIZE, "COL1 header");
  if (!equalBytes(bytes.subarray(0, 8), PREFIX)) {
    throw new FormatError("value", "not a COL1 header of version 1, suite 1: use a newer version to read this data.");
  }
  const view = viewOf(bytes);
  if (view.getUint32(8) !== PLAIN_CHUNK_SIZE) {
    throw new FormatError("value", `COL1 chunk size is ${view.getUint32(8)}, expected ${PLAIN_CHUNK_SIZE}.`);
  }
  const header: Col1Header = {
    fileCount: view.getUint32(12),
    chunkCount: Number(view.getBigUint64(16)),
    fileListFirst: Number(view.getBigUint64(24)),
    byteCount: Number(view.getBigUint64(32)),
    encodingId: bytes.slice(40, 72),
    keyCommitment: bytes.slice(72, 104),
    keyRoot: bytes.slice(104, 136),
  };
  encodeCol1Header(header); // Applies the range checks.
  return header;
}

/** SHA-256 of an encoded header: part of every chunk's additional data. */
export function col1HeaderHash(headerBytes: Uint8Array, hash: Sha256 = sha256): Uint8Array {
  requireLength(headerBytes, COL1_HEADER_SIZE, "COL1 header");
  return hash(headerBytes);
}

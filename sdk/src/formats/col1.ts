import { concat, equalBytes, requireUint, u64be } from "./bytes.js";
import {
  type Col1Header,
  col1HeaderHash,
  decodeCol1Header,
  encodeCol1Header,
  PLAIN_CHUNK_SIZE,
  TAG_SIZE,
} from "./col1-header.js";
import {
  buildKeyTree,
  type ChunkPlace,
  Col1Keys,
  chunkNonce,
  chunkPlaces,
  type ShownChunkKey,
  verifyShownKey,
} from "./col1-keys.js";
import { FormatError } from "./errors.js";
import { type HmacSha256, type Sha256, sha256 } from "./hash.js";
import { ChunkFlag } from "./leaf.js";

type MaybePromise<T> = T | Promise<T>;

/** What AES-256-GCM needs for one chunk. */
export interface AeadInput {
  /** 32 bytes, used for this chunk only. */
  key: Uint8Array;
  /** 12 bytes. */
  nonce: Uint8Array;
  /** 40 bytes. */
  additionalData: Uint8Array;
}

/** AES-256-GCM with a 16-byte tag at the end of the ciphertext. `open` rejects when the tag does not fit. */
export interface Aead {
  seal(input: AeadInput, plain: Uint8Array): MaybePromise<Uint8Array>;
  open(input: AeadInput, sealed: Uint8Array): MaybePromise<Uint8Array>;
}

/** The platform's own AES-256-GCM: browsers, workers and Node. */
export const webCryptoAead: Aead = {
  async seal(input, plain) {
    const key = await importKey(input.key, "encrypt");
    return new Uint8Array(await crypto.subtle.encrypt(gcm(input), key, plain as BufferSource));
  },
  async open(input, sealed) {
    const key = await importKey(input.key, "decrypt");
    return new Uint8Array(await crypto.subtle.decrypt(gcm(input), key, sealed as BufferSource));
  },
};

/** Implementations to use instead of the portable ones. */
export interface Col1Engine {
  aead?: Aead;
  hash?: Sha256;
  hmac?: HmacSha256;
}

/** What to encrypt: the number of chunks of each file in order, the file list last, and the plaintext bytes in all. */
export interface Col1Layout {
  chunksPerFile: readonly number[];
  byteCount: number;
}

/** Number of chunks of a file of `size` bytes: at least one. */
export function chunksOf(size: number): number {
  requireUint(size, Number.MAX_SAFE_INTEGER, "file size");
  return Math.max(1, Math.ceil(size / PLAIN_CHUNK_SIZE));
}

/**
 * The header of a new encoding, before any data is read. Random ids and keys are the caller's:
 * never use one dataset key and encoding id for two different contents.
 */
export function createCol1Header(keys: Col1Keys, layout: Col1Layout, hash: Sha256 = sha256): Col1Header {
  const { chunksPerFile, byteCount } = layout;
  const chunkCount = chunksPerFile.reduce((sum, count) => sum + count, 0);
  const header: Col1Header = {
    fileCount: chunksPerFile.length,
    chunkCount,
    fileListFirst: chunkCount - (chunksPerFile.at(-1) ?? 0),
    byteCount,
    encodingId: keys.encodingId,
    keyCommitment: keys.commitment,
    keyRoot: buildKeyTree(keys, chunkPlaces(chunksPerFile), hash).root(),
  };
  encodeCol1Header(header); // Refuses contradictory layouts before anything is encrypted with them.
  return header;
}

/** Encrypts and decrypts the chunks of one encoding, in any order. */
export class Col1Cipher {
  readonly header: Col1Header;
  private readonly keys: Col1Keys;
  private readonly headerHash: Uint8Array;
  private readonly aead: Aead;
  private readonly hash: Sha256;

  /**
   * @param headerBytes the 136 bytes from the envelope
   * @param datasetKey 32 bytes
   * @throws FormatError `wrong-key` when the header does not commit to this dataset key
   */
  constructor(headerBytes: Uint8Array, datasetKey: Uint8Array, engine: Col1Engine = {}) {
    this.aead = engine.aead ?? webCryptoAead;
    this.hash = engine.hash ?? sha256;
    this.header = decodeCol1Header(headerBytes);
    this.headerHash = col1HeaderHash(headerBytes, this.hash);
    this.keys = new Col1Keys(datasetKey, this.header.encodingId, engine.hmac);
    if (!equalBytes(this.keys.commitment, this.header.keyCommitment)) {
      throw new FormatError("wrong-key", "this dataset key does not belong to this encoding: ask for its key again.");
    }
  }

  /** Key, nonce and additional data of one chunk: for engines that encrypt in parts. Secret. */
  inputFor(place: ChunkPlace): AeadInput {
    return aeadInput(this.header, this.headerHash, place, this.keys.chunkKey(place.file, place.counter), this.hash);
  }

  /**
   * Ciphertext of one chunk, 16 bytes longer than the plaintext.
   * @throws FormatError `value` on a place outside the header's layout or a chunk of the wrong size
   */
  async encryptChunk(place: ChunkPlace, plain: Uint8Array): Promise<Uint8Array> {
    requireChunkSize(place, plain.length);
    return await this.aead.seal(this.inputFor(place), plain);
  }

  /**
   * Plaintext of one chunk. Compare its hash with the content tree before use.
   * @throws FormatError `decrypt` when the chunk was altered, belongs elsewhere, or is cut
   */
  async decryptChunk(place: ChunkPlace, sealed: Uint8Array): Promise<Uint8Array> {
    return await open(this.aead, this.inputFor(place), place, sealed);
  }

  /**
   * One chunk's key with the proof that the header commits to it: for a dispute about that chunk.
   * @param chunksPerFile the version's layout, from its file list
   */
  showKey(place: ChunkPlace, chunksPerFile: readonly number[]): ShownChunkKey {
    const tree = buildKeyTree(this.keys, chunkPlaces(chunksPerFile), this.hash);
    if (!equalBytes(tree.root(), this.header.keyRoot)) {
      throw new FormatError("mismatch", "the layout does not give the header's key root: use the version's file list.");
    }
    return {
      place,
      chunkKey: this.keys.chunkKey(place.file, place.counter),
      proof: tree.inclusionProof(place.index),
    };
  }

  /** Whether the header commits to exactly the keys that this dataset key yields for this layout: O(n) hashes. */
  verifyKeyRoot(chunksPerFile: readonly number[]): boolean {
    return equalBytes(buildKeyTree(this.keys, chunkPlaces(chunksPerFile), this.hash).root(), this.header.keyRoot);
  }
}

/**
 * Decrypts one chunk with nothing but its shown key: what an arbiter does.
 * @throws FormatError `mismatch` when the header does not commit to the key, `decrypt` when the chunk does not open
 */
export async function decryptWithShownKey(
  headerBytes: Uint8Array,
  shown: ShownChunkKey,
  sealed: Uint8Array,
  engine: Col1Engine = {},
): Promise<Uint8Array> {
  const hash = engine.hash ?? sha256;
  const header = decodeCol1Header(headerBytes);
  if (!verifyShownKey(shown, header, hash)) {
    throw new FormatError("mismatch", `the header does not commit to this key for chunk ${shown.place.index}.`);
  }
  const input = aeadInput(header, col1HeaderHash(headerBytes, hash), shown.place, shown.chunkKey, hash);
  return await open(engine.aead ?? webCryptoAead, input, shown.place, sealed);
}

function aeadInput(
  header: Col1Header,
  headerHash: Uint8Array,
  place: ChunkPlace,
  key: Uint8Array,
  hash: Sha256,
): AeadInput {
  requireUint(place.index, header.chunkCount - 1, "chunk index");
  requireUint(place.file, header.fileCount - 1, "file number");
  return {
    key,
    nonce: chunkNonce(header.encodingId, place, hash),
    additionalData: concat(headerHash, u64be(place.index)),
  };
}

async function open(aead: Aead, input: AeadInput, place: ChunkPlace, sealed: Uint8Array): Promise<Uint8Array> {
  if (!isChunkSize(place, sealed.length - TAG_SIZE)) {
    throw new FormatError(
      "decrypt",
      `chunk ${place.index} has ${sealed.length} bytes, expected ${sizeRule(place, TAG_SIZE)}: fetch it again.`,
    );
  }
  try {
    return await aead.open(input, sealed);
  } catch (cause) {
    throw new FormatError(
      "decrypt",
      `chunk ${place.index} does not decrypt: it was altered, cut, or belongs to another place or encoding. Fetch it again.`,
      { cause },
    );
  }
}

function requireChunkSize(place: ChunkPlace, size: number): void {
  if (!isChunkSize(place, size)) {
    throw new FormatError("value", `chunk ${place.index} has ${size} bytes, expected ${sizeRule(place, 0)}.`);
  }
}

/** Only the last chunk of a file may be shorter than the others. */
function isChunkSize(place: ChunkPlace, size: number): boolean {
  return isLast(place) ? size >= 0 && size <= PLAIN_CHUNK_SIZE : size === PLAIN_CHUNK_SIZE;
}

function sizeRule(place: ChunkPlace, extra: number): string {
  const full = PLAIN_CHUNK_SIZE + extra;
  return isLast(place) ? `${extra} to ${full}` : `${full}`;
}

function isLast(place: ChunkPlace): boolean {
  return (place.flags & ChunkFlag.Last) !== 0;
}

function importKey(key: Uint8Array, use: "encrypt" | "decrypt"): Promise<CryptoKey> {
  return crypto.subtle.importKey("raw", key as BufferSource, "AES-GCM", false, [use]);
}

function gcm(input: AeadInput): AesGcmParams {
  return {
    name: "AES-GCM",
    iv: input.nonce as BufferSource,
    additionalData: input.additionalData as BufferSource,
    tagLength: TAG_SIZE * 8,
  };
}

import { concat, requireLength, u32be, u64be, utf8 } from "./bytes.js";
import { FormatError } from "./errors.js";
import { type HmacSha256, hmacSha256, type Sha256, sha256 } from "./hash.js";
import { ChunkFlag } from "./leaf.js";
import { leafHash, MerkleTree, verifyInclusion } from "./tree.js";

/** Bytes in a dataset key, file key, chunk key and encoding id. */
export const KEY_SIZE = 32;

const COMMITMENT_INFO = utf8("COL1 commitment");
const FILE_INFO = utf8("COL1 file");
const CHUNK_INFO = utf8("COL1 chunk");
const NONCE_INFO = utf8("COL1 nonce");
const FIRST_BLOCK = Uint8Array.of(1);

/** Where a chunk is: `index` in the version, `counter` in file number `file`, and its leaf's `flags`. */
export interface ChunkPlace {
  index: number;
  file: number;
  counter: number;
  flags: number;
}

/** One chunk's key with what shows that the header commits to it. */
export interface ShownChunkKey {
  place: ChunkPlace;
  chunkKey: Uint8Array;
  proof: readonly Uint8Array[];
}

/** Keys of one encoding, derived from its dataset key. Holds secrets: do not log or serialize. */
export class Col1Keys {
  private readonly prk: Uint8Array;
  private lastFile = -1;
  private lastFileKey: Uint8Array = new Uint8Array(0);

  /**
   * @param datasetKey 32 secret bytes
   * @param encodingId 32 public bytes
   * @param hmac HMAC-SHA256 to use instead of the portable one
   */
  constructor(
    datasetKey: Uint8Array,
    readonly encodingId: Uint8Array,
    private readonly hmac: HmacSha256 = hmacSha256,
  ) {
    requireLength(datasetKey, KEY_SIZE, "dataset key");
    requireLength(encodingId, KEY_SIZE, "encoding id");
    this.prk = hmac(encodingId, datasetKey); // HKDF-Extract
  }

  /** 32 public bytes that only this dataset key yields. */
  get commitment(): Uint8Array {
    return this.expand(this.prk, COMMITMENT_INFO);
  }

  /** Key of file number `file`, from which its chunk keys follow. */
  fileKey(file: number): Uint8Array {
    if (file !== this.lastFile) {
      this.lastFileKey = this.expand(this.prk, FILE_INFO, u32be(file));
      this.lastFile = file;
    }
    return this.lastFileKey;
  }

  /** Key of one chunk; shows nothing about any other. */
  chunkKey(file: number, counter: number): Uint8Array {
    return this.expand(this.fileKey(file), CHUNK_INFO, u32be(counter));
  }

  /** HKDF-Expand to 32 bytes, which is its first block alone. */
  private expand(key: Uint8Array, ...info: Uint8Array[]): Uint8Array {
    return this.hmac(key, concat(...info, FIRST_BLOCK));
  }
}

/** The places of all chunks in order, from the number of chunks of each file (the file list last). */
export function* chunkPlaces(chunksPerFile: Iterable<number>): Generator<ChunkPlace> {
  const counts = [...chunksPerFile];
  let index = 0;
  for (const [file, count] of counts.entries()) {
    if (!Number.isSafeInteger(count) || count < 1) {
      throw new FormatError("value", `file ${file} has ${count} chunks, expected at least 1: an empty file has one.`);
    }
    const listFlag = file === counts.length - 1 ? ChunkFlag.FileList : 0;
    for (let counter = 0; counter < count; counter++) {
      const lastFlag = counter === count - 1 ? ChunkFlag.Last : 0;
      yield { index: index++, file, counter, flags: listFlag | lastFlag };
    }
  }
}

/** Leaf hash of a chunk key in the key tree. */
export function keyLeafHash(place: ChunkPlace, chunkKey: Uint8Array, hash: Sha256 = sha256): Uint8Array {
  requireLength(chunkKey, KEY_SIZE, "chunk key");
  const { index, file, counter, flags } = place;
  return leafHash(concat(u64be(index), u32be(file), u32be(counter), Uint8Array.of(flags), chunkKey), hash);
}

/** The tree over all chunk keys, whose root the header commits to. Its leaves are hashes: it holds no secret. */
export function buildKeyTree(keys: Col1Keys, places: Iterable<ChunkPlace>, hash: Sha256 = sha256): MerkleTree {
  const tree = new MerkleTree(hash);
  for (const place of places) {
    tree.append(keyLeafHash(place, keys.chunkKey(place.file, place.counter), hash));
  }
  return tree;
}

/** Whether a shown chunk key is the one that the header's key root commits to, at that place. Never throws. */
export function verifyShownKey(
  shown: ShownChunkKey,
  header: { keyRoot: Uint8Array; chunkCount: number },
  hash: Sha256 = sha256,
): boolean {
  try {
    return verifyInclusion(
      {
        leafHash: keyLeafHash(shown.place, shown.chunkKey, hash),
        index: shown.place.index,
        size: header.chunkCount,
        proof: shown.proof,
        root: header.keyRoot,
      },
      hash,
    );
  } catch {
    return false;
  }
}

/** The public 12-byte nonce of a chunk: 7-byte prefix of its file, counter, last flag. */
export function chunkNonce(encodingId: Uint8Array, place: ChunkPlace, hash: Sha256 = sha256): Uint8Array {
  const prefix = hash(concat(NONCE_INFO, encodingId, u32be(place.file))).subarray(0, 7);
  return concat(prefix, u32be(place.counter), Uint8Array.of(place.flags & ChunkFlag.Last));
}

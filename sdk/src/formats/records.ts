import { concat, viewOf } from "./bytes.js";
import { FormatError } from "./errors.js";
import { type Sha256, sha256 } from "./hash.js";
import { leafHash, MerkleTree, verifyInclusion } from "./tree.js";

/** Record ids in one leaf of the record tree. */
export const RECORDS_PER_LEAF = 1024;

const RECORD_PREFIX = Uint8Array.of(2);

/** Shows that an id is in a record set: the whole leaf that holds it, with its path. */
export interface RecordProof {
  leafIndex: number;
  leafCount: number;
  /** Up to 1024 ids of 8 bytes, big endian, ascending. */
  ids: Uint8Array;
  proof: readonly Uint8Array[];
}

/** Id of a record: the first 8 bytes of SHA-256(0x02 ‖ canonical record). */
export function recordId(canonicalRecord: Uint8Array, hash: Sha256 = sha256): bigint {
  return viewOf(hash(concat(RECORD_PREFIX, canonicalRecord))).getBigUint64(0);
}

/** A set of record ids with its root and proofs. */
export class RecordSet {
  /** Distinct ids, ascending. */
  readonly ids: BigUint64Array;
  private readonly tree: MerkleTree;

  /**
   * @param ids in any order; equal ids (equal records) count once
   * @throws FormatError `value` when there is none
   */
  constructor(ids: Iterable<bigint>, hash: Sha256 = sha256) {
    const sorted = (ids instanceof BigUint64Array ? ids.slice() : BigUint64Array.from(ids)).sort();
    this.ids = sorted.filter((id, i) => i === 0 || id !== sorted[i - 1]);
    if (this.ids.length === 0)
      throw new FormatError("value", "a record set needs at least one id: leave it out instead.");
    this.tree = new MerkleTree(hash);
    for (let leaf = 0; leaf * RECORDS_PER_LEAF < this.ids.length; leaf++) {
      this.tree.append(leafHash(this.packed(leaf), hash));
    }
  }

  /** Number of distinct ids. */
  get size(): number {
    return this.ids.length;
  }

  /** Root of the record tree: a version's `recordRoot`, or a `revokedRoot`. */
  root(): Uint8Array {
    return this.tree.root();
  }

  /** True when `id` is in the set. */
  has(id: bigint): boolean {
    return this.position(id) >= 0;
  }

  /**
   * Proof that `id` is in the set.
   * @throws FormatError `value` when it is not
   */
  prove(id: bigint): RecordProof {
    const at = this.position(id);
    if (at < 0) throw new FormatError("value", `record ${id} is not in the set.`);
    const leafIndex = Math.floor(at / RECORDS_PER_LEAF);
    return {
      leafIndex,
      leafCount: this.tree.size,
      ids: this.packed(leafIndex),
      proof: this.tree.inclusionProof(leafIndex),
    };
  }

  private packed(leaf: number): Uint8Array {
    const ids = this.ids.subarray(leaf * RECORDS_PER_LEAF, (leaf + 1) * RECORDS_PER_LEAF);
    const out = new Uint8Array(ids.length * 8);
    const view = viewOf(out);
    for (const [i, id] of ids.entries()) view.setBigUint64(i * 8, id);
    return out;
  }

  private position(id: bigint): number {
    let low = 0;
    let high = this.ids.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const value = this.ids[middle] as bigint;
      if (value === id) return middle;
      if (value < id) low = middle + 1;
      else high = middle - 1;
    }
    return -1;
  }
}

/** Whether a proof shows `id` under `root`; also checks that the leaf is sorted and well filled. Never throws. */
export function verifyRecord(id: bigint, proof: RecordProof, root: Uint8Array, hash: Sha256 = sha256): boolean {
  const { ids, leafIndex, leafCount } = proof;
  const count = ids.length / 8;
  const isFull = count === RECORDS_PER_LEAF;
  if (!Number.isInteger(count) || count < 1 || count > RECORDS_PER_LEAF) return false;
  if (!isFull && leafIndex !== leafCount - 1) return false;
  const view = viewOf(ids);
  let found = false;
  for (let i = 0; i < count; i++) {
    const value = view.getBigUint64(i * 8);
    if (i > 0 && value <= view.getBigUint64((i - 1) * 8)) return false;
    found ||= value === id;
  }
  const leaf = leafHash(ids, hash);
  return (
    found && verifyInclusion({ leafHash: leaf, index: leafIndex, size: leafCount, proof: proof.proof, root }, hash)
  );
}

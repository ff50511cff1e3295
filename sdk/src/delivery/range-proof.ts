/** Proofs for a run of neighboring leaves of an RFC 9162 tree: at most two paths of siblings, however long the run. */
import { equalBytes, HASH_SIZE, type NodeSource, nodeHash, type Sha256, sha256 } from "../formats/index.js";

/** What is checked: `leafHashes` are leaves `first` and on of the tree with `size` leaves. */
export interface RangeInclusion {
  leafHashes: readonly Uint8Array[];
  first: number;
  size: number;
  proof: readonly Uint8Array[];
  root: Uint8Array;
}

/**
 * Roots of the largest subtrees left and right of leaves `first` to `first + count`, in order from the left of the tree.
 * @param node complete subtrees of the tree
 * @throws RangeError when the run is empty or reaches out of the tree
 */
export function rangeProof(
  node: NodeSource,
  first: number,
  count: number,
  size: number,
  hash: Sha256 = sha256,
): Uint8Array[] {
  if (!isRun(first, count, size)) {
    throw new RangeError(`Leaves ${first} to ${first + count} are not a run in a tree of ${size} leaves.`);
  }
  const proof: Uint8Array[] = [];
  const walk = (start: number, length: number): void => {
    if (start >= first && start + length <= first + count) return;
    if (start >= first + count || start + length <= first) {
      proof.push(subtreeRoot(node, start, length, hash));
      return;
    }
    const split = splitPoint(length);
    walk(start, split);
    walk(start + split, length - split);
  };
  walk(0, size);
  return proof;
}

/**
 * Whether the leaves are in the tree with that root, at those places. False for every malformed input: never throws.
 * As with RFC 9162's proofs, `size` must come from a source that is trusted: sizes that give the same shape are not told apart.
 */
export function verifyRange(range: RangeInclusion, hash: Sha256 = sha256): boolean {
  const { leafHashes, first, size, root, proof } = range;
  const count = leafHashes.length;
  if (!isRun(first, count, size) || ![...leafHashes, ...proof, root].every(isHash)) return false;
  let used = 0;
  const walk = (start: number, length: number): Uint8Array | undefined => {
    if (start >= first + count || start + length <= first) return proof[used++];
    if (length === 1) return leafHashes[start - first];
    const split = splitPoint(length);
    const left = walk(start, split);
    const right = walk(start + split, length - split);
    return left && right && nodeHash(left, right, hash);
  };
  const computed = walk(0, size);
  return computed !== undefined && used === proof.length && equalBytes(computed, root);
}

function subtreeRoot(node: NodeSource, start: number, length: number, hash: Sha256): Uint8Array {
  const split = splitPoint(length + 1);
  if (split === length) return node(Math.round(Math.log2(length)), start / length);
  const right = subtreeRoot(node, start + split, length - split, hash);
  return nodeHash(node(Math.round(Math.log2(split)), start / split), right, hash);
}

/** The largest power of two smaller than `length`, which is at least 2. */
function splitPoint(length: number): number {
  let split = 1;
  while (split * 2 < length) split *= 2;
  return split;
}

function isRun(first: number, count: number, size: number): boolean {
  const whole = [first, count, size].every((value) => Number.isSafeInteger(value));
  return whole && first >= 0 && count > 0 && first + count <= size;
}

function isHash(value: unknown): boolean {
  return value instanceof Uint8Array && value.length === HASH_SIZE;
}

import { concat, equalBytes, requireLength, requireUint } from "./bytes.js";
import { FormatError } from "./errors.js";
import { type Sha256, sha256 } from "./hash.js";

/** Bytes in a node of the tree. */
export const HASH_SIZE = 32;

/** Where an inclusion proof gets complete subtrees: node `index` of `level` covers leaves `index·2^level` and on. */
export type NodeSource = (level: number, index: number) => Uint8Array;

/** What is checked against a root: leaf `index` of a tree with `size` leaves. */
export interface Inclusion {
  leafHash: Uint8Array;
  index: number;
  size: number;
  proof: readonly Uint8Array[];
  root: Uint8Array;
}

/** What is checked between two heads of one append-only tree. */
export interface Consistency {
  size1: number;
  size2: number;
  root1: Uint8Array;
  root2: Uint8Array;
  proof: readonly Uint8Array[];
}

const EMPTY = new Uint8Array(0);

/** RFC 9162 leaf hash: SHA-256(0x00 ‖ data). */
export function leafHash(data: Uint8Array, hash: Sha256 = sha256): Uint8Array {
  const input = new Uint8Array(data.length + 1);
  input.set(data, 1);
  return hash(input);
}

/** RFC 9162 inner node: SHA-256(0x01 ‖ left ‖ right). */
export function nodeHash(left: Uint8Array, right: Uint8Array, hash: Sha256 = sha256): Uint8Array {
  const input = new Uint8Array(1 + 2 * HASH_SIZE);
  input[0] = 1;
  input.set(left, 1);
  input.set(right, 1 + HASH_SIZE);
  return hash(input);
}

/** Number of complete subtrees of `level` in a tree of `size` leaves. */
export function levelLength(size: number, level: number): number {
  return Math.floor(size / 2 ** level);
}

/** Root over leaf hashes that are all at hand; `root([])` is the hash of nothing. */
export function root(leafHashes: readonly Uint8Array[], hash: Sha256 = sha256): Uint8Array {
  const range = new CompactRange(hash);
  for (const leaf of leafHashes) range.append(leaf);
  return range.root();
}

/**
 * The compact form of a growing tree: root in O(log n) memory. Use it where no proofs are needed.
 */
export class CompactRange {
  /** Roots of the complete subtrees, largest first, with their levels. */
  private readonly peaks: { level: number; hash: Uint8Array }[] = [];
  private count = 0;

  constructor(private readonly hash: Sha256 = sha256) {}

  /** Number of leaves so far. */
  get size(): number {
    return this.count;
  }

  /** Adds one leaf hash (32 bytes) at the right. */
  append(leaf: Uint8Array): void {
    requireLength(leaf, HASH_SIZE, "leaf hash");
    let level = 0;
    let node = leaf;
    for (let last = this.peaks.at(-1); last?.level === level; last = this.peaks.at(-1)) {
      node = nodeHash(last.hash, node, this.hash);
      this.peaks.pop();
      level++;
    }
    this.peaks.push({ level, hash: node });
    this.count++;
  }

  /** Root over all leaves so far. */
  root(): Uint8Array {
    const last = this.peaks.at(-1);
    if (!last) return this.hash(EMPTY);
    return this.peaks.slice(0, -1).reduceRight((right, peak) => nodeHash(peak.hash, right, this.hash), last.hash);
  }
}

/**
 * A tree that keeps every complete subtree, so that any proof costs O(log n) hashes. Memory: about 64 bytes per leaf.
 */
export class MerkleTree {
  private readonly levels: Uint8Array[] = [];
  private count = 0;

  constructor(private readonly hash: Sha256 = sha256) {}

  /** A tree over leaf hashes. */
  static from(leafHashes: Iterable<Uint8Array>, hash: Sha256 = sha256): MerkleTree {
    const tree = new MerkleTree(hash);
    for (const leaf of leafHashes) tree.append(leaf);
    return tree;
  }

  /**
   * A tree from `serialize()`. Nodes are taken as they are: compare `root()` with a root you trust.
   * @throws FormatError `value` when the length does not fit `size` leaves
   */
  static deserialize(bytes: Uint8Array, size: number, hash: Sha256 = sha256): MerkleTree {
    const tree = new MerkleTree(hash);
    let offset = 0;
    for (let level = 0; levelLength(size, level) > 0; level++) {
      const length = levelLength(size, level) * HASH_SIZE;
      tree.levels.push(bytes.subarray(offset, offset + length));
      offset += length;
    }
    requireLength(bytes, offset, `stored tree of ${size} leaves`);
    tree.count = size;
    return tree;
  }

  /** Number of leaves so far. */
  get size(): number {
    return this.count;
  }

  /** Adds one leaf hash (32 bytes) at the right; returns its index. */
  append(leaf: Uint8Array): number {
    requireLength(leaf, HASH_SIZE, "leaf hash");
    const index = this.count++;
    this.put(0, index, leaf);
    let level = 0;
    for (let at = index; at % 2 === 1; at = (at - 1) / 2) {
      const parent = nodeHash(this.node(level, at - 1), this.node(level, at), this.hash);
      this.put(++level, (at - 1) / 2, parent);
    }
    return index;
  }

  /** Leaf hash at `index`. */
  leaf(index: number): Uint8Array {
    requireIndex(index, this.count);
    return this.node(0, index);
  }

  /** Root over the first `size` leaves (all by default). */
  root(size: number = this.count): Uint8Array {
    requireUint(size, this.count, "tree size");
    return rootFrom(this.node, size, this.hash);
  }

  /** Inclusion proof of leaf `index` in the tree of the first `size` leaves (all by default), bottom up. */
  inclusionProof(index: number, size: number = this.count): Uint8Array[] {
    requireUint(size, this.count, "tree size");
    return inclusionProof(this.node, index, size, this.hash);
  }

  /** Consistency proof between the trees of the first `size1` and `size2` leaves. */
  consistencyProof(size1: number, size2: number = this.count): Uint8Array[] {
    requireUint(size2, this.count, "tree size");
    return consistencyProof(this.node, size1, size2, this.hash);
  }

  /** All complete subtrees, level by level from the leaves: `levelLength(size, level)` nodes of 32 bytes each. */
  serialize(): Uint8Array {
    return concat(...this.levels.map((bytes, level) => bytes.subarray(0, levelLength(this.count, level) * HASH_SIZE)));
  }

  private readonly node: NodeSource = (level, index) => {
    const nodes = this.levels[level] as Uint8Array;
    return nodes.subarray(index * HASH_SIZE, (index + 1) * HASH_SIZE);
  };

  private put(level: number, index: number, node: Uint8Array): void {
    let nodes = this.levels[level];
    const end = (index + 1) * HASH_SIZE;
    if (!nodes || nodes.length < end) {
      const grown = new Uint8Array(Math.max(end, 64 * HASH_SIZE, 2 * (nodes?.length ?? 0)));
      if (nodes) grown.set(nodes);
      this.levels[level] = grown;
      nodes = grown;
    }
    nodes.set(node, index * HASH_SIZE);
  }
}

/** Root of the first `size` leaves from complete subtrees. */
export function rootFrom(node: NodeSource, size: number, hash: Sha256 = sha256): Uint8Array {
  return size === 0 ? hash(EMPTY) : rangeRoot(node, 0, size, hash);
}

/**
 * RFC 9162 2.1.3.1: the siblings of leaf `index`, bottom up, in the tree of `size` leaves.
 * @throws FormatError `value` when `index` is not in the tree
 */
export function inclusionProof(node: NodeSource, index: number, size: number, hash: Sha256 = sha256): Uint8Array[] {
  requireIndex(index, size);
  const path: Uint8Array[] = [];
  let start = 0;
  let length = size;
  let at = index;
  while (length > 1) {
    const split = splitPoint(length);
    if (at < split) {
      path.push(rangeRoot(node, start + split, length - split, hash));
      length = split;
    } else {
      path.push(rangeRoot(node, start, split, hash));
      start += split;
      at -= split;
      length -= split;
    }
  }
  return path.reverse();
}

/**
 * RFC 9162 2.1.4.1: the nodes that show that the tree of `size1` leaves is the start of the one of `size2`.
 * @throws FormatError `value` unless 0 < size1 ≤ size2
 */
export function consistencyProof(node: NodeSource, size1: number, size2: number, hash: Sha256 = sha256): Uint8Array[] {
  requireUint(size2, Number.MAX_SAFE_INTEGER, "tree size");
  requireUint(size1, size2, "earlier tree size");
  if (size1 === 0) throw new FormatError("value", "no consistency proof starts at an empty tree: use a size from 1.");
  const path: Uint8Array[] = [];
  let start = 0;
  let length = size2;
  let old = size1;
  let known = true; // The old subtree's root is known to the verifier as long as we only went left.
  while (old !== length) {
    const split = splitPoint(length);
    if (old <= split) {
      path.push(rangeRoot(node, start + split, length - split, hash));
      length = split;
    } else {
      path.push(rangeRoot(node, start, split, hash));
      start += split;
      length -= split;
      old -= split;
      known = false;
    }
  }
  if (!known) path.push(rangeRoot(node, start, length, hash));
  return path.reverse();
}

/** RFC 9162 2.1.3.2. False for every malformed input: never throws. */
export function verifyInclusion(inclusion: Inclusion, hash: Sha256 = sha256): boolean {
  const { index, size, proof, root: expected } = inclusion;
  if (!isIndex(index, size) || !allHashes([inclusion.leafHash, expected, ...proof])) return false;
  let fn = index;
  let sn = size - 1;
  let node = inclusion.leafHash;
  for (const sibling of proof) {
    if (sn === 0) return false;
    if (fn % 2 === 1 || fn === sn) {
      node = nodeHash(sibling, node, hash);
      while (fn % 2 === 0 && fn !== 0) {
        fn /= 2;
        sn = half(sn);
      }
    } else {
      node = nodeHash(node, sibling, hash);
    }
    fn = half(fn);
    sn = half(sn);
  }
  return sn === 0 && equalBytes(node, expected);
}

/** RFC 9162 2.1.4.2. False for every malformed input: never throws. */
export function verifyConsistency(consistency: Consistency, hash: Sha256 = sha256): boolean {
  const { size1, size2, root1, root2, proof } = consistency;
  if (!isIndex(size1 - 1, size2)) return false;
  if (size1 === size2) return proof.length === 0 && equalBytes(root1, root2);
  if (!allHashes([root1, root2, ...proof])) return false;
  const nodes = isPowerOfTwo(size1) ? [root1, ...proof] : [...proof];
  const first = nodes.shift();
  if (!first || proof.length === 0) return false;
  let fn = size1 - 1;
  let sn = size2 - 1;
  while (fn % 2 === 1) {
    fn = half(fn);
    sn = half(sn);
  }
  let old = first;
  let current = first;
  for (const node of nodes) {
    if (sn === 0) return false;
    if (fn % 2 === 1 || fn === sn) {
      old = nodeHash(node, old, hash);
      current = nodeHash(node, current, hash);
      while (fn % 2 === 0 && fn !== 0) {
        fn /= 2;
        sn = half(sn);
      }
    } else {
      current = nodeHash(current, node, hash);
    }
    fn = half(fn);
    sn = half(sn);
  }
  return sn === 0 && equalBytes(old, root1) && equalBytes(current, root2);
}

/** Root of `length` leaves from `start`; `start` is a multiple of the largest power of two that `length` needs. */
function rangeRoot(node: NodeSource, start: number, length: number, hash: Sha256): Uint8Array {
  if (isPowerOfTwo(length)) return node(Math.log2(length), start / length);
  const split = splitPoint(length);
  return nodeHash(node(Math.log2(split), start / split), rangeRoot(node, start + split, length - split, hash), hash);
}

/** The largest power of two smaller than `length`, which is at least 2. */
function splitPoint(length: number): number {
  let split = 1; // No logarithm: it rounds up just below large powers of two.
  while (split * 2 < length) split *= 2;
  return split;
}

function isPowerOfTwo(value: number): boolean {
  return splitPoint(value + 1) === value;
}

function half(value: number): number {
  return Math.floor(value / 2);
}

function isIndex(index: number, size: number): boolean {
  return Number.isSafeInteger(index) && Number.isSafeInteger(size) && index >= 0 && index < size;
}

function requireIndex(index: number, size: number): void {
  if (!isIndex(index, size)) {
    throw new FormatError("value", `leaf ${index} is not in a tree of ${size} leaves: expected 0 to ${size - 1}.`);
  }
}

function allHashes(values: readonly Uint8Array[]): boolean {
  return values.every((value) => value instanceof Uint8Array && value.length === HASH_SIZE);
}

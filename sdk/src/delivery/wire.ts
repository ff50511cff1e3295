/** What goes over the wire between gateway and client: leaves with their proofs, as JSON and as the head of a chunk batch. */
import {
  type ChunkLeaf,
  chunkLeafHash,
  FormatError,
  fromHex,
  type Hex,
  type NodeSource,
  type Sha256,
  sha256,
  toHex,
  utf8,
  viewOf,
} from "../formats/index.js";
import { rangeProof, verifyRange } from "./range-proof.js";

/** Media type of a batch: u32be length of the head, head as JSON (`BatchHead`), then the ciphertext chunks in order. */
export const BATCH_MEDIA_TYPE = "application/vnd.colophon.chunks";
/** Most chunks in one batch. */
export const MAX_BATCH_CHUNKS = 64;
const MAX_HEAD_BYTES = 1 << 20;

/** Leaves `first` and on of one tree, with what shows that they are in it. */
export interface LeafRun {
  root: Hex;
  /** Leaves of the whole tree. */
  size: number;
  leaves: { size: number; flags: number; digest: Hex }[];
  proof: Hex[];
}

/** Head of a batch: the same run of chunks in the encoding tree (ciphertext) and in the content tree (plaintext). */
export interface BatchHead {
  first: number;
  encoding: LeafRun;
  content: LeafRun;
}

/** A tree with the table of its leaves, as a gateway holds it. */
export interface ServedTree {
  root: Uint8Array;
  size: number;
  node: NodeSource;
  leaf: (index: number) => ChunkLeaf;
}

/** The run of `count` leaves from `first` of one tree. @throws RangeError outside the tree */
export function leafRun(tree: ServedTree, first: number, count: number, hash: Sha256 = sha256): LeafRun {
  const proof = rangeProof(tree.node, first, count, tree.size, hash).map(toHex);
  const leaves = Array.from({ length: count }, (_, i) => {
    const { size, flags, digest } = tree.leaf(first + i);
    return { size, flags, digest: toHex(digest) };
  });
  return { root: toHex(tree.root), size: tree.size, leaves, proof };
}

/**
 * The leaves of a run, checked against a root that the caller trusts.
 * @throws FormatError `mismatch` when the proof does not lead to `root` or the tree has another size, `value` when malformed
 */
export function verifyLeafRun(
  run: LeafRun,
  first: number,
  expected: { root: Hex; size: number },
  hash: Sha256 = sha256,
): ChunkLeaf[] {
  if (run.size !== expected.size) {
    throw new FormatError("mismatch", `the tree has ${run.size} leaves, expected ${expected.size}.`);
  }
  const leaves = run.leaves.map(({ size, flags, digest }, i) => ({
    index: first + i,
    size,
    flags,
    digest: fromHex(digest, 32),
  }));
  const proof = run.proof.map((node) => fromHex(node, 32));
  const leafHashes = leaves.map((leaf) => chunkLeafHash(leaf, hash));
  if (verifyRange({ leafHashes, first, size: run.size, proof, root: fromHex(expected.root, 32) }, hash)) return leaves;
  throw new FormatError(
    "mismatch",
    `chunks ${first} to ${first + leaves.length - 1} are not in the tree with root ${expected.root}.`,
  );
}

/** Bytes that go before the chunks of a batch. */
export function encodeBatchHead(head: BatchHead): Uint8Array {
  const json = utf8(JSON.stringify(head));
  const out = new Uint8Array(4 + json.length);
  viewOf(out).setUint32(0, json.length);
  out.set(json, 4);
  return out;
}

/** Length of the head from the first 4 bytes. @throws FormatError `value` when it cannot be one */
export function batchHeadLength(bytes: Uint8Array): number {
  const length = bytes.length === 4 ? viewOf(bytes).getUint32(0) : 0;
  if (length < 2 || length > MAX_HEAD_BYTES)
    throw new FormatError("value", `a batch head of ${length} bytes was announced.`);
  return length;
}

/** The head from its JSON. @throws FormatError `value` on another shape */
export function decodeBatchHead(json: Uint8Array): BatchHead {
  let head: BatchHead;
  try {
    head = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(json)) as BatchHead;
  } catch (cause) {
    throw new FormatError("value", "the batch head is not JSON.", { cause });
  }
  if (isBatchHead(head)) return head;
  throw new FormatError("value", "the batch head lacks a field or has one of another type.");
}

/** Whether a value has the shape of a `BatchHead`. */
export function isBatchHead(value: unknown): value is BatchHead {
  const { first, encoding, content } = (value ?? {}) as Partial<BatchHead>;
  return (
    Number.isSafeInteger(first) && isRun(encoding) && isRun(content) && encoding.leaves.length === content.leaves.length
  );
}

function isRun(run: LeafRun | undefined): run is LeafRun {
  const { root, size, leaves, proof } = (run ?? {}) as Partial<LeafRun>;
  return (
    typeof root === "string" &&
    Number.isSafeInteger(size) &&
    Array.isArray(proof) &&
    proof.every((node) => typeof node === "string") &&
    Array.isArray(leaves) &&
    leaves.length > 0 &&
    leaves.length <= MAX_BATCH_CHUNKS &&
    leaves.every(
      (leaf) => typeof leaf?.digest === "string" && Number.isInteger(leaf.size) && Number.isInteger(leaf.flags),
    )
  );
}

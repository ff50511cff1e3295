/** Evidence of faults out of what was signed and served: receipts, leaves, log heads. Pure: nothing is sent. */
import { type Address, bytesToHex, type Hex } from "viem";
import { ColophonError } from "../errors/colophon-error.js";
import { equalBytes } from "../formats/bytes.js";
import { type ChunkLeaf, chunkLeafHash } from "../formats/leaf.js";
import { MerkleTree } from "../formats/tree.js";
import type { Message } from "../formats/typed-data.js";

/** A receipt with who signed it: the provider, or its key for receipts at `servedUntil`. */
export interface SignedReceipt {
  receipt: Message<"DeliveryReceipt">;
  signer: Address;
  signature: Hex;
}

/** A log head with who signed it: the provider, or its key for logs at `signedAt`. */
export interface SignedHead {
  head: Message<"Checkpoint">;
  signer: Address;
  signature: Hex;
}

/** A chunk's leaf as the contract takes it. */
export interface FaultLeaf {
  index: bigint;
  size: number;
  flags: number;
  digest: Hex;
}

/** That the served tree and the encoding tree differ in a leaf: what `proveWrongContent` wants. */
export interface Contradiction {
  /** The leaf's place in the served tree. */
  position: bigint;
  served: FaultLeaf;
  servedProof: readonly Hex[];
  /** What the encoding has at the same index. */
  encoded: FaultLeaf;
  encodedProof: readonly Hex[];
}

/** What was served, and what should have been. */
export interface ServedLeaves {
  /** Leaves of the chunks that were served, as the receipt covers them: ascending by index. */
  served: readonly ChunkLeaf[];
  /** All leaves of the encoding that the receipt names, by index. */
  encoding: readonly ChunkLeaf[];
  /** The receipt, against which the served leaves are checked. */
  receipt: Pick<Message<"DeliveryReceipt">, "servedRoot" | "chunks">;
}

/**
 * Finds the first chunk that was served other than the encoding has it, and proves it; undefined when all agree.
 * @throws ColophonError `input` when the served leaves are not those that the receipt covers
 */
export function wrongContentEvidence({ served, encoding, receipt }: ServedLeaves): Contradiction | undefined {
  const servedTree = treeOf(served);
  if (bytesToHex(servedTree.root()) !== receipt.servedRoot || BigInt(served.length) !== receipt.chunks) {
    throw new ColophonError(`These ${served.length} leaves are not what the receipt covers.`, {
      code: "input",
      hint: "Give the leaves of all chunks that were served under it, in ascending order of their indexes.",
    });
  }
  const position = served.findIndex((leaf) => contradicts(leaf, encoding[leaf.index]));
  const leaf = served[position];
  if (!leaf) return undefined;
  const encoded = encoding[leaf.index];
  return {
    position: BigInt(position),
    served: leafToChain(leaf),
    servedProof: proofToChain(servedTree.inclusionProof(position)),
    encoded: leafToChain(encoded ?? { index: leaf.index, size: 0, flags: 0, digest: new Uint8Array(32) }),
    encodedProof: encoded ? proofToChain(treeOf(encoding).inclusionProof(leaf.index)) : [],
  };
}

/**
 * Shows that two signed heads of one log cannot be of one history.
 * @param entries leaf hashes of the larger head's log, in order; not needed for heads of one size
 * @throws ColophonError `input` when they are not of one log, agree, or the entries do not make the larger root
 */
export function forkEvidence(
  heads: readonly [SignedHead, SignedHead],
  entries: readonly Uint8Array[] = [],
): { smaller: SignedHead; larger: SignedHead; path: Hex[] } {
  const [smaller, larger] = heads[0].head.size <= heads[1].head.size ? heads : [heads[1], heads[0]];
  const [early, late] = [smaller.head, larger.head];
  if (early.provider.toLowerCase() !== late.provider.toLowerCase() || early.originHash !== late.originHash) {
    throw notFork("The heads are of different logs", "Compare heads of one provider and origin.");
  }
  if (early.size === late.size) {
    if (early.root === late.root) throw notFork("The heads agree", "There is no fault in them.");
    return { smaller, larger, path: [] };
  }
  const tree = MerkleTree.from(entries.slice(0, Number(late.size)));
  if (BigInt(tree.size) !== late.size || bytesToHex(tree.root()) !== late.root) {
    throw notFork(
      "The entries do not make the larger root",
      "Give the leaf hashes of the larger head's log, in order.",
    );
  }
  const path = pathBetween(tree, Number(early.size));
  if (bytesToHex(tree.root(Number(early.size))) === early.root) {
    throw notFork("The larger log extends the smaller one", "There is no fault in them.");
  }
  return { smaller, larger, path };
}

/**
 * A consistency path from an earlier size of a tree, always with the node that it starts from: the RFC leaves that node out where
 * the earlier size is a power of two, the contract wants it.
 */
export function pathBetween(tree: MerkleTree, earlier: number): Hex[] {
  const proof = proofToChain(tree.consistencyProof(earlier));
  return isPowerOfTwo(earlier) ? [bytesToHex(tree.root(earlier)), ...proof] : proof;
}

/** A chunk's leaf as the contract takes it. */
export const leafToChain = ({ index, size, flags, digest }: ChunkLeaf): FaultLeaf => ({
  index: BigInt(index),
  size,
  flags,
  digest: bytesToHex(digest),
});

/** The inclusion proof of one leaf among all leaves of an encoding: what answers a service challenge. */
export const encodingProof = (encoding: readonly ChunkLeaf[], index: number): Hex[] =>
  proofToChain(treeOf(encoding).inclusionProof(index));

const treeOf = (leaves: readonly ChunkLeaf[]) => MerkleTree.from(leaves.map((leaf) => chunkLeafHash(leaf)));
const proofToChain = (proof: readonly Uint8Array[]): Hex[] => proof.map((node) => bytesToHex(node));
const isPowerOfTwo = (size: number) => Number.isInteger(Math.log2(size));

const contradicts = (served: ChunkLeaf, encoded: ChunkLeaf | undefined): boolean =>
  !encoded || !equalBytes(chunkLeafHash(served), chunkLeafHash(encoded));

const notFork = (what: string, hint: string) => new ColophonError(`${what}.`, { code: "input", hint });

import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { rangeProof, verifyRange } from "../../src/delivery/index.js";
import { leafHash, MerkleTree, type NodeSource, utf8 } from "../../src/formats/index.js";

const leaves = Array.from({ length: 33 }, (_, i) => leafHash(utf8(`leaf ${i}`)));

/** RFC 9162 tree by its definition, word for word: shares nothing with the SDK. */
function definedRoot(list: readonly Uint8Array[]): Uint8Array {
  if (list.length === 1) return list[0] as Uint8Array;
  let split = 1;
  while (split * 2 < list.length) split *= 2;
  const parts = [Uint8Array.of(1), definedRoot(list.slice(0, split)), definedRoot(list.slice(split))];
  return new Uint8Array(createHash("sha256").update(Buffer.concat(parts)).digest());
}

const nodes: NodeSource = (level, index) => definedRoot(leaves.slice(index * 2 ** level, (index + 1) * 2 ** level));

describe("range proofs", () => {
  it("verify for every run of every tree of up to 33 leaves, against the tree by its definition", () => {
    for (const size of [1, 2, 3, 5, 8, 13, 32, 33]) {
      const root = definedRoot(leaves.slice(0, size));
      for (let first = 0; first < size; first++) {
        for (let count = 1; first + count <= size; count++) {
          const proof = rangeProof(nodes, first, count, size);
          const leafHashes = leaves.slice(first, first + count);
          expect(verifyRange({ leafHashes, first, size, proof, root })).toBe(true);
          expect(proof.length).toBeLessThanOrEqual(2 * Math.ceil(Math.log2(size)));
        }
      }
    }
  });

  it("hold the same nodes as an RFC 9162 inclusion proof when the run is one leaf", () => {
    const tree = MerkleTree.from(leaves);
    for (const index of [0, 7, 16, 32]) {
      const sorted = (proof: Uint8Array[]) => proof.map((node) => Buffer.from(node).toString("hex")).sort();
      expect(sorted(rangeProof(nodes, index, 1, 33))).toEqual(sorted(tree.inclusionProof(index)));
    }
  });

  it("fail for another leaf, place, size or root, and for a proof that is short, long or in another order", () => {
    const size = 13;
    const root = definedRoot(leaves.slice(0, size));
    const proof = rangeProof(nodes, 4, 3, size);
    const leafHashes = leaves.slice(4, 7);
    const good = { leafHashes, first: 4, size, proof, root };
    expect(verifyRange(good)).toBe(true);
    const bad = [
      { leafHashes: leaves.slice(5, 8) },
      { leafHashes: [leafHashes[1], leafHashes[0], leafHashes[2]] as Uint8Array[] },
      { leafHashes: leafHashes.slice(0, 2) },
      { leafHashes: [] },
      { leafHashes: [new Uint8Array(31), ...leafHashes.slice(1)] },
      { first: 5 },
      { first: -1 },
      { first: 0.5 },
      { size: 20 }, // 14 has the same shape above these leaves: as in RFC 9162, the size must be known from elsewhere.
      { size: 5 },
      { root: leaves[0] as Uint8Array },
      { proof: proof.slice(1) },
      { proof: [...proof, leaves[0] as Uint8Array] },
      { proof: [...proof].reverse() },
    ];
    for (const change of bad) expect(verifyRange({ ...good, ...change })).toBe(false);
  });

  it("are refused for runs that are empty or reach out of the tree", () => {
    for (const [first, count] of [
      [0, 0],
      [0, 14],
      [13, 1],
      [-1, 1],
    ] as const) {
      expect(() => rangeProof(nodes, first, count, 13)).toThrow(RangeError);
    }
  });
});

import { hash as nodeHashOf } from "node:crypto";
import { describe, expect, it } from "vitest";
import {
  CompactRange,
  chunkLeafHash,
  decodeChunkLeaf,
  encodeChunkLeaf,
  FormatError,
  leafHash,
  MerkleTree,
  root,
  type Sha256,
  sha256,
  toHex,
  u64be,
  verifyConsistency,
  verifyInclusion,
} from "../../src/formats/index.js";
import { bytes, externalJson, hasExternal, specJson } from "./vectors.js";

const fast: Sha256 = (data) => nodeHashOf("sha256", data, "buffer");
const hashes = (count: number) => Array.from({ length: count }, (_, i) => leafHash(u64be(i)));

describe.skipIf(!hasExternal("rfc"))("tree against RFC 9162 vectors", () => {
  it("gives the published roots for 0 to 8 leaves", () => {
    const vectors = externalJson("rfc/merkle-tree.json");
    const leaves = vectors.leafInputs.map((input: string) => leafHash(bytes(input)));
    expect(vectors.roots).toHaveLength(9);
    for (const { treeSize, root: expected } of vectors.roots) {
      expect(toHex(root(leaves.slice(0, treeSize)))).toBe(`0x${expected}`);
      expect(toHex(MerkleTree.from(leaves).root(treeSize))).toBe(`0x${expected}`);
    }
  });

  it("answers all 98 inclusion cases as published", () => {
    const { cases } = externalJson("rfc/merkle-inclusion.json");
    expect(cases).toHaveLength(98);
    for (const c of cases) {
      const answer = verifyInclusion({
        leafHash: bytes(c.leafHash),
        index: c.leafIndex,
        size: c.treeSize,
        proof: (c.proof ?? []).map(bytes),
        root: bytes(c.root),
      });
      expect(answer, c.file).toBe(c.valid);
    }
  });

  it("answers all 98 consistency cases as published", () => {
    const { cases } = externalJson("rfc/merkle-consistency.json");
    expect(cases).toHaveLength(98);
    for (const c of cases) {
      const answer = verifyConsistency({
        size1: c.size1,
        size2: c.size2,
        root1: bytes(c.root1),
        root2: bytes(c.root2),
        proof: (c.proof ?? []).map(bytes),
      });
      expect(answer, c.file).toBe(c.valid);
    }
  });
});

describe("tree", () => {
  it("proves every leaf of every size up to 40, and nothing else", () => {
    const leaves = hashes(40);
    const tree = MerkleTree.from(leaves);
    for (let size = 1; size <= 40; size++) {
      const head = tree.root(size);
      expect(head).toEqual(root(leaves.slice(0, size)));
      for (let index = 0; index < size; index++) {
        const proof = tree.inclusionProof(index, size);
        const leaf = leaves[index] as Uint8Array;
        expect(verifyInclusion({ leafHash: leaf, index, size, proof, root: head })).toBe(true);
        expect(verifyInclusion({ leafHash: leaf, index: index + 1, size, proof, root: head })).toBe(false);
        expect(verifyInclusion({ leafHash: leaf, index, size, proof: [...proof, head], root: head })).toBe(false);
      }
    }
  });

  it("proves every pair of sizes consistent, and no forged head", () => {
    const tree = MerkleTree.from(hashes(33));
    for (let size2 = 1; size2 <= 33; size2++) {
      for (let size1 = 1; size1 <= size2; size1++) {
        const proof = tree.consistencyProof(size1, size2);
        const heads = { size1, size2, root1: tree.root(size1), root2: tree.root(size2), proof };
        expect(verifyConsistency(heads)).toBe(true);
        expect(verifyConsistency({ ...heads, root1: leafHash(u64be(99)) })).toBe(false);
        expect(verifyConsistency({ ...heads, root2: leafHash(u64be(99)) })).toBe(false);
      }
    }
  });

  it("gives the same root from the compact range, the stored tree and its serialized form", () => {
    for (const size of [1, 2, 3, 64, 65, 1000]) {
      const leaves = hashes(size);
      const range = new CompactRange();
      for (const leaf of leaves) range.append(leaf);
      const tree = MerkleTree.from(leaves);
      const stored = MerkleTree.deserialize(tree.serialize(), size);
      expect(range.root()).toEqual(tree.root());
      expect(stored.root()).toEqual(tree.root());
      expect(stored.inclusionProof(size - 1)).toEqual(tree.inclusionProof(size - 1));
    }
  });

  it("holds 2^20 leaves and proves each with 20 hashes", { timeout: 120_000 }, () => {
    const size = 2 ** 20;
    const tree = new MerkleTree(fast);
    const leaf = new Uint8Array(32);
    for (let i = 0; i < size; i++) {
      new DataView(leaf.buffer).setUint32(0, i);
      tree.append(leaf);
    }
    for (const index of [0, 1, 524_287, 1_048_575]) {
      new DataView(leaf.buffer).setUint32(0, index);
      const proof = tree.inclusionProof(index);
      expect(proof).toHaveLength(20);
      expect(verifyInclusion({ leafHash: leaf, index, size, proof, root: tree.root() }, fast)).toBe(true);
    }
  });

  it("uses the injected hasher with the same result", () => {
    const roots = [fast, sha256].map((hash) => toHex(MerkleTree.from(hashes(100), hash).root()));
    expect(roots[0]).toBe(roots[1]);
  });

  it("refuses indexes and sizes outside the tree", () => {
    const tree = MerkleTree.from(hashes(3));
    expect(() => tree.inclusionProof(3)).toThrow(FormatError);
    expect(() => tree.inclusionProof(0, 4)).toThrow("tree size is 4");
    expect(() => tree.consistencyProof(0, 3)).toThrow("empty tree");
    expect(() => tree.consistencyProof(3, 2)).toThrow(FormatError);
    expect(() => tree.append(new Uint8Array(31))).toThrow("leaf hash has 31 bytes");
    expect(() => MerkleTree.deserialize(new Uint8Array(32), 2)).toThrow("stored tree of 2 leaves");
  });
});

describe("chunk leaf", () => {
  const vectors = specJson("vectors/tree.json");

  it("encodes and hashes as the vectors say", () => {
    expect(vectors.leaves.length).toBeGreaterThan(3);
    for (const v of vectors.leaves) {
      const leaf = { index: v.index, size: v.size, flags: v.flags, digest: bytes(v.digest) };
      expect(toHex(encodeChunkLeaf(leaf))).toBe(v.encoded);
      expect(toHex(chunkLeafHash(leaf))).toBe(v.leafHash);
      expect(decodeChunkLeaf(bytes(v.encoded))).toEqual(leaf);
    }
  });

  it("gives the roots of the vectors", () => {
    const leaves = vectors.leaves.map((v: { leafHash: string }) => bytes(v.leafHash));
    for (const v of vectors.roots) expect(toHex(root(leaves.slice(0, v.size)))).toBe(v.root);
  });

  it("answers the inclusion vectors, valid and invalid", () => {
    expect(vectors.inclusion.some((v: { valid: boolean }) => !v.valid)).toBe(true);
    for (const v of vectors.inclusion) {
      const answer = verifyInclusion({
        leafHash: bytes(v.leafHash),
        index: v.index,
        size: v.size,
        proof: v.proof.map(bytes),
        root: bytes(v.root),
      });
      expect(answer, v.name).toBe(v.valid);
    }
  });

  it("answers the consistency vectors, valid and invalid", () => {
    for (const v of vectors.consistency) {
      const answer = verifyConsistency({
        size1: v.size1,
        size2: v.size2,
        root1: bytes(v.root1),
        root2: bytes(v.root2),
        proof: v.proof.map(bytes),
      });
      expect(answer, v.name).toBe(v.valid);
    }
  });

  it("refuses invalid leaves", () => {
    expect(vectors.invalidLeaves.length).toBeGreaterThan(2);
    for (const v of vectors.invalidLeaves) expect(() => decodeChunkLeaf(bytes(v.encoded)), v.name).toThrow(FormatError);
    const digest = new Uint8Array(32);
    expect(() => encodeChunkLeaf({ index: 0, size: 1, flags: 4, digest })).toThrow("unknown bits");
    expect(() => encodeChunkLeaf({ index: -1, size: 1, flags: 0, digest })).toThrow(FormatError);
    expect(() => encodeChunkLeaf({ index: 0, size: 2 ** 32, flags: 0, digest })).toThrow(FormatError);
    expect(() => encodeChunkLeaf({ index: 0, size: 1, flags: 0, digest: digest.slice(1) })).toThrow(FormatError);
  });
});

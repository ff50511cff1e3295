import { describe, expect, it } from "vitest";
import {
  batchHeadLength,
  decodeBatchHead,
  encodeBatchHead,
  isBatchHead,
  leafRun,
  type ServedTree,
  verifyLeafRun,
} from "../../src/delivery/index.js";
import { chunkLeafHash, leafOfChunk, MerkleTree, toHex, utf8 } from "../../src/formats/index.js";

const chunks = Array.from({ length: 9 }, (_, i) => leafOfChunk(utf8(`chunk ${i}`), i, i % 3 === 2 ? 1 : 0));
const tree = MerkleTree.from(chunks.map((leaf) => chunkLeafHash(leaf)));
const levels: Uint8Array[][] = [chunks.map((leaf) => chunkLeafHash(leaf))];
const served: ServedTree = {
  root: tree.root(),
  size: chunks.length,
  leaf: (index) => chunks[index] as (typeof chunks)[number],
  node: (level, index) =>
    MerkleTree.from((levels[0] as Uint8Array[]).slice(index * 2 ** level, (index + 1) * 2 ** level)).root(),
};
const expected = { root: toHex(served.root), size: 9 };

describe("leaf runs", () => {
  it("give back the leaves that were served", () => {
    expect(verifyLeafRun(leafRun(served, 2, 5), 2, expected)).toEqual(chunks.slice(2, 7));
  });

  it.each([
    ["another size of a chunk", { size: 1 }],
    ["another flag", { flags: 1 }],
    ["another digest", { digest: `0x${"00".repeat(32)}` as const }],
  ])("are refused with %s", (_what, change) => {
    const run = leafRun(served, 3, 2);
    run.leaves[0] = { ...(run.leaves[0] as (typeof run.leaves)[number]), ...change };
    expect(() => verifyLeafRun(run, 3, expected)).toThrow(/not in the tree/);
  });

  it("are refused for another place, root or size of the tree", () => {
    const run = leafRun(served, 3, 2);
    expect(() => verifyLeafRun(run, 4, expected)).toThrow(/not in the tree/);
    expect(() =>
      verifyLeafRun(run, 3, { root: toHex(chunkLeafHash(chunks[0] as (typeof chunks)[number])), size: 9 }),
    ).toThrow(/not in the tree/);
    expect(() => verifyLeafRun(run, 3, { ...expected, size: 8 })).toThrow(/9 leaves, expected 8/);
  });
});

describe("batch heads", () => {
  const head = { first: 1, encoding: leafRun(served, 1, 2), content: leafRun(served, 1, 2) };

  it("survive the way over the wire", () => {
    const bytes = encodeBatchHead(head);
    expect(batchHeadLength(bytes.subarray(0, 4))).toBe(bytes.length - 4);
    expect(decodeBatchHead(bytes.subarray(4))).toEqual(head);
  });

  it("are refused when they are no JSON, lack fields, or announce too much", () => {
    expect(() => decodeBatchHead(utf8("{"))).toThrow(/not JSON/);
    expect(() => decodeBatchHead(Uint8Array.of(0xff))).toThrow(/not JSON/);
    expect(() => decodeBatchHead(utf8("null"))).toThrow(/lacks a field/);
    expect(() => batchHeadLength(Uint8Array.of(0xff, 0, 0, 0))).toThrow(/announced/);
    expect(() => batchHeadLength(Uint8Array.of(0))).toThrow(/announced/);
    expect(isBatchHead({ ...head, content: leafRun(served, 1, 3) })).toBe(false);
    expect(isBatchHead({ ...head, encoding: { ...head.encoding, leaves: [] } })).toBe(false);
  });
});

import { encodeChunkLeaf, leafHash, root, sha256, toHex, utf8 } from "../../src/formats/index.js";
import { type DeliveredVersion, deliveredVersion } from "../../src/proofs/index.js";

export type Hex = `0x${string}`;
export const word = (byte: string): Hex => `0x${byte.repeat(32)}`;

/** The leaf table of a version of `count` chunks, and its root. */
export function contentOf(count: number): { leaves: Uint8Array; contentRoot: Hex } {
  const encoded = Array.from({ length: count }, (_, index) =>
    encodeChunkLeaf({ index, size: 1_000_000, flags: 0, digest: sha256(utf8(`chunk ${index}`)) }),
  );
  return { leaves: Buffer.concat(encoded), contentRoot: toHex(root(encoded.map((leaf) => leafHash(leaf)))) };
}

/** A delivery of some of its chunks. */
export function deliveryOf(count: number, chunks: number[], licenseId = 7n): DeliveredVersion {
  const { leaves, contentRoot } = contentOf(count);
  return deliveredVersion({ licenseId, datasetId: 1n, version: 1, contentRoot }, leaves, chunks);
}

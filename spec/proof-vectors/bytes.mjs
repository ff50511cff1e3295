/** Byte helpers of the proof vectors: everything that a statement reads or hashes is a row of big-endian 64-bit words. */
import { sha } from "../vector-helpers.mjs";

export const u32 = (value) => {
  const out = Buffer.alloc(4);
  out.writeUInt32BE(Number(value));
  return out;
};
export const u64 = (value) => {
  const out = Buffer.alloc(8);
  out.writeBigUInt64BE(BigInt(value));
  return out;
};
export const u256 = (value) => Buffer.from(BigInt(value).toString(16).padStart(64, "0"), "hex");
export const raw = (hex) => Buffer.from(hex.slice(2), "hex");
/** 20 bytes and 12 zeros. */
export const left20 = (address) => Buffer.concat([raw(address), Buffer.alloc(12)]);
/** An ASCII tag in 32 bytes. */
export const tag = (text) => Buffer.concat([Buffer.from(text), Buffer.alloc(32 - text.length)]);
/** Zeros up to a whole number of 64-byte blocks. */
export const blocks = (...parts) => {
  const bytes = Buffer.concat(parts);
  return Buffer.concat([bytes, Buffer.alloc((64 - (bytes.length % 64)) % 64)]);
};
export const flipped = (bytes, at = 0) => {
  const copy = Buffer.from(bytes);
  copy[at] ^= 1;
  return copy;
};
/** abi.encode of static values, given as hex or numbers: a 32-byte word each. */
export const abi = (...values) => Buffer.concat(values.map(u256));

const leafHash = (data) => sha(Buffer.of(0), data);
const nodeHash = (left, right) => sha(Buffer.of(1), left, right);

/** All levels of an RFC 9162 tree: pairs joined, a lone last node carried up as it is. */
function levels(leaves) {
  const all = [leaves];
  while (all.at(-1).length > 1) {
    const below = all.at(-1);
    const above = [];
    for (let i = 0; i < below.length; i += 2) {
      above.push(i + 1 < below.length ? nodeHash(below[i], below[i + 1]) : below[i]);
    }
    all.push(above);
  }
  return all;
}
export const rootOf = (leaves) => levels(leaves).at(-1)[0];

/** The nodes that a sorted multiproof of leaves `used` needs, level by level from the leaves, ascending within a level. */
export function multiproof(leaves, used) {
  const needed = [];
  let known = new Set(used);
  for (const level of levels(leaves).slice(0, -1)) {
    for (const at of [...known].sort((a, b) => a - b)) {
      const sibling = at % 2 === 1 ? at - 1 : at + 1;
      if (sibling < level.length && !known.has(sibling)) needed.push(level[sibling]);
    }
    known = new Set([...known].map((at) => Math.floor(at / 2)));
  }
  return needed;
}

/** Root of a sorted set of 64-bit ids, 1,024 to a leaf. */
export function setRoot(ids) {
  const leaves = [];
  for (let i = 0; i < ids.length; i += 1024) leaves.push(leafHash(Buffer.concat(ids.slice(i, i + 1024).map(u64))));
  return rootOf(leaves);
}

/** The 45 bytes of a chunk's leaf and its hash. */
export function chunkLeaf(name, index, size, flags) {
  const encoded = Buffer.concat([u64(index), u32(size), Buffer.of(flags), sha(Buffer.from(`${name} ${index}`))]);
  return { encoded, hash: leafHash(encoded) };
}

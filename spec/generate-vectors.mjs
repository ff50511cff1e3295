#!/usr/bin/env node
/**
 * Writes `vectors/tree.json` and `vectors/col1.json` with `node:crypto` alone: a second implementation of docs/formats.md, so
 * that the SDK is tested against something that shares no code with it. Run it only to add cases; existing bytes never change.
 */
import { createCipheriv, hkdfSync } from "node:crypto";
import { hex, sha, writeVectors } from "./vector-helpers.mjs";

const u32 = (n) => {
  const b = Buffer.alloc(4);
  b.writeUInt32BE(n);
  return b;
};
const u64 = (n) => {
  const b = Buffer.alloc(8);
  b.writeBigUInt64BE(BigInt(n));
  return b;
};
const leafHash = (data) => sha(Buffer.of(0), data);
const nodeHash = (left, right) => sha(Buffer.of(1), left, right);
const split = (n) => {
  let k = 1;
  while (k * 2 < n) k *= 2;
  return k;
};

// RFC 9162 section 2.1, word for word and recursive.
const mth = (d) =>
  d.length === 0
    ? sha()
    : d.length === 1
      ? d[0]
      : nodeHash(mth(d.slice(0, split(d.length))), mth(d.slice(split(d.length))));
const path = (m, d) => {
  if (d.length === 1) return [];
  const k = split(d.length);
  return m < k ? [...path(m, d.slice(0, k)), mth(d.slice(k))] : [...path(m - k, d.slice(k)), mth(d.slice(0, k))];
};
const subproof = (m, d, known) => {
  if (m === d.length) return known ? [] : [mth(d)];
  const k = split(d.length);
  return m <= k
    ? [...subproof(m, d.slice(0, k), known), mth(d.slice(k))]
    : [...subproof(m - k, d.slice(k), false), mth(d.slice(0, k))];
};

function treeVectors() {
  const FULL = 1_048_560;
  const leaves = Array.from({ length: 13 }, (_, index) => {
    const flags = [0, 0, 1, 0, 1, 1, 0, 0, 0, 1, 1, 2, 3][index];
    const size = flags & 1 ? (index * 7919) % FULL : FULL;
    const digest = sha(Buffer.from(`chunk ${index}`));
    const encoded = Buffer.concat([u64(index), u32(size), Buffer.of(flags), digest]);
    return {
      index,
      size,
      flags,
      digest: hex(digest),
      encoded: hex(encoded),
      leafHash: hex(leafHash(encoded)),
      bytes: leafHash(encoded),
    };
  });
  const hashes = leaves.map((l) => l.bytes);
  const far = { index: 987_654, size: FULL, flags: 0, digest: sha(Buffer.from("far")) };
  const farEncoded = Buffer.concat([u64(far.index), u32(far.size), Buffer.of(far.flags), far.digest]);
  leaves.push({
    ...far,
    digest: hex(far.digest),
    encoded: hex(farEncoded),
    leafHash: hex(leafHash(farEncoded)),
    bytes: leafHash(farEncoded),
  });

  const inclusion = [];
  for (const size of [1, 2, 3, 7, 8, 13]) {
    for (const index of new Set([0, size >> 1, size - 1])) {
      inclusion.push({
        name: `leaf ${index} of ${size}`,
        valid: true,
        leafHash: hex(hashes[index]),
        index,
        size,
        proof: path(index, hashes.slice(0, size)).map(hex),
        root: hex(mth(hashes.slice(0, size))),
      });
    }
  }
  const good = inclusion.find((c) => c.size === 13 && c.index === 6);
  const flip = (h) => hex(Buffer.from(h.slice(2), "hex").map((b, i) => (i === 0 ? b ^ 1 : b)));
  inclusion.push(
    { ...good, name: "wrong index", valid: false, index: 7 },
    { ...good, name: "index beyond the tree", valid: false, index: 13 },
    { ...good, name: "wrong size", valid: false, size: 17 },
    { ...good, name: "empty tree", valid: false, index: 0, size: 0, proof: [] },
    { ...good, name: "changed leaf", valid: false, leafHash: flip(good.leafHash) },
    { ...good, name: "changed root", valid: false, root: flip(good.root) },
    { ...good, name: "changed sibling", valid: false, proof: [flip(good.proof[0]), ...good.proof.slice(1)] },
    { ...good, name: "missing sibling", valid: false, proof: good.proof.slice(1) },
    { ...good, name: "missing last sibling", valid: false, proof: good.proof.slice(0, -1) },
    { ...good, name: "extra sibling", valid: false, proof: [...good.proof, good.root] },
    { ...good, name: "top down instead of bottom up", valid: false, proof: [...good.proof].reverse() },
  );
  // A path of 20 in a tree of 2^20 leaves whose other subtrees are named hashes: what an on-chain fault proof costs.
  const deepProof = Array.from({ length: 20 }, (_, level) => sha(Buffer.from(`subtree ${level}`)));
  let node = leafHash(farEncoded);
  for (let level = 0, at = far.index; level < 20; level++, at = Math.floor(at / 2)) {
    node = at % 2 === 1 ? nodeHash(deepProof[level], node) : nodeHash(node, deepProof[level]);
  }
  inclusion.push({
    name: "leaf 987654 of 2^20",
    valid: true,
    leafHash: hex(leafHash(farEncoded)),
    index: far.index,
    size: 2 ** 20,
    proof: deepProof.map(hex),
    root: hex(node),
  });

  const consistency = [];
  for (const [m, n] of [
    [1, 1],
    [1, 2],
    [2, 3],
    [3, 7],
    [4, 8],
    [6, 8],
    [8, 13],
    [13, 13],
  ]) {
    consistency.push({
      name: `${m} to ${n}`,
      valid: true,
      size1: m,
      size2: n,
      root1: hex(mth(hashes.slice(0, m))),
      root2: hex(mth(hashes.slice(0, n))),
      proof: subproof(m, hashes.slice(0, n), true).map(hex),
    });
  }
  const base = consistency.find((c) => c.size1 === 6);
  consistency.push(
    { ...base, name: "changed first root", valid: false, root1: flip(base.root1) },
    { ...base, name: "changed second root", valid: false, root2: flip(base.root2) },
    { ...base, name: "from the empty tree", valid: false, size1: 0, proof: [] },
    { ...base, name: "shrinking", valid: false, size1: 8, size2: 6 },
    { ...base, name: "missing node", valid: false, proof: base.proof.slice(1) },
    { ...base, name: "extra node", valid: false, proof: [...base.proof, base.root1] },
    { ...base, name: "same size, two heads", valid: false, size1: 8, proof: [] },
  );
  const zero = Buffer.alloc(32);
  return {
    note: "RFC 9162 tree over chunk leaves, SHA-256. Leaf = index u64be | size u32be | flags u8 | digest. Proofs are bottom up. Roots are over the first `size` leaves.",
    emptyRoot: hex(sha()),
    leaves: leaves.map(({ bytes, ...leaf }) => leaf),
    roots: Array.from({ length: 14 }, (_, size) => ({ size, root: hex(mth(hashes.slice(0, size))) })),
    inclusion,
    consistency,
    invalidLeaves: [
      { name: "one byte short", encoded: hex(Buffer.concat([u64(0), u32(1), Buffer.of(0), zero.subarray(1)])) },
      { name: "one byte long", encoded: hex(Buffer.concat([u64(0), u32(1), Buffer.of(0), zero, Buffer.of(0)])) },
      { name: "unknown flag", encoded: hex(Buffer.concat([u64(0), u32(1), Buffer.of(4), zero])) },
      { name: "index beyond 2^53", encoded: hex(Buffer.concat([u64(2n ** 53n), u32(1), Buffer.of(0), zero])) },
      { name: "empty", encoded: "0x" },
    ],
  };
}

function col1Vectors() {
  const K = sha(Buffer.from("colophon vector dataset key"));
  const E = sha(Buffer.from("colophon vector encoding id"));
  // hkdfSync does extract and expand at once; expand alone is HMAC, written out.
  const hmac = (key, data) => {
    const pad = (byte) => Buffer.alloc(64, byte).map((b, i) => b ^ (key[i] ?? 0));
    return sha(pad(0x5c), sha(pad(0x36), data));
  };
  const expand = (prk, ...info) => hmac(prk, Buffer.concat([...info, Buffer.of(1)]));
  const prk = hmac(E, K);
  const commitment = expand(prk, Buffer.from("COL1 commitment"));
  if (hex(hkdfSync("sha256", K, E, Buffer.from("COL1 commitment"), 32)) !== hex(commitment))
    throw new Error("HKDF disagrees");

  const FULL = 1_048_560;
  const chunksPerFile = [2, 1, 1];
  const lastPlain = [
    null,
    Buffer.from("the second, last chunk of file 0"),
    Buffer.alloc(0),
    Buffer.from("stand-in for a file list"),
  ];
  const byteCount = FULL + lastPlain.reduce((n, p) => n + (p?.length ?? 0), 0);
  let index = 0;
  const places = chunksPerFile.flatMap((count, file) =>
    Array.from({ length: count }, (_, counter) => ({
      index: index++,
      file,
      counter,
      flags: (counter === count - 1 ? 1 : 0) | (file === chunksPerFile.length - 1 ? 2 : 0),
    })),
  );
  const chunkKey = (p) =>
    expand(expand(prk, Buffer.from("COL1 file"), u32(p.file)), Buffer.from("COL1 chunk"), u32(p.counter));
  const nonce = (p) =>
    Buffer.concat([
      sha(Buffer.from("COL1 nonce"), E, u32(p.file)).subarray(0, 7),
      u32(p.counter),
      Buffer.of(p.flags & 1),
    ]);
  const keyLeaf = (p) =>
    leafHash(Buffer.concat([u64(p.index), u32(p.file), u32(p.counter), Buffer.of(p.flags), chunkKey(p)]));
  const keyLeaves = places.map(keyLeaf);
  const header = Buffer.concat([
    Buffer.from("COL1"),
    Buffer.of(1, 1, 0, 0),
    u32(FULL),
    u32(3),
    u64(4),
    u64(3),
    u64(byteCount),
    E,
    commitment,
    mth(keyLeaves),
  ]);
  const headerHash = sha(header);
  const seal = (p, plain) => {
    const cipher = createCipheriv("aes-256-gcm", chunkKey(p), nonce(p)).setAAD(
      Buffer.concat([headerHash, u64(p.index)]),
    );
    return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  };
  const chunks = places.map((p) => {
    const common = {
      ...p,
      chunkKey: hex(chunkKey(p)),
      nonce: hex(nonce(p)),
      keyLeafHash: hex(keyLeaf(p)),
      keyProof: path(p.index, keyLeaves).map(hex),
    };
    const plain = lastPlain[p.index];
    if (plain) return { ...common, plain: hex(plain), sealed: hex(seal(p, plain)) };
    // A full chunk is given by rule: byte i is i mod 251.
    const full = Buffer.alloc(FULL).map((_, i) => i % 251);
    const sealed = seal(p, full);
    return {
      ...common,
      plainRule: "1048560 bytes, byte i = i mod 251",
      plainSha256: hex(sha(full)),
      sealedSha256: hex(sha(sealed)),
    };
  });
  const at = (i) => ({
    index: places[i].index,
    file: places[i].file,
    counter: places[i].counter,
    flags: places[i].flags,
  });
  const sealed1 = Buffer.from(chunks[1].sealed.slice(2), "hex");
  const flipped = Buffer.from(sealed1);
  flipped[5] ^= 0x80;
  const put = (offset, bytes) => {
    const h = Buffer.from(header);
    bytes.copy(h, offset);
    return hex(h);
  };
  return {
    note: "COL1 encryption. `chunks` in order of index; `flags` bit 0 = last of its file, bit 1 = file list.",
    datasetKey: hex(K),
    encodingId: hex(E),
    chunksPerFile,
    byteCount,
    keyCommitment: hex(commitment),
    keyRoot: hex(mth(keyLeaves)),
    header: hex(header),
    headerHash: hex(headerHash),
    chunks,
    invalidHeaders: [
      { name: "one byte short", header: hex(header.subarray(0, -1)) },
      { name: "other magic", header: put(0, Buffer.from("COL2")) },
      { name: "unknown version", header: put(4, Buffer.of(2)) },
      { name: "unknown suite", header: put(5, Buffer.of(2)) },
      { name: "reserved byte set", header: put(7, Buffer.of(1)) },
      { name: "other chunk size", header: put(8, u32(FULL + 16)) },
      { name: "no files", header: put(12, u32(0)) },
      { name: "more files than chunks", header: put(12, u32(5)) },
      { name: "file list beyond the end", header: put(24, u64(4)) },
      { name: "more bytes than chunks hold", header: put(32, u64(4 * FULL + 1)) },
    ],
    invalidChunks: [
      { name: "changed byte", code: "decrypt", ...at(1), sealed: hex(flipped) },
      { name: "truncated chunk", code: "decrypt", ...at(1), sealed: hex(sealed1.subarray(0, -1)) },
      { name: "shorter than a tag", code: "decrypt", ...at(1), sealed: "0x00" },
      { name: "chunk of another place", code: "decrypt", ...at(2), sealed: hex(sealed1) },
      { name: "moved to another index", code: "decrypt", ...at(1), index: 0, sealed: hex(sealed1) },
      { name: "moved to another counter", code: "decrypt", ...at(1), counter: 0, sealed: hex(sealed1) },
      { name: "last chunk passed off as a middle one", code: "decrypt", ...at(1), flags: 0, sealed: hex(sealed1) },
      { name: "wrong dataset key", code: "wrong-key", ...at(1), datasetKey: hex(E), sealed: hex(sealed1) },
    ],
  };
}

writeVectors("tree", treeVectors());
writeVectors("col1", col1Vectors());

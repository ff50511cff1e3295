import { createCipheriv, createDecipheriv } from "node:crypto";
import { describe, expect, it } from "vitest";
import {
  type Aead,
  type ChunkPlace,
  Col1Cipher,
  Col1Keys,
  chunkNonce,
  chunkPlaces,
  chunksOf,
  concat,
  createCol1Header,
  decodeCol1Header,
  decryptWithShownKey,
  encodeCol1Header,
  FormatError,
  PLAIN_CHUNK_SIZE,
  toHex,
  verifyShownKey,
} from "../../src/formats/index.js";
import { bytes, pseudoRandom, specJson } from "./vectors.js";

const datasetKey = pseudoRandom(1, 32);
const encodingId = pseudoRandom(2, 32);
const sizes = [PLAIN_CHUNK_SIZE + 5, 0, PLAIN_CHUNK_SIZE * 2, 100];
const files = sizes.map((size, i) => pseudoRandom(i + 10, size));
const layout = { chunksPerFile: sizes.map(chunksOf), byteCount: sizes.reduce((a, b) => a + b) };
const keys = new Col1Keys(datasetKey, encodingId);
const headerBytes = encodeCol1Header(createCol1Header(keys, layout));
const places = [...chunkPlaces(layout.chunksPerFile)];
const place = (index: number) => places[index] as ChunkPlace;
const plainOf = (at: ChunkPlace) =>
  (files[at.file] as Uint8Array).subarray(at.counter * PLAIN_CHUNK_SIZE, (at.counter + 1) * PLAIN_CHUNK_SIZE);

const nodeAead: Aead = {
  seal({ key, nonce, additionalData }, plain) {
    const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(additionalData);
    return concat(cipher.update(plain), cipher.final(), cipher.getAuthTag());
  },
  open({ key, nonce, additionalData }, sealed) {
    const decipher = createDecipheriv("aes-256-gcm", key, nonce).setAAD(additionalData);
    decipher.setAuthTag(sealed.subarray(-16));
    return concat(decipher.update(sealed.subarray(0, -16)), decipher.final());
  },
};

describe("COL1", () => {
  const cipher = new Col1Cipher(headerBytes, datasetKey);

  it("places chunks: global index, per-file counter, last and list flags", () => {
    expect(places.map((p) => [p.index, p.file, p.counter, p.flags])).toEqual([
      [0, 0, 0, 0],
      [1, 0, 1, 1],
      [2, 1, 0, 1],
      [3, 2, 0, 0],
      [4, 2, 1, 1],
      [5, 3, 0, 3],
    ]);
    expect(cipher.header).toMatchObject({ fileCount: 4, chunkCount: 6, fileListFirst: 5 });
  });

  it("gives back every chunk in any order, with both engines and the same bytes", async () => {
    const node = new Col1Cipher(headerBytes, datasetKey, { aead: nodeAead });
    for (const at of [...places].reverse()) {
      const sealed = await cipher.encryptChunk(at, plainOf(at));
      expect(sealed.length).toBe(plainOf(at).length + 16);
      expect(Buffer.compare(sealed, await node.encryptChunk(at, plainOf(at)))).toBe(0);
      expect(Buffer.compare(await cipher.decryptChunk(at, sealed), plainOf(at))).toBe(0);
      expect(Buffer.compare(await node.decryptChunk(at, sealed), plainOf(at))).toBe(0);
    }
  });

  it("detects a changed bit, a cut chunk and an appended byte", async () => {
    const sealed = await cipher.encryptChunk(place(1), plainOf(place(1)));
    const changed = sealed.slice();
    changed[0] = (changed[0] as number) ^ 1;
    for (const bad of [changed, sealed.slice(0, -1), sealed.slice(0, 3), concat(sealed, new Uint8Array(1))]) {
      await expect(cipher.decryptChunk(place(1), bad)).rejects.toMatchObject({ name: "FormatError", code: "decrypt" });
    }
    await expect(cipher.decryptChunk(place(0), sealed)).rejects.toThrow("expected 1048576");
  });

  it("detects reordering: a chunk opens at its own index, file and counter only", async () => {
    const sealed = await cipher.encryptChunk(place(0), plainOf(place(0)));
    for (const wrong of [place(3), { ...place(0), index: 1 }, { ...place(0), file: 2 }, { ...place(0), counter: 1 }]) {
      await expect(cipher.decryptChunk(wrong, sealed)).rejects.toMatchObject({ code: "decrypt" });
    }
  });

  it("detects truncation: a chunk in the middle does not pass for the last of its file", async () => {
    const sealed = await cipher.encryptChunk(place(3), plainOf(place(3)));
    await expect(cipher.decryptChunk({ ...place(3), flags: 1 }, sealed)).rejects.toMatchObject({ code: "decrypt" });
  });

  it("rejects a wrong dataset key before any chunk is fetched", () => {
    expect(() => new Col1Cipher(headerBytes, pseudoRandom(3, 32))).toThrow(
      expect.objectContaining({ code: "wrong-key" }),
    );
    expect(() => new Col1Cipher(headerBytes, datasetKey.slice(1))).toThrow("dataset key has 31 bytes");
  });

  it("binds chunks to their header: same key, other layout, no decryption", async () => {
    const other = createCol1Header(keys, { chunksPerFile: [2, 1, 3], byteCount: layout.byteCount });
    const otherCipher = new Col1Cipher(encodeCol1Header(other), datasetKey);
    const sealed = await cipher.encryptChunk(place(0), plainOf(place(0)));
    await expect(otherCipher.decryptChunk(place(0), sealed)).rejects.toMatchObject({ code: "decrypt" });
  });

  it("refuses to encrypt chunks of the wrong size or outside the version", async () => {
    await expect(cipher.encryptChunk(place(0), new Uint8Array(5))).rejects.toThrow("expected 1048560");
    await expect(cipher.encryptChunk(place(5), new Uint8Array(PLAIN_CHUNK_SIZE + 1))).rejects.toThrow("0 to 1048560");
    await expect(cipher.encryptChunk({ ...place(5), index: 6 }, plainOf(place(5)))).rejects.toThrow("chunk index is 6");
  });

  it("shows one chunk's key, which opens that chunk and no other", async () => {
    const shown = cipher.showKey(place(1), layout.chunksPerFile);
    const sealed = await cipher.encryptChunk(place(1), plainOf(place(1)));
    expect(Buffer.compare(await decryptWithShownKey(headerBytes, shown, sealed), plainOf(place(1)))).toBe(0);
    const neighbor = await cipher.encryptChunk(place(2), plainOf(place(2)));
    await expect(decryptWithShownKey(headerBytes, shown, neighbor)).rejects.toMatchObject({ code: "decrypt" });
  });

  it("refuses a shown key that the header does not commit to", async () => {
    const shown = cipher.showKey(place(1), layout.chunksPerFile);
    const header = decodeCol1Header(headerBytes);
    expect(verifyShownKey(shown, header)).toBe(true);
    expect(verifyShownKey({ ...shown, chunkKey: pseudoRandom(9, 32) }, header)).toBe(false);
    expect(verifyShownKey({ ...shown, place: { ...place(1), counter: 0 } }, header)).toBe(false);
    expect(verifyShownKey({ ...shown, chunkKey: new Uint8Array(31) }, header)).toBe(false);
    const forged = { ...shown, chunkKey: pseudoRandom(9, 32) };
    await expect(decryptWithShownKey(headerBytes, forged, new Uint8Array(16))).rejects.toMatchObject({
      code: "mismatch",
    });
    expect(() => cipher.showKey(place(1), [1, 1, 3, 1])).toThrow("key root");
    expect(cipher.verifyKeyRoot(layout.chunksPerFile)).toBe(true);
    expect(cipher.verifyKeyRoot([2, 1, 3])).toBe(false);
  });
});

describe("COL1 vectors", () => {
  const v = specJson("vectors/col1.json");
  const vectorKeys = new Col1Keys(bytes(v.datasetKey), bytes(v.encodingId));

  it("derive the same keys, nonces and header", () => {
    const header = createCol1Header(vectorKeys, { chunksPerFile: v.chunksPerFile, byteCount: v.byteCount });
    expect(toHex(encodeCol1Header(header))).toBe(v.header);
    expect(toHex(vectorKeys.commitment)).toBe(v.keyCommitment);
    for (const c of v.chunks) {
      expect(toHex(vectorKeys.chunkKey(c.file, c.counter))).toBe(c.chunkKey);
      expect(toHex(chunkNonce(bytes(v.encodingId), c))).toBe(c.nonce);
    }
  });

  it("encrypt and decrypt to the same bytes", async () => {
    const cipher = new Col1Cipher(bytes(v.header), bytes(v.datasetKey));
    const small = v.chunks.filter((c: { plain?: string }) => c.plain !== undefined);
    expect(small.length).toBeGreaterThan(1);
    for (const c of small) {
      expect(toHex(await cipher.encryptChunk(c, bytes(c.plain)))).toBe(c.sealed);
      expect(toHex(await cipher.decryptChunk(c, bytes(c.sealed)))).toBe(c.plain);
    }
  });

  it("refuse every invalid header and chunk", async () => {
    expect(v.invalidHeaders.length).toBeGreaterThan(4);
    for (const bad of v.invalidHeaders)
      expect(() => decodeCol1Header(bytes(bad.header)), bad.name).toThrow(FormatError);
    expect(v.invalidChunks.length).toBeGreaterThan(3);
    for (const bad of v.invalidChunks) {
      const attempt = async () =>
        new Col1Cipher(bytes(v.header), bytes(bad.datasetKey ?? v.datasetKey)).decryptChunk(bad, bytes(bad.sealed));
      await expect(attempt(), bad.name).rejects.toMatchObject({ name: "FormatError", code: bad.code });
    }
  });
});

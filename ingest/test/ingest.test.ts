import { appendFile, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  type ChunkPlace,
  Col1Cipher,
  chunkPlaces,
  decodeChunkLeaf,
  decodeCol1Header,
  fromHex,
  generateSigningKey,
  leafHash,
  MerkleTree,
  readEnvelope,
  readFileList,
  readManifest,
  recordId,
  toHex,
  utf8,
  verifyInclusion,
  webCryptoSigner,
} from "@colophon-protocol/sdk/formats";
import { describe, expect, it } from "vitest";
import {
  blobName,
  FolderBlobStore,
  type IngestParameters,
  type IngestProgress,
  type IngestResult,
  ingest,
  nodeEngine,
  nodeSha256,
  putBlob,
  readRecord,
  sealEnvelope,
  verifyStored,
} from "../src/index.js";
import { contents, fields, freshFolder, pattern, setUp, signer } from "./helpers.js";

/** Everything a licensee does, with WebCrypto: leaves, proofs, decryption, files. */
async function readBack(
  { record, datasetKey }: IngestResult,
  store: FolderBlobStore,
): Promise<Map<string, Uint8Array>> {
  const cipher = new Col1Cipher(fromHex(record.header), datasetKey);
  const tables = await Promise.all([record.encodingLeaves, record.contentLeaves].map((name) => store.get(name)));
  const [sealedLeaves, plainLeaves] = tables.map((bytes) =>
    Array.from({ length: record.chunks }, (_, i) => bytes.subarray(i * 45, (i + 1) * 45)),
  ) as [Uint8Array[], Uint8Array[]];
  const encoding = MerkleTree.from(sealedLeaves.map((leaf) => leafHash(leaf)));
  const content = MerkleTree.from(plainLeaves.map((leaf) => leafHash(leaf)));
  expect([content.root(), encoding.root()].map(toHex)).toEqual([record.contentRoot, record.encodingRoot]);

  const open = async (place: ChunkPlace) => {
    const leaf = decodeChunkLeaf(sealedLeaves[place.index] as Uint8Array);
    expect(leaf).toMatchObject({ index: place.index, flags: place.flags });
    const plain = await cipher.decryptChunk(place, await store.get(blobName(toHex(leaf.digest))));
    const plainLeaf = decodeChunkLeaf(plainLeaves[place.index] as Uint8Array);
    expect(plainLeaf).toMatchObject({ index: place.index, size: plain.length, flags: place.flags });
    expect(Buffer.compare(plainLeaf.digest, nodeSha256(plain))).toBe(0);
    const inclusion = {
      leafHash: leafHash(plainLeaves[place.index] as Uint8Array),
      index: place.index,
      size: record.chunks,
      proof: content.inclusionProof(place.index),
      root: fromHex(record.contentRoot),
    };
    expect(verifyInclusion(inclusion)).toBe(true);
    return plain;
  };

  const { fileCount, fileListFirst } = decodeCol1Header(fromHex(record.header));
  const list = readFileList(await open({ index: fileListFirst, file: fileCount - 1, counter: 0, flags: 3 }));
  const files = new Map<string, Uint8Array>();
  const places = [...chunkPlaces([...list.map((file) => file.chunks), 1])];
  for (const [i, file] of list.entries()) {
    const parts = await Promise.all(places.filter((place) => place.file === i).map(open));
    files.set(file.path, Buffer.concat(parts));
  }
  return files;
}

describe("ingest", () => {
  it("publishes a folder that a licensee reads back, byte for byte, with WebCrypto", async () => {
    const parameters = await setUp();
    const seen: IngestProgress[] = [];
    const result = await ingest({ ...parameters, progress: (progress) => seen.push(progress) });
    const store = new FolderBlobStore(parameters.out);
    const files = await readBack(result, store);
    expect([...files.keys()]).toEqual(["a.txt", "b/empty", "b/exact.bin", "b/large.bin"]);
    for (const [path, data] of contents) expect(Buffer.compare(files.get(path) as Uint8Array, data), path).toBe(0);

    expect(result.version).toMatchObject({ chunkCount: 7, recordCount: 0n, recordRoot: `0x${"00".repeat(32)}` });
    expect(seen.map((progress) => progress.chunks)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(seen.at(-1)?.bytes).toBe(Number(result.version.byteSize));
    expect(await readRecord(parameters.out, result.record.encodingRoot)).toEqual(result.record);
    expect(await verifyStored(store, result.record, [signer.publicKey])).toEqual([]);
  });

  it("writes a manifest that names contents and never an encoding", async () => {
    const parameters = await setUp();
    const { record, version, manifest } = await ingest(parameters);
    const text = new TextDecoder().decode(await new FolderBlobStore(parameters.out).get(record.manifest));
    expect(readManifest(utf8(text), version.manifestHash)).toEqual(manifest);
    expect(manifest.content).toMatchObject({ root: version.contentRoot, chunks: 7, files: 5, fileListFirst: 6 });
    expect(manifest.pipeline.at(-1)).toMatchObject({ step: "chunk and hash", status: "passed" });
    for (const secret of [record.encodingRoot, record.encodingId]) expect(text).not.toContain(secret);
  });

  it("gives new keys to every encoding of the same contents, and one content root", async () => {
    const parameters = await setUp();
    const first = await ingest(parameters);
    await first.forget();
    const second = await ingest(parameters);
    expect(second.record.contentRoot).toBe(first.record.contentRoot);
    expect(second.record.encodingRoot).not.toBe(first.record.encodingRoot);
    expect(Buffer.compare(second.datasetKey, first.datasetKey)).not.toBe(0);
  });

  it("takes files from memory and writes the same contents as from disk", async () => {
    const parameters = await setUp();
    const fromDisk = await ingest(parameters);
    const source = contents.map(([path, data]) => ({ path, data }));
    const fromMemory = await ingest({ ...parameters, source, out: await freshFolder(), resumable: false });
    expect(fromMemory.record.contentRoot).toBe(fromDisk.record.contentRoot);
  });

  it("publishes a record set", async () => {
    const parameters = await setUp();
    const ids = Array.from({ length: 2000 }, (_, i) => recordId(utf8(`record ${i}`)));
    const records = { ids, kind: "derived" as const, description: "A line of text." };
    const { record, version, manifest } = await ingest({ ...parameters, records });
    expect(version).toMatchObject({ recordCount: 2000n, recordRoot: record.recordRoot });
    expect(manifest.records).toMatchObject({ root: record.recordRoot, count: 2000, ids: "derived" });
    expect(await new FolderBlobStore(parameters.out).size(record.records as string)).toBe(16_000);
  });

  it("seals an envelope into the store", async () => {
    const parameters = await setUp();
    const { record } = await ingest(parameters);
    const store = new FolderBlobStore(parameters.out);
    const account = `0x${"aB".repeat(20)}` as const;
    const vectors = JSON.parse(await readFile(join(import.meta.dirname, "../../spec/vectors/envelope.json"), "utf8"));
    const { key } = vectors.valid[0].document;
    const sealed = await sealEnvelope({
      store,
      record,
      chainId: 1,
      licenseToken: account,
      datasetId: 5n,
      version: 1,
      key,
      provider: account,
    });
    expect(readEnvelope(await store.get(sealed.name), sealed.hash)).toEqual(sealed.envelope);
    expect(sealed.name).toBe(sealed.hash.slice(2));
    expect(sealed.envelope).toMatchObject({
      encodingRoot: record.encodingRoot,
      datasetId: "5",
      provider: account.toLowerCase(),
    });
  });
});

describe("bad input", () => {
  const refused = async (change: Partial<IngestParameters>, expected: object) => {
    const parameters = await setUp();
    await expect(ingest({ ...parameters, ...change })).rejects.toMatchObject(expected);
    await expect(readdir(join(parameters.out, "encodings"))).rejects.toThrow("ENOENT");
  };

  it("is refused: names that climb or collide, nothing, a wrong manifest", async () => {
    const data = utf8("x");
    for (const path of ["../up", "/etc/passwd", "a/../../b", "a\\b", "", "a//b"]) {
      await refused({ source: [{ path, data }] }, { code: "input" });
    }
    await refused(
      {
        source: [
          { path: "a", data },
          { path: "a", data },
        ],
      },
      { code: "input" },
    );
    await refused(
      {
        source: [
          { path: "a", data },
          { path: "A", data },
        ],
      },
      { code: "input" },
    );
    await refused({ source: [] }, { code: "input" });
    await refused({ manifest: { ...fields, name: "" } }, { name: "FormatError", code: "schema" });
    await refused({ records: { ids: [], kind: "derived", description: "x" } }, { name: "FormatError" });
  });

  it("is refused: symbolic links, an output inside the source, a missing folder", async () => {
    const parameters = await setUp();
    const inside = { ...parameters, out: join(parameters.source, "out") };
    await expect(ingest(inside)).rejects.toThrow("lies in the source folder");
    await expect(ingest({ ...parameters, source: join(parameters.source, "none") })).rejects.toThrow("ENOENT");
    await symlink("/etc/passwd", join(parameters.source, "link"));
    await expect(ingest(parameters)).rejects.toMatchObject({
      code: "input",
      message: expect.stringContaining("symbolic"),
    });
  });

  it("is noticed when a file changes while it is read", async () => {
    const parameters = await setUp();
    const file = join(parameters.source, "b/large.bin");
    const progress = ({ chunks }: IngestProgress) => {
      if (chunks === 1) return appendFile(file, "more");
      return undefined;
    };
    const source = [
      ...Array.from({ length: 20 }, (_, i) => ({ path: `a${i}`, data: pattern(i, 10) })),
      { path: "large.bin", file },
    ];
    await expect(ingest({ ...parameters, source, progress })).rejects.toMatchObject({ code: "source-changed" });
  });
});

describe("stored encoding", () => {
  it("is checked without a key: missing, truncated, altered and duplicate chunks are named", async () => {
    const parameters = await setUp();
    const { record } = await ingest(parameters);
    const store = new FolderBlobStore(parameters.out);
    const leaves = await store.get(record.encodingLeaves);
    const pathOf = (index: number) => {
      const name = toHex(decodeChunkLeaf(leaves.subarray(index * 45, (index + 1) * 45)).digest).slice(2);
      return { name, path: join(parameters.out, name.slice(0, 2), name) };
    };
    await store.delete(pathOf(0).name);
    await writeFile(pathOf(2).path, (await readFile(pathOf(2).path)).subarray(0, -1));
    const altered = await readFile(pathOf(4).path);
    altered[9] = (altered[9] as number) ^ 1;
    await writeFile(pathOf(4).path, altered);
    expect(await verifyStored(store, record, [signer.publicKey])).toEqual([
      { index: 0, fault: "missing" },
      { index: 2, fault: "truncated" },
      { index: 4, fault: "altered" },
    ]);
  });

  it("names a chunk that stands in two places", async () => {
    const parameters = await setUp();
    const { record } = await ingest(parameters);
    const store = new FolderBlobStore(parameters.out);
    const leaves = await store.get(record.encodingLeaves);
    leaves.copyWithin(4 * 45 + 13, 3 * 45 + 13, 4 * 45); // Two full chunks of one file now name one ciphertext.
    const encodingLeaves = await putBlob(store, leaves);
    const hashes = Array.from({ length: 7 }, (_, i) => leafHash(leaves.subarray(i * 45, (i + 1) * 45)));
    const forged = { ...record, encodingLeaves, encodingRoot: toHex(MerkleTree.from(hashes).root()) };
    expect(await verifyStored(store, forged, [signer.publicKey])).toEqual([{ index: 4, fault: "duplicate" }]);
  });

  it("is refused whole when manifest, signature or roots do not fit", async () => {
    const parameters = await setUp();
    const { record } = await ingest(parameters);
    const store = new FolderBlobStore(parameters.out);
    const stranger = await webCryptoSigner(await generateSigningKey());
    const root = `0x${"12".repeat(32)}` as const;
    const check = (changes: Partial<typeof record>, keys = [signer.publicKey]) =>
      verifyStored(store, { ...record, ...changes }, keys);
    await expect(check({}, [stranger.publicKey])).rejects.toMatchObject({ code: "signature" });
    await expect(check({ contentRoot: root })).rejects.toMatchObject({ code: "corrupt" });
    await expect(check({ encodingRoot: root })).rejects.toMatchObject({ code: "corrupt" });
    await expect(check({ manifestHash: root })).rejects.toMatchObject({ code: "mismatch" });
    await expect(check({ encodingLeaves: record.contentLeaves })).rejects.toMatchObject({ code: "corrupt" });
    await expect(check({ signature: blobName(root) })).rejects.toMatchObject({ code: "not-found" });
  });
});

describe("node engine", () => {
  it("rejects altered chunks like WebCrypto does", async () => {
    const parameters = await setUp();
    const { record, datasetKey } = await ingest(parameters);
    const store = new FolderBlobStore(parameters.out);
    const leaf = decodeChunkLeaf((await store.get(record.encodingLeaves)).subarray(0, 45));
    const sealed = await store.get(blobName(toHex(leaf.digest)));
    const place = { index: 0, file: 0, counter: 0, flags: 1 };
    for (const engine of [nodeEngine, {}]) {
      const cipher = new Col1Cipher(fromHex(record.header), datasetKey, engine);
      expect(new TextDecoder().decode(await cipher.decryptChunk(place, sealed))).toBe("a text");
      const altered = sealed.slice();
      altered[0] = (altered[0] as number) ^ 1;
      await expect(cipher.decryptChunk(place, altered)).rejects.toMatchObject({ code: "decrypt" });
    }
  });
});

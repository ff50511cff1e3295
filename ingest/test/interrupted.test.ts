import { appendFile, readdir, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { decodeChunkLeaf, toHex } from "@colophon-protocol/sdk/formats";
import { describe, expect, it } from "vitest";
import {
  blobName,
  FolderBlobStore,
  type IngestProgress,
  type IngestResult,
  ingest,
  verifyStored,
} from "../src/index.js";
import { limitedStore, pattern, setUp, signer } from "./helpers.js";

describe("interrupted ingest", () => {
  /** All but the signature, which ECDSA makes anew each time. */
  const resultOf = ({ record: { signature, ...record }, datasetKey }: IngestResult) => ({
    record,
    datasetKey: toHex(datasetKey),
  });

  it("goes on after a stop, does no chunk twice, and gives the same bytes", async () => {
    const parameters = await setUp();
    const stop = new AbortController();
    const progress = ({ chunks }: IngestProgress) => {
      if (chunks === 2) stop.abort();
    };
    const many = {
      ...parameters,
      source: Array.from({ length: 30 }, (_, i) => ({ path: `${i}`, data: pattern(i, 50) })),
    };
    await expect(ingest({ ...many, progress, signal: stop.signal })).rejects.toThrow("abort");
    expect(await readdir(parameters.out)).not.toContain("encodings");

    const store = limitedStore(parameters.out, 1000);
    const resumed = await ingest({ ...many, store });
    expect(store.stored).toBeLessThan(30);
    const again = await ingest(many);
    expect(resultOf(again)).toEqual(resultOf(resumed));
    await again.forget();
    expect(await readdir(join(parameters.out, ".ingest"))).toEqual([]);
  });

  it("publishes nothing when the disk fills, says so, and goes on once there is room", async () => {
    const parameters = await setUp();
    for (const room of [0, 3, 7, 9]) {
      const out = join(parameters.out, String(room));
      const attempt = ingest({ ...parameters, out, store: limitedStore(out, room) });
      await expect(attempt).rejects.toMatchObject({ name: "IngestError", code: "disk-full" });
      expect(await readdir(out)).not.toContain("encodings");
      const store = limitedStore(out, 1000);
      const result = await ingest({ ...parameters, out, store });
      expect(store.stored).toBe(11 - Math.min(room, 7)); // Seven chunks, two tables, manifest, signature.
      expect(await verifyStored(new FolderBlobStore(out), result.record, [signer.publicKey])).toEqual([]);
    }
  });

  it("fails at once when there cannot be room", async () => {
    const parameters = await setUp();
    const store = Object.assign(limitedStore(parameters.out, 99), { freeBytes: async () => 1000 });
    await expect(ingest({ ...parameters, store })).rejects.toThrow("1000 bytes free");
    expect(store.stored).toBe(0);
  });

  it("encrypts chunks again whose blobs were lost, to the same bytes", async () => {
    const parameters = await setUp();
    const first = await ingest(parameters);
    const store = new FolderBlobStore(parameters.out);
    const leaves = await store.get(first.record.encodingLeaves);
    const lost = blobName(toHex(decodeChunkLeaf(leaves.subarray(3 * 45, 4 * 45)).digest));
    await store.delete(lost);
    const second = await ingest(parameters);
    expect(resultOf(second)).toEqual(resultOf(first));
    expect(await store.size(lost)).toBeGreaterThan(0);
  });

  it("never continues with changed files: they get other keys", async () => {
    const parameters = await setUp();
    const first = await ingest(parameters);
    await utimes(join(parameters.source, "a.txt"), 1, 1);
    const second = await ingest(parameters);
    expect(second.record.contentRoot).toBe(first.record.contentRoot);
    expect(second.record.encodingId).not.toBe(first.record.encodingId);
  });

  it("survives a journal that a crash cut in the middle of a record", async () => {
    const parameters = await setUp();
    const first = await ingest(parameters);
    const [job] = await readdir(join(parameters.out, ".ingest"));
    await appendFile(join(parameters.out, ".ingest", job as string, "journal"), new Uint8Array(30));
    expect(resultOf(await ingest(parameters))).toEqual(resultOf(first));
  });

  it("keeps its secrets from other users, and lets one process in at a time", async () => {
    const parameters = await setUp();
    const [one, two] = await Promise.allSettled([ingest(parameters), ingest(parameters)]);
    expect([one.status, two.status].sort()).toEqual(["fulfilled", "rejected"]);
    const [job] = await readdir(join(parameters.out, ".ingest"));
    const folder = join(parameters.out, ".ingest", job as string);
    expect((await stat(join(folder, "state.json"))).mode & 0o077).toBe(0);
    expect((await stat(folder)).mode & 0o077).toBe(0);
    await writeFile(join(folder, "lock"), "999999999"); // Of a process that is gone.
    await expect(ingest(parameters)).resolves.toBeTruthy();
  });
});

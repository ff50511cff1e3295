import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { toHex } from "@colophon-protocol/sdk/formats";
import { describe, expect, it } from "vitest";
import { blobName, FolderBlobStore, nodeSha256 } from "../src/index.js";
import { freshFolder, pattern } from "./helpers.js";

const data = pattern(7, 10_000);
const name = blobName(toHex(nodeSha256(data)));

describe("folder blob store", () => {
  it("stores blobs by hash, gives them back whole and by range", async () => {
    const root = await freshFolder();
    const store = new FolderBlobStore(root);
    await store.put(name, [data.subarray(0, 300), data.subarray(300)]);
    await store.put(name, data);
    expect(Buffer.compare(await store.get(name), data)).toBe(0);
    expect(Buffer.compare(await store.get(name, { start: 5, end: 4000 }), data.subarray(5, 4000))).toBe(0);
    expect((await store.get(name, { start: 10_000, end: 10_000 })).length).toBe(0);
    expect(await store.size(name)).toBe(10_000);
    expect(await readdir(join(root, name.slice(0, 2)))).toEqual([name]);
    expect(await store.freeBytes()).toBeGreaterThan(0);
    await store.delete(name);
    await store.delete(name);
    expect(await store.size(name)).toBeUndefined();
    await expect(store.get(name)).rejects.toMatchObject({ name: "IngestError", code: "not-found" });
  });

  it("refuses names that are not hashes: none leaves the store", async () => {
    const root = await freshFolder();
    const store = new FolderBlobStore(join(root, "store"));
    await writeFile(join(root, "secret"), "x");
    const bad = [
      "../secret",
      "..",
      "/etc/passwd",
      `../${name.slice(3)}`,
      `${name}/..`,
      "",
      "ab",
      `${name}0`,
      `${name}\u0000`,
    ];
    for (const path of bad) {
      await expect(store.get(path), path).rejects.toMatchObject({ code: "input" });
      await expect(store.put(path, data), path).rejects.toMatchObject({ code: "input" });
      await expect(store.size(path), path).rejects.toMatchObject({ code: "input" });
    }
    expect(await readdir(root)).toEqual(["secret"]);
    expect(blobName(`0x${name.toUpperCase()}`)).toBe(name);
  });

  it("refuses ranges outside the blob", async () => {
    const store = new FolderBlobStore(await freshFolder());
    await store.put(name, data);
    for (const range of [
      { start: -1, end: 5 },
      { start: 5, end: 4 },
      { start: 0, end: 10_001 },
      { start: 0.5, end: 2 },
    ]) {
      await expect(store.get(name, range)).rejects.toMatchObject({ code: "input" });
    }
  });

  it("leaves nothing behind when the disk is full", async () => {
    const root = await freshFolder();
    const full = Object.assign(new Error("no space left on device"), { code: "ENOSPC" });
    const store = new FolderBlobStore(root, {
      async write(path, parts) {
        await writeFile(path, (parts[0] as Uint8Array).subarray(0, 10));
        throw full;
      },
    });
    await expect(store.put(name, data)).rejects.toMatchObject({ code: "disk-full", cause: full });
    expect(await store.size(name)).toBeUndefined();
    expect(await readdir(join(root, ".tmp"))).toEqual([]);
  });

  it("says disk-full for a device that really is", async () => {
    const { open } = await import("node:fs/promises");
    const store = new FolderBlobStore(await freshFolder(), {
      async write(_, parts) {
        const device = await open("/dev/full", "w");
        try {
          await device.writev(parts as Uint8Array[]);
        } finally {
          await device.close();
        }
      },
    });
    await expect(store.put(name, data)).rejects.toMatchObject({ code: "disk-full" });
  });
});

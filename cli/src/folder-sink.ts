/** Where a delivery goes on disk: files in a folder, and ciphertext beside them until all of it is there. */
import { randomUUID } from "node:crypto";
import { mkdir, open, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join, resolve, sep } from "node:path";
import type { ChunkStore, DeliveredChunk, DeliverySink } from "@colophon-protocol/sdk/delivery";
import type { FileEntry, Hex } from "@colophon-protocol/sdk/formats";
import { CliError, EXIT } from "./exit-codes.js";

/** Suffix of a file whose chunks are not all there yet. */
const PARTIAL = ".partial";

/**
 * Writes verified plaintext into a folder. A file gets its name only when it is complete, so whatever has its name is whole.
 */
export class FolderSink implements DeliverySink {
  private files: readonly FileEntry[] = [];

  constructor(private readonly folder: string) {}

  async start(files: readonly FileEntry[]): Promise<void> {
    this.files = files;
    for (const file of files) {
      const path = this.pathOf(file.path);
      await mkdir(dirname(path), { recursive: true });
      const handle = await open(path + PARTIAL, "w");
      // The size is known, so a full disk shows before the first chunk.
      await handle.truncate(file.size);
      await handle.close();
    }
  }

  async write({ file, offset, bytes }: DeliveredChunk): Promise<void> {
    const handle = await open(this.pathOf(file.path) + PARTIAL, "r+");
    try {
      await handle.write(bytes, 0, bytes.length, offset);
    } finally {
      await handle.close();
    }
  }

  async finish(): Promise<void> {
    for (const file of this.files) {
      const path = this.pathOf(file.path);
      await rename(path + PARTIAL, path);
    }
  }

  /** The SDK checks paths of file lists already; a folder on disk is worth a second look. */
  private pathOf(path: string): string {
    const root = resolve(this.folder);
    const full = resolve(root, path);
    if (full.startsWith(root + sep)) return full;
    throw new CliError(`The version names a file outside the folder: ${JSON.stringify(path)}.`, EXIT.corrupt);
  }
}

/** Keeps ciphertext chunks in a folder, so that an interrupted delivery goes on. They are verified again when read. */
export class FolderChunkStore implements ChunkStore {
  constructor(readonly folder: string) {}

  async get(encodingRoot: Hex, index: number): Promise<Uint8Array | undefined> {
    return readFile(this.pathOf(encodingRoot, index)).catch(() => undefined);
  }

  async put(encodingRoot: Hex, index: number, bytes: Uint8Array): Promise<void> {
    const path = this.pathOf(encodingRoot, index);
    await mkdir(dirname(path), { recursive: true });
    const temp = `${path}.${randomUUID()}`;
    await writeFile(temp, bytes);
    await rename(temp, path);
  }

  /** Removes all of it, once the delivery is complete. */
  async clear(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }

  private pathOf(encodingRoot: Hex, index: number): string {
    return join(this.folder, encodingRoot.slice(2), String(index));
  }
}

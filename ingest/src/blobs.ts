import { randomUUID } from "node:crypto";
import { mkdir, open, rename, rm, stat, statfs } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { IngestError, isSystemError } from "./errors.js";

/** Bytes `start` up to, but without, `end` of a blob. */
export interface ByteRange {
  start: number;
  end: number;
}

/** Name of a blob: its SHA-256 as 64 lower-case hex digits. So no name can leave the store. */
export type BlobName = string;

/**
 * Where ciphertext chunks, leaf tables, manifests, signatures and envelopes are kept, all by their SHA-256. A folder implementation
 * is here; object stores implement the same port.
 */
export interface BlobStore {
  /**
   * Stores a blob whole or not at all. Storing it again is harmless.
   * @param name SHA-256 of the data, which the caller has computed
   * @param data one array, or parts in order
   * @throws IngestError `disk-full` when there is no room; nothing of the blob is left then
   */
  put(name: BlobName, data: Uint8Array | readonly Uint8Array[]): Promise<void>;
  /** All bytes, or a range of them. @throws IngestError `not-found` */
  get(name: BlobName, range?: ByteRange): Promise<Uint8Array>;
  /** Size in bytes; undefined when there is no such blob. */
  size(name: BlobName): Promise<number | undefined>;
  /** Removes a blob; harmless when there is none. */
  delete(name: BlobName): Promise<void>;
  /** Bytes that still fit, where the store knows. */
  freeBytes?(): Promise<number>;
}

/** File operations that can run out of disk; replaced in tests. */
export interface BlobIo {
  write(path: string, parts: readonly Uint8Array[]): Promise<void>;
}

const TEMP = ".tmp";

/**
 * Name of the blob with this SHA-256.
 * @param digest 64 hex digits, with or without 0x
 * @throws IngestError `input` on anything else
 */
export function blobName(digest: string): BlobName {
  const hex = digest.replace(/^0x/, "").toLowerCase();
  if (!/^[0-9a-f]{64}$/.test(hex)) {
    throw new IngestError(
      "input",
      `${JSON.stringify(digest.slice(0, 80))} is not a blob name: expected 64 hex digits.`,
    );
  }
  return hex;
}

/** A store in a folder: one file `ab/abcd…` per blob, written beside and renamed, so that no reader sees half a blob. */
export class FolderBlobStore implements BlobStore {
  readonly root: string;
  private readonly made = new Set<string>();

  constructor(
    root: string,
    private readonly io: BlobIo = { write: writeDurably },
  ) {
    this.root = resolve(root);
  }

  async put(name: BlobName, data: Uint8Array | readonly Uint8Array[]): Promise<void> {
    const path = this.pathOf(name);
    const temp = join(this.root, TEMP, randomUUID());
    await this.makeFolder(dirname(temp));
    await this.makeFolder(dirname(path));
    try {
      await this.io.write(temp, data instanceof Uint8Array ? [data] : data);
      await rename(temp, path);
    } catch (cause) {
      await rm(temp, { force: true });
      if (isSystemError(cause, "ENOSPC") || isSystemError(cause, "EDQUOT")) {
        throw new IngestError("disk-full", `no room in ${this.root} for ${name}: free some space and run again.`, {
          cause,
        });
      }
      throw cause;
    }
  }

  async get(name: BlobName, range?: ByteRange): Promise<Uint8Array> {
    const file = await this.openBlob(name);
    try {
      const { size } = await file.stat();
      const { start, end } = checkedRange(name, size, range);
      const bytes = new Uint8Array(end - start);
      let done = 0;
      while (done < bytes.length) {
        const { bytesRead } = await file.read(bytes, done, bytes.length - done, start + done);
        if (bytesRead === 0) throw new IngestError("corrupt", `${name} became shorter while it was read.`);
        done += bytesRead;
      }
      return bytes;
    } finally {
      await file.close();
    }
  }

  async size(name: BlobName): Promise<number | undefined> {
    try {
      return (await stat(this.pathOf(name))).size;
    } catch (error) {
      if (isSystemError(error, "ENOENT")) return undefined;
      throw error;
    }
  }

  async delete(name: BlobName): Promise<void> {
    await rm(this.pathOf(name), { force: true });
  }

  async freeBytes(): Promise<number> {
    await this.makeFolder(this.root);
    const { bavail, bsize } = await statfs(this.root);
    return bavail * bsize;
  }

  private pathOf(name: BlobName): string {
    const checked = blobName(name);
    return join(this.root, checked.slice(0, 2), checked);
  }

  private async openBlob(name: BlobName) {
    try {
      return await open(this.pathOf(name), "r");
    } catch (error) {
      throw isSystemError(error, "ENOENT") ? notFound(name) : error;
    }
  }

  private async makeFolder(path: string): Promise<void> {
    if (this.made.has(path)) return;
    await mkdir(path, { recursive: true });
    this.made.add(path);
  }
}

/** Writes a new file and waits until the disk has it: a name in the store must survive a power cut. */
async function writeDurably(path: string, parts: readonly Uint8Array[]): Promise<void> {
  const file = await open(path, "wx");
  try {
    const total = parts.reduce((sum, part) => sum + part.length, 0);
    const { bytesWritten } = await file.writev(parts as Uint8Array[]);
    if (bytesWritten !== total) throw Object.assign(new Error("short write"), { code: "ENOSPC" });
    await file.datasync();
  } finally {
    await file.close();
  }
}

function checkedRange(name: BlobName, size: number, range: ByteRange = { start: 0, end: size }): ByteRange {
  const { start, end } = range;
  if (!Number.isSafeInteger(start) || !Number.isSafeInteger(end) || start < 0 || start > end || end > size) {
    throw new IngestError("input", `bytes ${start} to ${end} are not in ${name}, which has ${size} bytes.`);
  }
  return range;
}

function notFound(name: BlobName): IngestError {
  return new IngestError("not-found", `there is no blob ${name}: it was never stored here, or was removed.`);
}

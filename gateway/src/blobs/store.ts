/** Content-addressed bytes. Names are SHA-256 digests and nothing else, so no name can leave the store. */
import { createHash, randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, open, rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import type { Readable } from "node:stream";
import { Problem, unavailable } from "../errors.js";

/** 64 lower-case hex digits. */
export type BlobName = string;

/** What the gateway needs of a store; a folder here, object storage elsewhere. */
export interface BlobStore {
  /** Bytes of a blob, undefined when it is absent. @throws Problem 503 when the store cannot be asked */
  size(name: BlobName): Promise<number | undefined>;
  /**
   * Bytes `start` to `end` (exclusive) of a blob.
   * @param scratch memory to use for them if it is large enough
   * @throws Problem 404 when absent, 503 when the store fails or is short
   */
  read(name: BlobName, start: number, end: number, scratch?: Uint8Array): Promise<Uint8Array>;
  /** SHA-256 of what is really stored, undefined when absent. */
  digest(name: BlobName): Promise<BlobName | undefined>;
  /** Stores a stream under its name if, and only if, it hashes to it. @throws Problem 400, 413, 503 */
  put(name: BlobName, data: AsyncIterable<Uint8Array>, maxBytes: number): Promise<{ bytes: number; created: boolean }>;
}

/** Checks a name from outside. @throws Problem 400 */
export function blobName(text: string): BlobName {
  if (/^[0-9a-f]{64}$/.test(text)) return text;
  throw new Problem(400, "invalid_request", "A blob's name is its SHA-256 as 64 lower-case hex digits, without 0x.");
}

/** Blobs as files `ab/abcd…`: the layout that ingest writes. */
export class FolderBlobs implements BlobStore {
  constructor(private readonly folder: string) {}

  async size(name: BlobName): Promise<number | undefined> {
    try {
      return (await stat(this.file(name))).size;
    } catch (error) {
      return absentOr(error);
    }
  }

  async read(name: BlobName, start: number, end: number, scratch?: Uint8Array): Promise<Uint8Array> {
    const file = await open(this.file(name)).catch((error) => absentOr(error));
    if (!file) throw new Problem(404, "not_found", `Blob ${name} is not stored here.`);
    try {
      const length = end - start;
      const bytes = scratch && scratch.length >= length ? scratch.subarray(0, length) : Buffer.allocUnsafeSlow(length);
      let filled = 0;
      while (filled < bytes.length) {
        const { bytesRead } = await file.read(bytes, filled, bytes.length - filled, start + filled);
        if (bytesRead === 0)
          throw unavailable("storage_unavailable", `Blob ${name} ends before byte ${end}: it was cut.`);
        filled += bytesRead;
      }
      return bytes;
    } catch (error) {
      throw storageDown(error);
    } finally {
      await file.close();
    }
  }

  async digest(name: BlobName): Promise<BlobName | undefined> {
    if ((await this.size(name)) === undefined) return undefined;
    const hash = createHash("sha256");
    const stream: Readable = createReadStream(this.file(name), { highWaterMark: 1 << 20 });
    try {
      for await (const part of stream) hash.update(part);
    } catch (error) {
      throw storageDown(error);
    }
    return hash.digest("hex");
  }

  async put(
    name: BlobName,
    data: AsyncIterable<Uint8Array>,
    maxBytes: number,
  ): Promise<{ bytes: number; created: boolean }> {
    const target = this.file(name);
    const existing = await this.size(name);
    if (existing !== undefined) return { bytes: existing, created: false };
    const temporary = path.join(this.folder, "incoming", randomUUID());
    try {
      await mkdir(path.dirname(temporary), { recursive: true });
      const { bytes, digest } = await writeHashed(temporary, data, maxBytes);
      if (digest !== name) throw new Problem(400, "invalid_request", `The body hashes to ${digest}, expected ${name}.`);
      await mkdir(path.dirname(target), { recursive: true });
      await rename(temporary, target);
      return { bytes, created: true };
    } catch (error) {
      await rm(temporary, { force: true }).catch(() => undefined);
      throw storageDown(error);
    }
  }

  private file(name: BlobName): string {
    const checked = blobName(name);
    return path.join(this.folder, checked.slice(0, 2), checked);
  }
}

async function writeHashed(file: string, data: AsyncIterable<Uint8Array>, maxBytes: number) {
  const hash = createHash("sha256");
  const handle = await open(file, "wx");
  let bytes = 0;
  try {
    for await (const part of data) {
      bytes += part.length;
      if (bytes > maxBytes) throw new Problem(413, "body_too_large", `A blob may have at most ${maxBytes} bytes.`);
      hash.update(part);
      await handle.write(part);
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
  return { bytes, digest: hash.digest("hex") };
}

function absentOr(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
  throw storageDown(error);
}

function storageDown(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const full = (error as NodeJS.ErrnoException).code === "ENOSPC" ? " It is full." : "";
  return unavailable("storage_unavailable", `The gateway's storage does not answer.${full} Try again shortly.`, error);
}

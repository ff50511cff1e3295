import { randomUUID } from "node:crypto";
import { mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { canonicalBytes, type Hex, parseCanonical } from "@colophon-protocol/sdk/formats";
import { type BlobName, blobName } from "./blobs.js";
import { IngestError, isSystemError } from "./errors.js";

/** What was ingested, without secrets: `<out>/encodings/<encodingRoot>.json`. Written last, so it names only what is there. */
export interface EncodingRecord {
  format: "colophon-encoding";
  formatVersion: 1;
  contentRoot: Hex;
  encodingRoot: Hex;
  encodingId: Hex;
  /** The COL1 header. */
  header: Hex;
  chunks: number;
  /** Plaintext bytes. */
  bytes: number;
  /** Zero when there is no record set. */
  recordRoot: Hex;
  recordCount: number;
  manifestHash: Hex;
  /** Blobs: 45-byte leaves of both trees in order. */
  contentLeaves: BlobName;
  encodingLeaves: BlobName;
  /** Blobs: canonical manifest, its detached signature, and the record ids (8 bytes each, ascending) when there are any. */
  manifest: BlobName;
  signature: BlobName;
  records: BlobName | null;
}

/** Writes a record whole or not at all. */
export async function writeRecord(out: string, record: EncodingRecord): Promise<void> {
  const folder = join(out, "encodings");
  await mkdir(folder, { recursive: true });
  const temp = join(folder, `.${randomUUID()}`);
  try {
    const file = await open(temp, "wx");
    try {
      await file.writeFile(canonicalBytes(record));
      await file.datasync();
    } finally {
      await file.close();
    }
    await rename(temp, recordPath(out, record.encodingRoot));
  } catch (cause) {
    await rm(temp, { force: true });
    if (isSystemError(cause, "ENOSPC"))
      throw new IngestError("disk-full", `no room in ${out}: free some space.`, { cause });
    throw cause;
  }
}

/**
 * Reads the record of an encoding.
 * @throws IngestError `not-found` when it was not ingested here
 */
export async function readRecord(out: string, encodingRoot: Hex): Promise<EncodingRecord> {
  try {
    return parseCanonical(await readFile(recordPath(out, encodingRoot))) as EncodingRecord;
  } catch (error) {
    if (!isSystemError(error, "ENOENT")) throw error;
    throw new IngestError(
      "not-found",
      `encoding ${encodingRoot} is not in ${out}: ingest it, or name the right folder.`,
    );
  }
}

function recordPath(out: string, encodingRoot: Hex): string {
  return join(out, "encodings", `${blobName(encodingRoot)}.json`);
}

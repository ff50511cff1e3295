import { randomBytes } from "node:crypto";
import { type FileHandle, mkdir, open, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { IngestError, isSystemError } from "./errors.js";

/** What is known of a chunk that is stored. */
export interface DoneChunk {
  contentDigest: Uint8Array;
  cipherDigest: Uint8Array;
  /** Plaintext bytes. */
  size: number;
}

const RECORD_SIZE = 68;

/** Secrets and time of one ingest; the same when it is resumed, so that every byte comes out the same. */
export interface WorkState {
  datasetKey: Uint8Array;
  encodingId: Uint8Array;
  /** Seconds since 1970. */
  created: number;
}

/**
 * The folder of an unfinished ingest: its secrets (readable by the owner only) and a journal of finished chunks. It belongs to one
 * exact input: another input has another folder and other keys, so no key ever meets two contents.
 */
export class WorkFolder {
  private pending: Uint8Array[] = [];

  private constructor(
    readonly path: string,
    readonly state: WorkState,
    /** Chunks finished by earlier runs, in order. */
    readonly done: DoneChunk[],
    private readonly journal: FileHandle,
    private readonly lock: FileHandle,
  ) {}

  /**
   * Opens or starts the work of the input with this id.
   * @throws IngestError `input` when another process works on it
   */
  static async open(parent: string, id: string): Promise<WorkFolder> {
    const path = join(parent, id);
    await mkdir(path, { recursive: true, mode: 0o700 });
    const lock = await takeLock(join(path, "lock"));
    try {
      const state = await readOrCreateState(join(path, "state.json"));
      const journalPath = join(path, "journal");
      const done = parseJournal(await readIfThere(journalPath));
      const journal = await open(journalPath, "a");
      await journal.truncate(done.length * RECORD_SIZE); // Drops a record that a crash cut.
      return new WorkFolder(path, state, done, journal, lock);
    } catch (error) {
      await releaseLock(lock, path);
      throw error;
    }
  }

  /** Forgets finished chunks from `count` on: their blobs are gone. */
  async keepOnly(count: number): Promise<void> {
    this.done.length = count;
    await this.journal.truncate(count * RECORD_SIZE);
  }

  /** Notes the next chunk as stored; `flush` writes it. */
  note({ contentDigest, cipherDigest, size }: DoneChunk): void {
    const record = Buffer.alloc(RECORD_SIZE);
    record.set(contentDigest, 0);
    record.set(cipherDigest, 32);
    record.writeUInt32BE(size, 64);
    this.pending.push(record);
  }

  /** Writes what was noted. Losing it costs time, not correctness: those chunks are encrypted again, to the same bytes. */
  async flush(): Promise<void> {
    if (this.pending.length === 0) return;
    const records = Buffer.concat(this.pending);
    this.pending = [];
    await this.journal.write(records);
  }

  /** Ends this run; the folder stays, so that it can be resumed. */
  async close(): Promise<void> {
    await this.journal.close();
    await releaseLock(this.lock, this.path);
  }

  /** Removes a work folder with its secrets, once the dataset key is safe elsewhere. */
  static async forget(path: string): Promise<void> {
    await rm(path, { recursive: true, force: true });
  }
}

function parseJournal(bytes: Uint8Array): DoneChunk[] {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: Math.floor(bytes.length / RECORD_SIZE) }, (_, i) => {
    const record = view.subarray(i * RECORD_SIZE, (i + 1) * RECORD_SIZE);
    return {
      contentDigest: record.subarray(0, 32),
      cipherDigest: record.subarray(32, 64),
      size: record.readUInt32BE(64),
    };
  });
}

async function readOrCreateState(path: string): Promise<WorkState> {
  const text = (await readIfThere(path)).toString("utf8");
  if (text !== "") {
    const { datasetKey, encodingId, created } = JSON.parse(text);
    return { datasetKey: Buffer.from(datasetKey, "hex"), encodingId: Buffer.from(encodingId, "hex"), created };
  }
  const [datasetKey, encodingId] = [randomBytes(32), randomBytes(32)];
  const created = Math.floor(Date.now() / 1000);
  const json = { datasetKey: datasetKey.toString("hex"), encodingId: encodingId.toString("hex"), created };
  await writeFile(`${path}.new`, JSON.stringify(json), { mode: 0o600, flush: true });
  await rename(`${path}.new`, path);
  return { datasetKey, encodingId, created };
}

async function readIfThere(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    if (isSystemError(error, "ENOENT")) return Buffer.alloc(0);
    throw error;
  }
}

/** A file with our process id; one left by a process that is gone is taken over. */
async function takeLock(path: string): Promise<FileHandle> {
  for (;;) {
    try {
      const lock = await open(path, "wx");
      await lock.write(String(process.pid));
      return lock;
    } catch (error) {
      if (!isSystemError(error, "EEXIST")) throw error;
    }
    const holder = Number((await readIfThere(path)).toString("utf8"));
    if (holder === process.pid || isRunning(holder)) {
      throw new IngestError("input", `process ${holder} is ingesting the same files to the same place: wait for it.`);
    }
    await rm(path, { force: true });
  }
}

async function releaseLock(lock: FileHandle, folder: string): Promise<void> {
  await lock.close();
  await rm(join(folder, "lock"), { force: true });
}

function isRunning(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return isSystemError(error, "EPERM");
  }
}

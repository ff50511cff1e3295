import { type ChunkPlace, type Col1Cipher, chunkPlaces, TAG_SIZE, toHex } from "@colophon-protocol/sdk/formats";
import { type BlobStore, blobName } from "./blobs.js";
import { nodeSha256, sealParts, sha256OfParts } from "./engine.js";
import type { LeafTables } from "./leaves.js";
import type { Plan } from "./plan.js";
import { type PlainChunk, readChunks } from "./read.js";
import type { DoneChunk, WorkFolder } from "./work.js";

/** How far the pass over the data is. */
export interface IngestProgress {
  chunks: number;
  totalChunks: number;
  /** Plaintext bytes. */
  bytes: number;
  totalBytes: number;
}

/** What the pass works with. Without `work` it cannot be resumed. */
export interface EncryptJob {
  plan: Plan;
  cipher: Col1Cipher;
  tables: LeafTables;
  store: BlobStore;
  work: WorkFolder | undefined;
  progress?: ((progress: IngestProgress) => void) | undefined;
  signal?: AbortSignal | undefined;
}

interface Write {
  place: ChunkPlace;
  chunk: DoneChunk;
  stored: Promise<void>;
}

/** Writes under way while the next chunks are hashed and encrypted: bounds memory at about twice as many mebibytes. */
const IN_FLIGHT = 8;
/** Chunks between two writes of the journal. */
const FLUSH_EVERY = 64;

/**
 * The one pass: reads, hashes, encrypts, hashes again and stores every chunk that is not stored yet, in order.
 * @throws IngestError `source-changed` or `disk-full`; what was stored stays and is not done again
 */
export async function encryptAll(job: EncryptJob): Promise<void> {
  const { plan, work, tables } = job;
  const counter = new Counter(job);
  const resumed = await stillStored(job);
  const places = chunkPlaces(plan.chunksPerFile);
  for (const chunk of resumed) {
    tables.append(places.next().value as ChunkPlace, chunk);
    counter.add(chunk);
  }
  const writes: Write[] = [];
  try {
    for await (const chunk of readChunks(plan, resumed.length)) {
      job.signal?.throwIfAborted();
      writes.push(startWrite(job, chunk));
      if (writes.length >= IN_FLIGHT) await finishFirst(writes, job, counter);
    }
    while (writes.length > 0) await finishFirst(writes, job, counter);
  } catch (error) {
    await keepWhatIsStored(writes, job);
    throw error;
  }
  await work?.flush();
}

function startWrite(job: EncryptJob, { place, data }: PlainChunk): Write {
  const contentDigest = nodeSha256(data);
  const parts = sealParts(job.cipher.inputFor(place), data);
  const cipherDigest = sha256OfParts(parts);
  const stored = job.store.put(blobName(toHex(cipherDigest)), parts);
  stored.catch(() => undefined); // Reported when it is awaited, in order.
  return { place, chunk: { contentDigest, cipherDigest, size: data.length }, stored };
}

async function finishFirst(writes: Write[], job: EncryptJob, counter: Counter): Promise<void> {
  const { place, chunk, stored } = writes[0] as Write;
  await stored;
  writes.shift();
  job.tables.append(place, chunk);
  job.work?.note(chunk);
  if ((place.index + 1) % FLUSH_EVERY === 0) await job.work?.flush();
  counter.add(chunk);
}

/** After a failure: the journal names every stored chunk up to the first that was not. */
async function keepWhatIsStored(writes: Write[], { work }: EncryptJob): Promise<void> {
  const results = await Promise.allSettled(writes.map((write) => write.stored));
  const firstLost = results.findIndex((result) => result.status === "rejected");
  const kept = firstLost < 0 ? writes : writes.slice(0, firstLost);
  for (const { chunk } of kept) work?.note(chunk);
  await work?.flush().catch(() => undefined); // A full disk may refuse this too; then the chunks are done again.
}

/** Chunks of earlier runs, up to the first whose blob is not there in full. */
async function stillStored({ work, store }: EncryptJob): Promise<DoneChunk[]> {
  if (!work) return [];
  for (const [i, chunk] of work.done.entries()) {
    const size = await store.size(blobName(toHex(chunk.cipherDigest)));
    if (size !== chunk.size + TAG_SIZE) {
      await work.keepOnly(i);
      break;
    }
  }
  return work.done;
}

class Counter {
  private chunks = 0;
  private bytes = 0;

  constructor(private readonly job: EncryptJob) {}

  add(chunk: DoneChunk): void {
    this.chunks++;
    this.bytes += chunk.size;
    const { plan, progress } = this.job;
    progress?.({ chunks: this.chunks, totalChunks: plan.chunkCount, bytes: this.bytes, totalBytes: plan.byteCount });
  }
}

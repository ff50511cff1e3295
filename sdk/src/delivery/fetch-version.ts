/** Delivers a whole version: fetch in parallel, verify against the chain's roots, decrypt, verify again, hand over. */
import {
  type ChunkPlace,
  Col1Cipher,
  chunkLeafHash,
  chunkPlaces,
  equalBytes,
  type FileEntry,
  FormatError,
  fromHex,
  type Hex,
  PLAIN_CHUNK_SIZE,
  readFileList,
  toHex,
} from "../formats/index.js";
import { DeliveryError } from "./errors.js";
import { ChunkFetcher, type ChunkSession, sha256Fast, type VerifiedChunk } from "./fetcher.js";
import type { ChunkStore, DeliverySink } from "./ports.js";
import { MAX_BATCH_CHUNKS } from "./wire.js";

/** How far a delivery is. Counts are of chunks and plaintext bytes; `refetched` counts tries that failed. */
export interface DeliveryProgress {
  chunks: number;
  totalChunks: number;
  bytes: number;
  totalBytes: number;
  refetched: number;
}

/** What to deliver, what to check it against, and where to. */
export interface FetchVersionParameters {
  datasetId: bigint;
  version: number;
  encoding: number;
  /** Root over the ciphertext chunks, from `DatasetRegistry.encodingOf`. */
  encodingRoot: Hex;
  /** Root over the plaintext chunks, from `DatasetRegistry.versionOf`. */
  contentRoot: Hex;
  /** The encoding's COL1 header, 136 bytes, from its envelope. */
  encodingHeader: Uint8Array | Hex;
  /** 32 bytes, from the key network. */
  datasetKey: Uint8Array;
  sink: DeliverySink;
  /** Keeps ciphertext so that a later call goes on where this one ended. */
  store?: ChunkStore | undefined;
  /** Only the files for which it says true; all by default. */
  filter?: ((file: FileEntry) => boolean) | undefined;
  /** Requests at once; 4 by default. */
  concurrency?: number | undefined;
  /** Chunks per request, 1 to 64; 16 by default. */
  batchChunks?: number | undefined;
  /** Tries per chunk before giving up; 5 by default. */
  maxAttempts?: number | undefined;
  onProgress?: ((progress: DeliveryProgress) => void) | undefined;
  /** Told of each chunk that is fetched again, and why. */
  onRefetch?: ((index: number, why: string) => void) | undefined;
  signal?: AbortSignal | undefined;
}

/** What was delivered. */
export interface DeliveryResult {
  files: FileEntry[];
  progress: DeliveryProgress;
}

/**
 * Delivers a version to a sink.
 * @throws FormatError `wrong-key` at once when the key does not belong to the encoding; DeliveryError as its codes say
 */
export async function fetchVersion(session: ChunkSession, parameters: FetchVersionParameters): Promise<DeliveryResult> {
  return new Delivery(session, parameters).run();
}

class Delivery {
  private readonly cipher: Col1Cipher;
  private readonly fetcher: ChunkFetcher;
  private readonly progress: DeliveryProgress;

  constructor(
    session: ChunkSession,
    private readonly parameters: FetchVersionParameters,
  ) {
    const { encodingHeader, datasetKey, datasetId, version, encoding, encodingRoot, contentRoot } = parameters;
    const header = typeof encodingHeader === "string" ? fromHex(encodingHeader) : encodingHeader;
    this.cipher = new Col1Cipher(header, datasetKey);
    const { chunkCount: size } = this.cipher.header;
    const lower = { encodingRoot: encodingRoot.toLowerCase() as Hex, contentRoot: contentRoot.toLowerCase() as Hex };
    this.progress = { chunks: 0, totalChunks: 0, bytes: 0, totalBytes: 0, refetched: 0 };
    this.fetcher = new ChunkFetcher({
      session,
      roots: { datasetId, version, encoding, ...lower, size },
      store: parameters.store,
      maxAttempts: parameters.maxAttempts ?? 5,
      signal: parameters.signal,
      onRefetch: (index, why) => {
        this.progress.refetched++;
        parameters.onRefetch?.(index, why);
      },
    });
  }

  async run(): Promise<DeliveryResult> {
    const { sink, filter = () => true } = this.parameters;
    const all = await this.fileList();
    const places = this.placesOf(all);
    const files = all.filter(filter);
    this.progress.totalChunks = files.reduce((sum, file) => sum + file.chunks, 0);
    this.progress.totalBytes = files.reduce((sum, file) => sum + file.size, 0);
    await sink.start?.(files);
    const owners = new Map(all.map((file, number) => [number, file] as const));
    await this.parallel(batchesOf(files, this.batchChunks), async ({ first, count }) => {
      await this.fetcher.fetch(first, count, (chunk) => {
        const place = places[chunk.index] as ChunkPlace;
        return this.deliver(chunk, place, owners.get(place.file) as FileEntry);
      });
    });
    await sink.finish?.();
    return { files, progress: { ...this.progress } };
  }

  private get batchChunks(): number {
    return Math.min(MAX_BATCH_CHUNKS, Math.max(1, this.parameters.batchChunks ?? 16));
  }

  /** The last file of the version: names, sizes and places of all the others. */
  private async fileList(): Promise<FileEntry[]> {
    const { fileListFirst, chunkCount, fileCount } = this.cipher.header;
    const count = chunkCount - fileListFirst;
    const parts = new Map<number, Uint8Array>();
    for (let first = fileListFirst; first < chunkCount; first += MAX_BATCH_CHUNKS) {
      await this.fetcher.fetch(first, Math.min(MAX_BATCH_CHUNKS, chunkCount - first), async (chunk) => {
        const counter = chunk.index - fileListFirst;
        const flags = 2 | (counter === count - 1 ? 1 : 0);
        parts.set(counter, await this.open(chunk, { index: chunk.index, file: fileCount - 1, counter, flags }));
      });
    }
    const blob = new Blob(Array.from({ length: count }, (_, counter) => parts.get(counter) as BlobPart));
    return readFileList(new Uint8Array(await blob.arrayBuffer()));
  }

  private placesOf(files: FileEntry[]): ChunkPlace[] {
    const { fileListFirst, chunkCount, fileCount } = this.cipher.header;
    const counts = [...files.map((file) => file.chunks), chunkCount - fileListFirst];
    const places = [...chunkPlaces(counts)];
    if (places.length === chunkCount && counts.length === fileCount) return places;
    throw new FormatError(
      "mismatch",
      `the file list names ${counts.length - 1} files in ${places.length} chunks, the header ${fileCount - 1} in ${chunkCount}.`,
    );
  }

  private async deliver(chunk: VerifiedChunk, place: ChunkPlace, file: FileEntry): Promise<void> {
    const bytes = await this.open(chunk, place);
    const offset = place.counter * PLAIN_CHUNK_SIZE;
    await this.parameters.sink.write({
      index: chunk.index,
      file,
      offset,
      bytes,
      leafHash: toHex(chunkLeafHash(chunk.content)),
    });
    this.progress.chunks++;
    this.progress.bytes += bytes.length;
    this.parameters.onProgress?.({ ...this.progress });
  }

  /** Decrypts, and checks that the plaintext is what is licensed. Failing here, the encoding itself is at fault. */
  private async open({ index, sealed, content }: VerifiedChunk, place: ChunkPlace): Promise<Uint8Array> {
    const plain = await this.cipher.decryptChunk(place, sealed).catch((cause: unknown) => {
      throw wrongEncoding(index, "it does not decrypt", cause);
    });
    const same = plain.length === content.size && place.flags === content.flags;
    if (same && equalBytes(await sha256Fast(plain), content.digest)) return plain;
    throw wrongEncoding(index, "its plaintext is not in the content tree");
  }

  private async parallel<T>(items: T[], work: (item: T) => Promise<void>): Promise<void> {
    const queue = items[Symbol.iterator]();
    let failed = false;
    const worker = async () => {
      for (const item of { [Symbol.iterator]: () => ({ next: () => queue.next() }) }) {
        if (failed) return;
        await work(item).catch((error) => {
          failed = true;
          throw error;
        });
      }
    };
    const workers = Math.min(Math.max(1, this.parameters.concurrency ?? 4), items.length);
    const results = await Promise.allSettled(Array.from({ length: workers }, worker));
    const rejected = results.find((result) => result.status === "rejected");
    if (rejected) throw rejected.reason;
  }
}

/** Runs of at most `most` chunks over neighboring files. */
function batchesOf(files: readonly FileEntry[], most: number): { first: number; count: number }[] {
  const batches: { first: number; count: number }[] = [];
  for (const file of files) {
    for (let first = file.first; first < file.first + file.chunks; ) {
      const last = batches.at(-1);
      const left = file.first + file.chunks - first;
      const joins = last && last.first + last.count === first && last.count < most;
      const count = Math.min(left, joins ? most - last.count : most);
      if (joins) last.count += count;
      else batches.push({ first, count });
      first += count;
    }
  }
  return batches;
}

function wrongEncoding(chunk: number, what: string, cause?: unknown): DeliveryError {
  const message = `Chunk ${chunk} is in the encoding, but ${what}: the encoding is not of this version. Contest the delivery.`;
  return new DeliveryError("corrupt", message, { chunk, cause });
}

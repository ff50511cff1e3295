/** Gets chunks of one encoding that are proven to be in it, trying again what is corrupt, cut or refused for now. */
import { type ChunkLeaf, CIPHER_CHUNK_SIZE, equalBytes, FormatError, type Hex } from "../formats/index.js";
import { BatchReader } from "./batch-reader.js";
import { DeliveryError } from "./errors.js";
import type { ChunkStore } from "./ports.js";
import type { GatewaySession } from "./session.js";
import { type BatchHead, isBatchHead, verifyLeafRun } from "./wire.js";

/** What chunks are checked against; all from the chain or from documents whose hashes are there. */
interface TrustedRoots {
  datasetId: bigint;
  version: number;
  encoding: number;
  encodingRoot: Hex;
  contentRoot: Hex;
  /** Leaves of both trees. */
  size: number;
}

/** A ciphertext chunk that is in the encoding, and its proven leaf in the content tree. */
export interface VerifiedChunk {
  index: number;
  sealed: Uint8Array;
  content: ChunkLeaf;
}

/** What answers requests for proofs and chunks: a session at a gateway, or the gateway itself. */
export type ChunkSession = Pick<GatewaySession, "request">;

export interface FetcherOptions {
  session: ChunkSession;
  roots: TrustedRoots;
  store: ChunkStore | undefined;
  /** Tries per chunk. */
  maxAttempts: number;
  signal: AbortSignal | undefined;
  /** Told of every chunk that must be fetched again, and why. */
  onRefetch: ((index: number, why: string) => void) | undefined;
}

type Receive = (chunk: VerifiedChunk) => Promise<void>;

const MAX_BUSY_WAITS = 60;
const MAX_BACKOFF_MS = 5000;

/** Fetches runs of chunks. */
export class ChunkFetcher {
  private readonly base: string;

  constructor(private readonly options: FetcherOptions) {
    const { datasetId, version, encoding } = options.roots;
    this.base = `/v1/datasets/${datasetId}/versions/${version}/encodings/${encoding}`;
  }

  /**
   * Hands over every chunk from `first` to `first + count`, each once, in any order.
   * @throws DeliveryError `corrupt` or `unavailable` naming the chunk after all tries; others at once
   */
  async fetch(first: number, count: number, receive: Receive): Promise<void> {
    const missing = new Set(Array.from({ length: count }, (_, i) => first + i));
    await this.fromStore(missing, receive);
    const failures = new Map<number, { tries: number; why: Failure }>();
    let busyWaits = 0;
    while (missing.size > 0) {
      this.throwIfAborted();
      const run = firstRun(missing);
      const failure = await this.fetchRun(run, missing, receive);
      if (!failure) continue;
      if (failure.busy && busyWaits++ < MAX_BUSY_WAITS) {
        await this.pause(failure.retryAfterMs ?? 500);
        continue;
      }
      // Chunks that were not reached are not to blame.
      const blamed = missing.has(failure.index) ? failure.index : run.first;
      const tries = (failures.get(blamed)?.tries ?? 0) + 1;
      failures.set(blamed, { tries, why: failure });
      if (tries >= this.options.maxAttempts) throw giveUp(blamed, tries, failure);
      this.options.onRefetch?.(blamed, failure.message);
      await this.pause(failure.retryAfterMs ?? Math.min(MAX_BACKOFF_MS, 100 * 2 ** (tries - 1)));
    }
  }

  /** Takes what an earlier try left in the store, if it still fits the proofs. */
  private async fromStore(missing: Set<number>, receive: Receive): Promise<void> {
    const { store, roots } = this.options;
    if (!store) return;
    const kept = new Map<number, Uint8Array>();
    for (const index of missing) {
      const bytes = await store.get(roots.encodingRoot, index);
      if (bytes) kept.set(index, bytes);
    }
    while (kept.size > 0) {
      const { first, count } = firstRun(kept);
      const leaves = this.verify(await this.proofs(first, count), first);
      for (const { encoding, content } of leaves) {
        const sealed = kept.get(encoding.index) as Uint8Array;
        kept.delete(encoding.index);
        if (!(await fits(sealed, encoding))) continue;
        await receive({ index: encoding.index, sealed, content });
        missing.delete(encoding.index);
      }
    }
  }

  private async proofs(first: number, count: number): Promise<BatchHead> {
    const response = await this.request(`${this.base}/proofs?first=${first}&count=${count}`);
    const head: unknown = await response.json();
    if (isBatchHead(head)) return head;
    throw new FormatError("value", "the gateway's proofs lack a field or have one of another type.");
  }

  /** One request. Chunks that fit are handed over and leave `missing`. @returns why not all did */
  private async fetchRun(run: Run, missing: Set<number>, receive: Receive): Promise<Failure | undefined> {
    let reader: BatchReader | undefined;
    let at = run.first;
    let corrupt: Failure | undefined;
    try {
      const response = await this.request(`${this.base}/chunks?first=${run.first}&count=${run.count}`);
      reader = new BatchReader(response.body ?? new ReadableStream({ start: (c) => c.close() }));
      const leaves = this.verify(await reader.head(), run.first);
      if (leaves.length !== run.count)
        throw new FormatError("mismatch", `${leaves.length} chunks came, asked for ${run.count}.`);
      for (const { encoding, content } of leaves) {
        at = encoding.index;
        const sealed = await reader.take(encoding.size);
        if (!(await fits(sealed, encoding))) {
          corrupt ??= { index: at, corrupt: true, message: "its SHA-256 is not the one in the encoding tree" };
          continue;
        }
        await this.handOver({ index: at, sealed, content }, receive);
        missing.delete(at);
      }
      return corrupt;
    } catch (error) {
      return corrupt ?? failureOf(error, at, this.options.signal);
    } finally {
      await reader?.cancel();
    }
  }

  /** What the receiver throws ends the delivery: it is not the network's fault. */
  private async handOver(chunk: VerifiedChunk, receive: Receive): Promise<void> {
    try {
      await this.options.store?.put(this.options.roots.encodingRoot, chunk.index, chunk.sealed);
      await receive(chunk);
    } catch (cause) {
      throw new ReceiverFailed("the receiver failed", { cause });
    }
  }

  private verify(head: BatchHead, first: number): { encoding: ChunkLeaf; content: ChunkLeaf }[] {
    const { roots } = this.options;
    const encoding = verifyLeafRun(head.encoding, first, { root: roots.encodingRoot, size: roots.size });
    const content = verifyLeafRun(head.content, first, { root: roots.contentRoot, size: roots.size });
    return encoding.map((leaf, i) => {
      if (leaf.size > CIPHER_CHUNK_SIZE)
        throw new FormatError("value", `chunk ${leaf.index} claims ${leaf.size} bytes.`);
      return { encoding: leaf, content: content[i] as ChunkLeaf };
    });
  }

  private request(path: string): Promise<Response> {
    const { session, signal } = this.options;
    return session.request(path, signal ? { signal } : {});
  }

  private throwIfAborted(): void {
    if (this.options.signal?.aborted) throw new DeliveryError("aborted", "The delivery was ended by its caller.");
  }

  private async pause(ms: number): Promise<void> {
    const { signal } = this.options;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(done, ms);
      function done() {
        clearTimeout(timer);
        signal?.removeEventListener("abort", done);
        resolve();
      }
      signal?.addEventListener("abort", done);
    });
    this.throwIfAborted();
  }
}

interface Run {
  first: number;
  count: number;
}

interface Failure {
  index: number;
  message: string;
  corrupt?: boolean;
  /** The gateway is at its limit: waiting helps, and is no failure of the chunk. */
  busy?: boolean;
  retryAfterMs?: number | undefined;
  cause?: unknown;
}

class ReceiverFailed extends Error {}

/** The lowest run of neighboring indexes. */
function firstRun(indexes: { keys(): Iterator<number> & Iterable<number> }): Run {
  const sorted = [...indexes.keys()].sort((a, b) => a - b);
  const first = sorted[0] as number;
  let count = 1;
  while (sorted[count] === first + count) count++;
  return { first, count };
}

async function fits(sealed: Uint8Array, leaf: ChunkLeaf): Promise<boolean> {
  return sealed.length === leaf.size && equalBytes(await sha256Fast(sealed), leaf.digest);
}

/** The platform's SHA-256: much faster than a portable one on whole chunks. */
export async function sha256Fast(bytes: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes as BufferSource));
}

/** What can be tried again; anything else is thrown. */
function failureOf(error: unknown, index: number, signal: AbortSignal | undefined): Failure {
  if (signal?.aborted) throw new DeliveryError("aborted", "The delivery was ended by its caller.", { cause: error });
  if (error instanceof ReceiverFailed) throw error.cause;
  if (error instanceof FormatError) return { index, corrupt: true, message: error.message, cause: error };
  if (!(error instanceof DeliveryError)) return { index, message: "the stream was cut", cause: error };
  if (error.code !== "unavailable") throw error;
  const seconds = (error as { retryAfter?: number }).retryAfter;
  const retryAfterMs = seconds === undefined ? undefined : Math.min(seconds, 30) * 1000;
  return { index, message: error.message, busy: error.status === 429, retryAfterMs, cause: error };
}

function giveUp(chunk: number, tries: number, { corrupt, message, cause }: Failure): DeliveryError {
  if (corrupt) {
    const text = `Chunk ${chunk} came corrupt ${tries} times: ${message}. Ask the provider to repair it, or contest the delivery.`;
    return new DeliveryError("corrupt", text, { chunk, cause });
  }
  const { status, problem } = cause instanceof DeliveryError ? cause : {};
  const text = `Chunk ${chunk} could not be fetched in ${tries} tries: ${message}. Resume the delivery later.`;
  return new DeliveryError("unavailable", text, { chunk, status, problem, cause });
}

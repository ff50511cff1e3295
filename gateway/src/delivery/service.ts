/** Serves chunks of an encoding under a license, counting what the network took. */
import type { ServerResponse } from "node:http";
import { RAILS } from "@colophon-protocol/sdk";
import { BATCH_MEDIA_TYPE, type BatchHead, encodeBatchHead, leafRun } from "@colophon-protocol/sdk/delivery";
import { CIPHER_CHUNK_SIZE, toHex } from "@colophon-protocol/sdk/formats";
import type { ReadCapability } from "../auth/tokens.js";
import type { BlobStore } from "../blobs/store.js";
import type { AccessOracle } from "../chain/access.js";
import type { LicenseDeals } from "../chain/deals.js";
import { DeliveryMeter, VOUCHER_WANTED } from "../meter/delivery.js";
import type { MeterService } from "../meter/service.js";
import type { Metrics } from "../metrics.js";
import type { Accounting } from "./accounting.js";
import { nodeSha256, type ServedEncoding } from "./catalog.js";
import type { StreamLimiter } from "./limits.js";
import type { ChunkRun } from "./requests.js";
import { type Part, sendParts } from "./stream.js";

const MAX_PARTIAL = 10_000;
const MAX_FREE_BUFFERS = 64;

/** Bytes of one chunk, `end` exclusive. */
export interface ChunkSlice {
  index: number;
  start: number;
  end: number;
}

/** One answer under way. */
interface Answer {
  head: { status: number; headers: Record<string, string> };
  served: ServedEncoding;
  capability: ReadCapability;
  /** Where the license is paid by use. */
  meter: DeliveryMeter | undefined;
  /** Where the provider's service reports name what was served. */
  logged: boolean;
  /** Chunks of which bytes may have gone out. */
  begun: Set<number>;
}

export class DeliveryService {
  /** How far a chunk went out from its start, for clients that resume within a chunk. */
  private readonly partial = new Map<string, number>();
  private readonly buffers = new ChunkBuffers();

  constructor(
    private readonly blobs: BlobStore,
    private readonly access: AccessOracle,
    private readonly accounting: Accounting,
    private readonly deals: LicenseDeals,
    private readonly meter: MeterService,
    readonly limiter: StreamLimiter,
    private readonly metrics: Metrics,
    private readonly stallMs: number,
  ) {}

  /** Leaves and proofs of a run of chunks, in both trees. */
  proofs(served: ServedEncoding, { first, count }: ChunkRun): BatchHead {
    const encoding = leafRun(served.cipher, first, count, nodeSha256);
    return { first, encoding, content: leafRun(served.content, first, count, nodeSha256) };
  }

  /** The strong entity tag of a chunk: its SHA-256. */
  etag(served: ServedEncoding, index: number): string {
    return `"${blobOf(served, index)}"`;
  }

  /**
   * Writes one chunk, or part of one.
   * @throws Problem before the head is out; ClientGone or a Problem after the connection was cut
   */
  async sendChunk(
    response: ServerResponse,
    head: { status: number; headers: Record<string, string> },
    served: ServedEncoding,
    capability: ReadCapability,
    slice: ChunkSlice,
  ): Promise<void> {
    const answer = await this.open(head, served, capability);
    await this.stream(response, answer, () => [this.part(answer, slice)]);
  }

  /** Writes a batch: head, then the chunks of the run. Errors as `sendChunk`. */
  async sendBatch(
    response: ServerResponse,
    headers: Record<string, string>,
    served: ServedEncoding,
    capability: ReadCapability,
    run: ChunkRun,
  ): Promise<void> {
    const head = encodeBatchHead(this.proofs(served, run));
    const { offsets } = served.cipher;
    const bytes = (offsets[run.first + run.count] as number) - (offsets[run.first] as number);
    const all = { ...headers, "content-type": BATCH_MEDIA_TYPE, "content-length": String(head.length + bytes) };
    const answer = await this.open({ status: 200, headers: all }, served, capability);
    await this.stream(response, answer, () => [
      // A meter that refuses the first chunk says so before the answer begins.
      { read: async () => head, before: () => this.reserve(answer, run.first) },
      ...Array.from({ length: run.count }, (_, i) => {
        const index = run.first + i;
        return this.part(answer, { index, start: 0, end: served.cipher.leaf(index).size });
      }),
    ]);
  }

  private async open(head: Answer["head"], served: ServedEncoding, capability: ReadCapability): Promise<Answer> {
    const { licenseId } = capability;
    const rail = await this.deals.railOf(licenseId);
    const license = rail === RAILS.meter ? await this.meter.require(licenseId) : undefined;
    const meter = license && new DeliveryMeter(this.meter, license, served.id);
    return { head, served, capability, meter, logged: rail === RAILS.stream, begun: new Set() };
  }

  private async stream(response: ServerResponse, answer: Answer, parts: () => Part[]): Promise<void> {
    const release = this.limiter.acquire(answer.capability.licenseId);
    try {
      await sendParts(response, answer.head, parts(), this.stallMs);
    } finally {
      release();
      await answer.meter?.close((index) => answer.begun.has(index));
    }
  }

  private async reserve({ meter, head, served }: Answer, index: number): Promise<void> {
    if (await meter?.begin({ index, size: served.cipher.leaf(index).size })) head.headers[VOUCHER_WANTED] = "1";
  }

  private part(answer: Answer, { index, start, end }: ChunkSlice): Part {
    const { served, capability, meter, logged, begun } = answer;
    const { licenseId, sub: user } = capability;
    const { datasetId, version } = served.id;
    let time = 0;
    return {
      read: () => this.blobs.read(blobOf(served, index), start, end, this.buffers.take()),
      alone: meter !== undefined,
      // Asked before every chunk, at most a few seconds old: a license that ends while a stream runs cuts the stream.
      before: async () => {
        ({ time } = await this.access.require({ licenseId, user, datasetId, version }));
        await this.reserve(answer, index);
        begun.add(index);
      },
      sent: (bytes) => {
        const key = { licenseId, ...served.id, logged };
        const { size } = served.cipher.leaf(index);
        this.buffers.give(bytes);
        this.metrics.bytes.inc(bytes.length);
        this.accounting.addBytes(key, bytes.length, time);
        if (this.isWhole(`${licenseId}/${datasetId}/${version}/${served.id.encoding}/${index}`, start, end, size)) {
          this.metrics.chunks.inc();
          this.accounting.addChunk(key, index, time);
        }
        return meter?.finish(index);
      },
    };
  }

  /** Whether a chunk is out from its first to its last byte: at once, or in slices that follow each other. */
  private isWhole(key: string, start: number, end: number, size: number): boolean {
    const reached = this.partial.get(key) ?? 0;
    if (start > reached || end <= reached) return start === 0 && end === size;
    if (end === size) return this.partial.delete(key) || start === 0;
    if (this.partial.size >= MAX_PARTIAL) this.partial.clear();
    this.partial.set(key, end);
    return false;
  }
}

/** Memory for chunks, used again: fresh pages for every mebibyte would cost a fifth of the throughput. */
class ChunkBuffers {
  private readonly free: Uint8Array[] = [];

  take(): Uint8Array {
    return this.free.pop() ?? Buffer.allocUnsafeSlow(CIPHER_CHUNK_SIZE);
  }

  give(bytes: Uint8Array): void {
    if (bytes.buffer.byteLength !== CIPHER_CHUNK_SIZE || this.free.length >= MAX_FREE_BUFFERS) return;
    this.free.push(new Uint8Array(bytes.buffer as ArrayBuffer));
  }
}

function blobOf(served: ServedEncoding, index: number): string {
  return toHex(served.cipher.leaf(index).digest).slice(2);
}

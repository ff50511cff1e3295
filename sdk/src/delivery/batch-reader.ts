/** Reads a batch as it arrives: its head, then chunk after chunk. */
import { type BatchHead, batchHeadLength, decodeBatchHead } from "./wire.js";

/** The stream ended before the bytes that were announced. */
class TruncatedStream extends Error {
  override readonly name = "TruncatedStream";
}

/** Cuts a byte stream into parts of known lengths. */
export class BatchReader {
  private readonly reader: ReadableStreamDefaultReader<Uint8Array>;
  private rest: Uint8Array = new Uint8Array(0);

  constructor(body: ReadableStream<Uint8Array>) {
    this.reader = body.getReader();
  }

  /** @throws FormatError on another shape, TruncatedStream */
  async head(): Promise<BatchHead> {
    const length = batchHeadLength(await this.take(4));
    return decodeBatchHead(await this.take(length));
  }

  /** Exactly `length` bytes. @throws TruncatedStream, or the stream's own error */
  async take(length: number): Promise<Uint8Array> {
    const out = new Uint8Array(length);
    let filled = 0;
    while (filled < length) {
      if (this.rest.length === 0) {
        const { done, value } = await this.reader.read();
        if (done) throw new TruncatedStream(`the stream ended ${length - filled} bytes early`);
        this.rest = value;
      }
      const part = this.rest.subarray(0, length - filled);
      out.set(part, filled);
      filled += part.length;
      this.rest = this.rest.subarray(part.length);
    }
    return out;
  }

  /** Lets go of the stream. */
  async cancel(): Promise<void> {
    await this.reader.cancel().catch(() => undefined);
  }
}

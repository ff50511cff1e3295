/** Counts chunks of metered licenses while they are delivered: each chunk once, by the chunk or by its bytes. */
import { meteredChunkKey } from "@colophon-protocol/sdk/delivery";
import type { EncodingId } from "../delivery/catalog.js";
import { Problem } from "../errors.js";
import type { Usage } from "./ledger.js";
import type { MeteredLicense, MeterService } from "./service.js";

/** One chunk that is asked for. */
export interface MeteredChunk {
  index: number;
  /** Ciphertext bytes of the whole chunk. */
  size: number;
}

/** Asks for a voucher before the licensee is refused. */
export const VOUCHER_WANTED = "colophon-voucher-wanted";

/**
 * One answer's counting. A chunk is reserved before its first byte goes out and counted when it is out, whole or not: asking for the
 * rest of it, or all of it again, costs nothing more.
 */
export class DeliveryMeter {
  private readonly open = new Map<number, Usage>();

  /** @throws Problem 403 when the license counts something that a delivery of chunks cannot tell */
  constructor(
    private readonly meter: MeterService,
    private readonly license: MeteredLicense,
    private readonly id: EncodingId,
  ) {
    const { licenseId, terms } = license;
    if (terms.kind === "Chunks" || terms.kind === "Bytes") return;
    const detail = `License ${licenseId} is paid by ${terms.kind.toLowerCase()}: chunks are not delivered under it, use the provider's service that counts them.`;
    throw new Problem(403, "not_allowed", detail);
  }

  /** Before a chunk goes out. @returns whether a voucher is asked for @throws Problem 402, 429 */
  async begin(chunk: MeteredChunk): Promise<boolean> {
    if (this.open.has(chunk.index)) return false;
    const usage = this.usageOf(chunk);
    const { counted, wantsVoucher } = await this.meter.begin(this.license, usage);
    if (!counted) this.open.set(chunk.index, usage);
    return wantsVoucher;
  }

  /** After a chunk went out. */
  async finish(index: number): Promise<void> {
    const usage = this.open.get(index);
    if (!usage) return;
    await this.meter.finish(this.license, usage);
    this.open.delete(index);
  }

  /** When the answer was cut: what had begun may be with the client. @param begun whether any byte of `index` went out */
  async close(begun: (index: number) => boolean): Promise<void> {
    for (const [index, usage] of this.open) {
      if (begun(index)) await this.finish(index);
      else await this.meter.ledger.release(usage);
    }
    this.open.clear();
  }

  private usageOf({ index, size }: MeteredChunk): Usage {
    const { licenseId, offer, terms } = this.license;
    const units = terms.kind === "Bytes" ? BigInt(size) : 1n;
    return { licenseId, key: meteredChunkKey(offer, this.id, index), units };
  }
}

/**
 * What was delivered under each license. Counted in memory when the network has taken the bytes, written every moment:
 * a crash loses a fraction of a second, and always in the licensee's favor.
 */
import { and, asc, eq, sql } from "drizzle-orm";
import type { Database, Drizzle } from "../db/open.js";
import { deliveries, SEGMENT_BITS, servedSegments } from "../db/schema.js";
import { appendEvent } from "../log/store.js";
import type { EncodingId } from "./catalog.js";
import { appendLog } from "./log.js";

/** Under which license what was served. */
export interface DeliveryKey extends EncodingId {
  licenseId: bigint;
  /** Whether the delivery goes into the log that service reports are about. */
  logged?: boolean;
}

/** Totals of one license and encoding, with the indexes of all chunks that went out whole, ascending. Times in chain seconds. */
export interface DeliveryTotals {
  bytesSent: number;
  chunksSent: number;
  servedFrom: number;
  servedUntil: number;
  served: number[];
}

interface Pending {
  key: DeliveryKey;
  bytes: number;
  chunks: number;
  from: number;
  until: number;
  segments: Map<number, Uint8Array>;
}

/** Write-behind accounting. */
export class Accounting {
  private pending = new Map<string, Pending>();
  private flushing: Promise<void> = Promise.resolve();
  private readonly timer: NodeJS.Timeout;

  /** @param onError told when writing failed; what was not written is kept and written later */
  constructor(
    private readonly db: Database,
    intervalMs: number,
    private readonly onError: (error: unknown) => void,
  ) {
    this.timer = setInterval(() => this.flush().catch(this.onError), intervalMs);
    this.timer.unref();
  }

  /** Counts bytes that the network took. @param time chain seconds */
  addBytes(key: DeliveryKey, bytes: number, time: number): void {
    const entry = this.entry(key, time);
    entry.bytes += bytes;
  }

  /** Counts a chunk that went out whole. */
  addChunk(key: DeliveryKey, index: number, time: number): void {
    const entry = this.entry(key, time);
    entry.chunks += 1;
    const segment = Math.floor(index / SEGMENT_BITS);
    const bits = entry.segments.get(segment) ?? new Uint8Array(SEGMENT_BITS / 8);
    const at = index % SEGMENT_BITS;
    bits[at >> 3] = (bits[at >> 3] as number) | (0x80 >> (at & 7));
    entry.segments.set(segment, bits);
  }

  /** Writes everything counted so far. @throws Problem 503 when the database does not answer; nothing is lost then */
  flush(): Promise<void> {
    const run = this.flushing.then(() => this.write());
    this.flushing = run.catch(() => undefined);
    return run;
  }

  /** Totals with everything counted so far by this process and written by the others; undefined when nothing was served. */
  async totals({ licenseId, version, encoding }: DeliveryKey): Promise<DeliveryTotals | undefined> {
    await this.flush();
    const id = licenseId.toString();
    return this.db.transaction(async (db) => {
      const [row] = await db
        .select()
        .from(deliveries)
        .where(and(eq(deliveries.licenseId, id), eq(deliveries.version, version), eq(deliveries.encoding, encoding)));
      if (!row) return undefined;
      const segments = await db
        .select()
        .from(servedSegments)
        .where(
          and(
            eq(servedSegments.licenseId, id),
            eq(servedSegments.version, version),
            eq(servedSegments.encoding, encoding),
          ),
        )
        .orderBy(asc(servedSegments.segment));
      const { bytesSent, chunksSent, servedFrom, servedUntil } = row;
      return { bytesSent, chunksSent, servedFrom, servedUntil, served: segments.flatMap(indexesOf) };
    });
  }

  /** Stops the clock and writes what is left. */
  async close(): Promise<void> {
    clearInterval(this.timer);
    await this.flush();
  }

  private entry(key: DeliveryKey, time: number): Pending {
    const id = `${key.licenseId}/${key.version}/${key.encoding}`;
    let entry = this.pending.get(id);
    if (!entry) {
      entry = { key, bytes: 0, chunks: 0, from: time, until: time, segments: new Map() };
      this.pending.set(id, entry);
    }
    entry.until = Math.max(entry.until, time);
    return entry;
  }

  private async write(): Promise<void> {
    if (this.pending.size === 0) return;
    const batch = this.pending;
    this.pending = new Map();
    try {
      await this.db.transaction(async (db) => {
        // In one order everywhere, so that processes never wait for each other in a circle.
        const entries = [...batch.keys()].sort().map((id) => batch.get(id) as Pending);
        const first: Pending[] = [];
        for (const entry of entries) if (await writeEntry(db, entry)) first.push(entry);
        for (const entry of first) await appendSale(db, entry);
      });
    } catch (error) {
      this.restore(batch);
      throw error;
    }
  }

  private restore(batch: Map<string, Pending>): void {
    for (const { key, bytes, chunks, from, until, segments } of batch.values()) {
      const entry = this.entry(key, until);
      entry.bytes += bytes;
      entry.chunks += chunks;
      entry.from = Math.min(entry.from, from);
      for (const [segment, bits] of segments) {
        const known = entry.segments.get(segment);
        entry.segments.set(segment, known ? known.map((byte, i) => byte | (bits[i] as number)) : bits);
      }
    }
  }
}

async function appendSale(db: Drizzle, { key, from }: Pending): Promise<void> {
  const { licenseId, datasetId, version, encoding } = key;
  const ids = { licenseId: licenseId.toString(), datasetId: datasetId.toString(), version, encoding };
  await appendEvent(db, { type: "sale", ...ids }, from);
}

/** @returns whether nothing was served of this encoding under the license before */
async function writeEntry(db: Drizzle, { key, bytes, chunks, from, until, segments }: Pending): Promise<boolean> {
  const { version, encoding } = key;
  const licenseId = key.licenseId.toString();
  const row = { licenseId, datasetId: key.datasetId.toString(), version, encoding };
  const [written] = await db
    .insert(deliveries)
    .values({ ...row, bytesSent: bytes, chunksSent: chunks, servedFrom: from, servedUntil: until })
    .onConflictDoUpdate({
      target: [deliveries.licenseId, deliveries.version, deliveries.encoding],
      set: {
        bytesSent: sql`${deliveries.bytesSent} + excluded.bytes_sent`,
        chunksSent: sql`${deliveries.chunksSent} + excluded.chunks_sent`,
        servedFrom: sql`least(${deliveries.servedFrom}, excluded.served_from)`,
        servedUntil: sql`greatest(${deliveries.servedUntil}, excluded.served_until)`,
      },
    })
    // A row that was updated names the transaction that did it.
    .returning({ isNew: sql<boolean>`xmax = 0` });
  for (const [segment, bits] of [...segments].sort(([a], [b]) => a - b)) {
    await db
      .insert(servedSegments)
      .values({ licenseId, version, encoding, segment, bits: bitString(bits) })
      .onConflictDoUpdate({
        target: [servedSegments.licenseId, servedSegments.version, servedSegments.encoding, servedSegments.segment],
        set: { bits: sql`${servedSegments.bits} | excluded.bits` },
      });
  }
  if (key.logged) {
    const indexes = [...segments].sort(([a], [b]) => a - b);
    const served = indexes.flatMap(([segment, bits]) => indexesOf({ segment, bits: bitString(bits) }));
    await appendLog(db, key, { time: until, bytes, chunks: served });
  }
  return written?.isNew === true;
}

function bitString(bits: Uint8Array): string {
  return Array.from(bits, (byte) => byte.toString(2).padStart(8, "0")).join("");
}

function indexesOf({ segment, bits }: { segment: number; bits: string }): number[] {
  const indexes: number[] = [];
  for (let at = bits.indexOf("1"); at >= 0; at = bits.indexOf("1", at + 1)) indexes.push(segment * SEGMENT_BITS + at);
  return indexes;
}

/** The provider's delivery log of streaming licenses: what a service report is about. */
import { canonicalJson, leafHash, root, toHex } from "@colophon-protocol/sdk/formats";
import { and, asc, eq, gte, lt, max } from "drizzle-orm";
import type { Hex } from "viem";
import type { Database, Drizzle } from "../db/open.js";
import { deliveryLog } from "../db/schema.js";
import type { EncodingId } from "./catalog.js";

/** What went out in one moment. `chunks` are those that went out whole. Time in chain seconds. */
export interface LoggedDelivery {
  time: number;
  bytes: number;
  chunks: number[];
}

/** Adds an entry. Two processes at once may take the same number: then the transaction of one fails, and is tried again. */
export async function appendLog(
  db: Drizzle,
  { licenseId, datasetId, version, encoding }: EncodingId & { licenseId: bigint },
  { time, bytes, chunks }: LoggedDelivery,
): Promise<void> {
  const id = licenseId.toString();
  const [last] = await db
    .select({ sequence: max(deliveryLog.sequence) })
    .from(deliveryLog)
    .where(eq(deliveryLog.licenseId, id));
  const sequence = (last?.sequence ?? 0n) + 1n;
  const ids = { licenseId: id, datasetId: datasetId.toString(), sequence: sequence.toString() };
  const entry = canonicalJson({ ...ids, version, encoding, time, bytes, chunks });
  await db.insert(deliveryLog).values({ licenseId: id, sequence, time, bytes, chunks: chunks.length, entry });
}

/** What a service report says of a stretch of time. */
export interface ServedStretch {
  /** RFC 9162 root over the entries; the empty tree's when nothing was asked for. */
  servedRoot: Hex;
  /** Entries. */
  deliveries: number;
  bytesServed: number;
}

/** Sums up the log from `from` to before `to`, in chain seconds. */
export async function servedBetween(db: Database, licenseId: bigint, from: number, to: number): Promise<ServedStretch> {
  const within = and(
    eq(deliveryLog.licenseId, licenseId.toString()),
    gte(deliveryLog.time, from),
    lt(deliveryLog.time, to),
  );
  const rows = await db.run((drizzle) =>
    drizzle
      .select({ entry: deliveryLog.entry, bytes: deliveryLog.bytes })
      .from(deliveryLog)
      .where(within)
      .orderBy(asc(deliveryLog.sequence)),
  );
  const leaves = rows.map(({ entry }) => leafHash(new TextEncoder().encode(entry)));
  const bytesServed = rows.reduce((sum, { bytes }) => sum + bytes, 0);
  return { servedRoot: toHex(root(leaves)), deliveries: rows.length, bytesServed };
}

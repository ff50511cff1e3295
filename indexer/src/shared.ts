import type { Context, Event } from "ponder:registry";
import { account, action, dailyTotal } from "ponder:schema";
import type { Address, Hex } from "viem";
import { chainId, idOf } from "./ids";

export { chainId, idOf };

/** Indices of the rails that pay in super tokens, fixed at deployment. */
export const STREAM_RAIL = 2;
export const LIVE_STREAM_RAIL = 5;

/** The id of a row that one log alone makes. */
export const logId = (event: Pick<AnyEvent, "transaction" | "log">): string =>
  idOf(event.transaction.hash, event.log.logIndex);

/** When and where an event happened, as rows keep it. */
export const placeOf = (event: AnyEvent) => ({
  chainId,
  at: event.block.timestamp,
  transactionHash: event.transaction.hash,
  logIndex: event.log.logIndex,
});

/**
 * Where an event stands in the chain as one number, for timelines: blocks can share a second.
 * A block holds far fewer than 2^20 logs.
 */
export const positionOf = (event: Pick<AnyEvent, "block" | "log">): bigint =>
  (event.block.number << 20n) | BigInt(event.log.logIndex);

/** A moment that contracts write as 0 when there is none. */
export const momentOrNull = (seconds: number | bigint): bigint | null =>
  Number(seconds) === 0 ? null : BigInt(seconds);

type Db = Context["db"];
/** What every contract event brings. */
export interface AnyEvent {
  block: { number: bigint; timestamp: bigint };
  transaction: { hash: Hex; from: Address };
  log: { logIndex: number; address: Address };
}
export type { Db, Event };

/** Appends to the action log. */
export async function logAction(
  db: Db,
  event: AnyEvent,
  category: string,
  refs: { actor?: Address; datasetRef?: string; licenseRef?: string } = {},
): Promise<void> {
  await db.insert(action).values({
    id: logId(event),
    chainId,
    category,
    actor: refs.actor ?? event.transaction.from,
    datasetRef: refs.datasetRef ?? null,
    licenseRef: refs.licenseRef ?? null,
    block: event.block.number,
    timestamp: event.block.timestamp,
    transactionHash: event.transaction.hash,
    logIndex: event.log.logIndex,
  });
}

/** Makes sure an account row exists and changes its counters. */
export async function touchAccount(
  db: Db,
  event: AnyEvent,
  address: Address,
  change: { datasets?: number; licenses?: number } = {},
): Promise<void> {
  const { datasets = 0, licenses = 0 } = change;
  const values = { datasetCount: datasets, licenseCount: licenses, firstSeenAt: event.block.timestamp };
  const insertion = db.insert(account).values({ id: idOf(address), chainId, address, ...values });
  if (datasets === 0 && licenses === 0) {
    await insertion.onConflictDoNothing();
    return;
  }
  await insertion.onConflictDoUpdate((row) => ({
    datasetCount: row.datasetCount + datasets,
    licenseCount: row.licenseCount + licenses,
  }));
}

const SECONDS_A_DAY = 86_400n;

/** Adds to the totals of the event's UTC day in a token. */
export async function addToDay(
  db: Db,
  event: AnyEvent,
  token: Address,
  change: { sales?: number; volume?: bigint; released?: bigint; refunded?: bigint; fees?: bigint },
): Promise<void> {
  const day = Number(event.block.timestamp / SECONDS_A_DAY);
  const { sales = 0, volume = 0n, released = 0n, refunded = 0n, fees = 0n } = change;
  await db
    .insert(dailyTotal)
    .values({ id: idOf(day, token), chainId, day, token, sales, volume, released, refunded, fees })
    .onConflictDoUpdate((row) => ({
      sales: row.sales + sales,
      volume: row.volume + volume,
      released: row.released + released,
      refunded: row.refunded + refunded,
      fees: row.fees + fees,
    }));
}

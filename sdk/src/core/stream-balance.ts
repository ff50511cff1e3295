/** What a stream and its payer's balance are at any moment, worked out from one look: nothing here asks the chain. */

/** A super token account as seen at a time. Amounts in super token units (18 decimals), rates in units per second. */
export interface StreamingBalance {
  /** What can be spent, deposits aside; negative once flows ran over it. */
  available: bigint;
  /** What open flows have locked; given back when they are closed in time, lost to a liquidator otherwise. */
  deposit: bigint;
  /** Net rate of all flows of the account: negative while more goes out than comes in. */
  netRate: bigint;
  /** When it was seen, in seconds. */
  at: number;
}

/** A stream as seen at a time. */
export interface StreamedAmount {
  /** Units that counted until `at`. */
  received: bigint;
  /** Units per second that count since. */
  rate: bigint;
  at: number;
}

/** Units available at a time, not before the look. */
export function availableAt({ available, netRate, at }: StreamingBalance, time: number): bigint {
  return available + netRate * BigInt(Math.max(0, time - at));
}

/**
 * First second in which anyone may liquidate the account's flows, the deposit going to whoever does; undefined while the
 * account gains or stands still.
 */
export function liquidationTime({ available, netRate, at }: StreamingBalance): number | undefined {
  if (available < 0n) return at;
  if (netRate >= 0n) return undefined;
  return at + Number(available / -netRate) + 1;
}

/** Seconds from `now` until `liquidationTime`, 0 when it is there; undefined while there is none. */
export function runwaySeconds(balance: StreamingBalance, now: number): number | undefined {
  const end = liquidationTime(balance);
  return end === undefined ? undefined : Math.max(0, end - now);
}

/** Units that have counted for the license until a time, with the flow as it was seen. */
export function streamedAt({ received, rate, at }: StreamedAmount, time: number): bigint {
  return received + rate * BigInt(Math.max(0, time - at));
}

/** Units as base units of the payment token, rounded down; `decimals` at most 18. */
export function unitsToBase(units: bigint, decimals: number): bigint {
  return units / 10n ** BigInt(18 - decimals);
}

/** Base units of the payment token as super token units. */
export function baseToUnits(amount: bigint, decimals: number): bigint {
  return amount * 10n ** BigInt(18 - decimals);
}

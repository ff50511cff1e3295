import type { AccountRow } from "./query";

/** What stands behind nothing and is not asked back: base units. */
export function freeStake({ own, delegated, locked, allocated, thawing }: StakeParts): bigint {
  const free = BigInt(own) + BigInt(delegated) - BigInt(thawing) - BigInt(locked) - BigInt(allocated);
  return free > 0n ? free : 0n;
}

type StakeParts = Pick<AccountRow, "own" | "delegated" | "locked" | "allocated" | "thawing">;

/** What shares of delegated stake are worth: base units, rounded down. */
export function delegationWorth(account: Pick<AccountRow, "delegated" | "shares">, shares: string): bigint {
  const all = BigInt(account.shares);
  return all === 0n ? 0n : (BigInt(account.delegated) * BigInt(shares)) / all;
}

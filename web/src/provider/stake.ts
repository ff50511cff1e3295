import type { BondAccountEntity } from "@colophon-protocol/sdk/indexer";

type StakeParts = Pick<BondAccountEntity, "own" | "delegated" | "locked" | "allocated" | "thawing">;

/** What stands behind nothing and is not asked back: base units. */
export function freeStake({ own, delegated, locked, allocated, thawing }: StakeParts): bigint {
  const free = own + delegated - thawing - locked - allocated;
  return free > 0n ? free : 0n;
}

/** What shares of delegated stake are worth: base units, rounded down. */
export function delegationWorth(account: Pick<BondAccountEntity, "delegated" | "shares">, shares: bigint): bigint {
  return account.shares === 0n ? 0n : (account.delegated * shares) / account.shares;
}

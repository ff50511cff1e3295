import type { Address, Hex } from "viem";

// What the builders of documents need of the indexer's rows; times and amounts are bigint.

/** Where a row comes from, in the order of the chain. */
export interface Place {
  at: bigint;
  transactionHash: Hex;
  logIndex: number;
}

/** A row of `distribution`. */
export interface DistributionRow extends Place {
  licenseId: bigint;
  datasetRef: string;
  token: Address;
  amount: bigint;
  fee: bigint;
  parents: bigint;
  toOwner: bigint;
  owner: Address;
}

/** A row of `payout` to the account itself. */
export interface PayoutRow extends Place {
  kind: "OWNER" | "POOL" | "ROYALTY" | "FEE" | "DEFERRED" | "CREDIT" | "CLAIM";
  token: Address;
  amount: bigint;
  gross: bigint;
  datasetRef: string | null;
  source: Address;
}

/** A payout to a pool of which the account is a member. */
export interface PoolRow extends Place {
  superToken: Address;
  distributed: bigint;
  shareBps: number;
  totalBps: number;
}

/** A sum of something before the period or within it. */
export interface Sums {
  token: Address;
  before: bigint;
  within: bigint;
}

/** A row of `payment`. */
export interface PaymentRow extends Place {
  kind:
    | "DEPOSIT"
    | "BILL"
    | "STATEMENT"
    | "DEBT"
    | "STREAM"
    | "BOND"
    | "REFUND"
    | "WITHDRAWAL"
    | "BOND_RETURNED"
    | "RESALE"
    | "RESALE_SOLD";
  licenseId: bigint;
  counterparty: Address | null;
  token: Address;
  amount: bigint;
}

/** What a list of contributors paid of the account's part. */
export interface ListPayoutRow extends Place {
  datasetId: bigint;
  token: Address;
  amount: bigint;
}

/** A row of `sale`. */
export interface SaleRow extends Place {
  licenseId: bigint;
  datasetRef: string;
  seller: Address;
  licensee: Address;
  token: Address;
  amount: bigint;
  reference: Hex;
}

/** Ascending by time, then by place in the chain's transactions as far as rows know it. */
export const inOrder = (
  a: { time: bigint; transactionHash: Hex; logIndex: number },
  b: { time: bigint; transactionHash: Hex; logIndex: number },
): number => {
  if (a.time !== b.time) return a.time < b.time ? -1 : 1;
  if (a.transactionHash !== b.transactionHash) return a.transactionHash < b.transactionHash ? -1 : 1;
  return a.logIndex - b.logIndex;
};

/** The number of an entity from the reference to it, `<chain>-<number>`. */
export const numberOf = (ref: string): bigint => BigInt(ref.slice(ref.indexOf("-") + 1));

/** Rows by what `key` gives of them, in the order of their first appearance. */
export function groupBy<T>(rows: readonly T[], key: (row: T) => string): T[][] {
  const groups = new Map<string, T[]>();
  for (const row of rows) {
    const group = groups.get(key(row));
    if (group) group.push(row);
    else groups.set(key(row), [row]);
  }
  return [...groups.values()];
}

/** Sum of what `value` gives of each row. */
export const sumOf = <T>(rows: readonly T[], value: (row: T) => bigint): bigint =>
  rows.reduce((sum, row) => sum + value(row), 0n);

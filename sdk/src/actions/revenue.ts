/** RevenueDistributor: money after release. Collecting a share from a Superfluid pool is in `collect.ts`. */
import { revenueDistributorAbi } from "@colophon-protocol/contracts";
import type { Address, ContractFunctionArgs } from "viem";
import { type SplitMember, sortMembers } from "../core/offer.js";
import { readsOf } from "../core/read.js";
import { defineWrite, syncOf } from "../core/write.js";

const read = /*#__PURE__*/ readsOf(
  "RevenueDistributor",
  revenueDistributorAbi,
  async () => (await import("../errors/hints-payments.js")).paymentsHints,
);

/** A contributor's signature under a split that lowers its share; see `IRevenueDistributor.Consent`. */
export type SplitConsent = ContractFunctionArgs<typeof revenueDistributorAbi, "nonpayable", "createSplit">[2][number];

/** Makes the next split of a dataset; members are put in order. Only the owner. Emits SplitCreated. */
export const createSplit = /*#__PURE__*/ defineWrite({
  contract: "RevenueDistributor",
  abi: revenueDistributorAbi,
  functionName: "createSplit",
  event: "SplitCreated",
  args: ({
    datasetId,
    members,
    consents = [],
  }: {
    datasetId: bigint;
    members: readonly SplitMember[];
    consents?: readonly SplitConsent[];
  }) => [datasetId, sortMembers(members), consents],
});
/** `createSplit`, waiting for its receipt. */
export const createSplitSync = /*#__PURE__*/ syncOf(createSplit);

/** Pays a parent version's accrual to its owner and one level up. Anyone. Emits RoyaltyPaid. */
export const payRoyalty = /*#__PURE__*/ defineWrite({
  contract: "RevenueDistributor",
  abi: revenueDistributorAbi,
  functionName: "payRoyalty",
  event: "RoyaltyPaid",
  args: ({ datasetId, version, token }: { datasetId: bigint; version: number; token: Address }) => [
    datasetId,
    version,
    token,
  ],
});
/** `payRoyalty`, waiting for its receipt. */
export const payRoyaltySync = /*#__PURE__*/ syncOf(payRoyalty);

/** A version, one of its owners, and a payment token. */
interface OwnersRoyalty {
  datasetId: bigint;
  version: number;
  token: Address;
  owner: Address;
}

/** Pays what accrued for a version while an earlier owner held the title, to that owner. Anyone. Emits RoyaltyPaid. */
export const payPastRoyalty = /*#__PURE__*/ defineWrite({
  contract: "RevenueDistributor",
  abi: revenueDistributorAbi,
  functionName: "payPastRoyalty",
  event: "RoyaltyPaid",
  args: ({ datasetId, version, token, owner }: OwnersRoyalty) => [datasetId, version, token, owner],
});
/** `payPastRoyalty`, waiting for its receipt. */
export const payPastRoyaltySync = /*#__PURE__*/ syncOf(payPastRoyalty);

/**
 * Makes a large split's pool and sets the units of up to `limit` more members. Small splits need none of it: the first
 * release makes their pool. Anyone. Emits PoolCreated the first time only, so there is no Sync twin.
 */
export const preparePool = /*#__PURE__*/ defineWrite({
  contract: "RevenueDistributor",
  abi: revenueDistributorAbi,
  functionName: "preparePool",
  event: "PoolCreated",
  args: ({ datasetId, split, token, limit }: { datasetId: bigint; split: number; token: Address; limit: bigint }) => [
    datasetId,
    split,
    token,
    limit,
  ],
});

/** Pays accrued protocol fees to the treasury. Anyone. Emits FeesCollected. */
export const collectFees = /*#__PURE__*/ defineWrite({
  contract: "RevenueDistributor",
  abi: revenueDistributorAbi,
  functionName: "collectFees",
  event: "FeesCollected",
  args: ({ token }: { token: Address }) => [token],
});
/** `collectFees`, waiting for its receipt. */
export const collectFeesSync = /*#__PURE__*/ syncOf(collectFees);

/** Pays what an earlier direct payment could not; only the owed account itself may name another receiver. Emits Claimed. */
export const claimPayout = /*#__PURE__*/ defineWrite({
  contract: "RevenueDistributor",
  abi: revenueDistributorAbi,
  functionName: "claim",
  event: "Claimed",
  args: ({ owed, token, to = owed }: { owed: Address; token: Address; to?: Address }) => [owed, token, to],
});
/** `claimPayout`, waiting for its receipt. */
export const claimPayoutSync = /*#__PURE__*/ syncOf(claimPayout);

/** Number of splits of a dataset; they run from 1 to this. Split 0 is the owner alone. */
export const splitCount = /*#__PURE__*/ read({
  functionName: "splitCount",
  args: ({ datasetId }: { datasetId: bigint }) => [datasetId],
  result: (count): number => count,
});

/** Members of a split with their shares in basis points. */
export const membersOf = /*#__PURE__*/ read({
  functionName: "membersOf",
  args: ({ datasetId, split }: { datasetId: bigint; split: number }) => [datasetId, split],
  result: (members): readonly SplitMember[] => members,
});

/** The Superfluid pool of a split and token, zero before its first use. */
export const poolOf = /*#__PURE__*/ read({
  functionName: "poolOf",
  args: ({ datasetId, split, token }: { datasetId: bigint; split: number; token: Address }) => [
    datasetId,
    split,
    token,
  ],
  result: (pool): Address => pool,
});

/** Direct payments that wait for an account, base units. */
export const claimable = /*#__PURE__*/ read({
  functionName: "claimable",
  args: ({ account, token }: { account: Address; token: Address }) => [account, token],
  result: (amount): bigint => amount,
});

/** Protocol fees that wait, base units. */
export const accruedFees = /*#__PURE__*/ read({
  functionName: "accruedFees",
  args: ({ token }: { token: Address }) => [token],
  result: (amount): bigint => amount,
});

/** Royalties that wait for a parent version, base units. */
export const accruedRoyalty = /*#__PURE__*/ read({
  functionName: "accruedRoyalty",
  args: ({ datasetId, version, token }: { datasetId: bigint; version: number; token: Address }) => [
    datasetId,
    version,
    token,
  ],
  result: (amount): bigint => amount,
});

/** Royalties that wait for one owner of a version, present or past, base units. */
export const accruedRoyaltyOf = /*#__PURE__*/ read({
  functionName: "accruedRoyaltyOf",
  args: ({ datasetId, version, token, owner }: OwnersRoyalty) => [datasetId, version, token, owner],
  result: (amount): bigint => amount,
});

/** Books of a token: received = paid + held, base units. */
export const booksOf = /*#__PURE__*/ read({
  functionName: "booksOf",
  args: ({ token }: { token: Address }) => [token],
  result: (books) => books,
});

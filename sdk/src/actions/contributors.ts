/** Lists of contributors: one member of a split that stands for thousands, who claim with proofs. */
import { contributorListAbi, contributorListsAbi } from "@colophon-protocol/contracts";
import type { Address, Hex } from "viem";
import { type Contributor, sortContributors } from "../core/contributors.js";
import { readsOf } from "../core/read.js";
import { defineWrite, syncOf } from "../core/write.js";

const hints = async () => (await import("../errors/hints-payments.js")).paymentsHints;
const readLists = /*#__PURE__*/ readsOf("ContributorLists", contributorListsAbi, hints);
const readList = /*#__PURE__*/ readsOf("ContributorList", contributorListAbi, hints);

/** A list before it is made. Lists of different datasets are kept apart. */
export interface ContributorListInput {
  datasetId: bigint;
  /** In any order. */
  contributors: readonly Contributor[];
}

const inputArgs = ({ datasetId, contributors }: ContributorListInput) =>
  [datasetId, sortContributors(contributors)] as const;

/**
 * Makes a list, for a split to name as a member. Anyone: a list by itself earns nothing. Emits ListCreated the first time only:
 * the same list has the same address (`contributorListAddress`), so use it without waiting for the event where it may exist.
 */
export const createContributorList = /*#__PURE__*/ defineWrite({
  contract: "ContributorLists",
  abi: contributorListsAbi,
  functionName: "create",
  event: "ListCreated",
  args: inputArgs,
});
/** `createContributorList`, waiting for its receipt. @throws ColophonError when the list was made before (no event) */
export const createContributorListSync = /*#__PURE__*/ syncOf(createContributorList);

/** Where a list is or would be. */
export const contributorListAddress = /*#__PURE__*/ readLists({
  functionName: "addressOf",
  args: inputArgs,
  result: (list): Address => list,
});

/** A contributor's claim; `contributorProof` makes units and proof of the whole list. Needs the list as `address`. */
export interface ContributorClaim {
  /** Payment token or super token: what reached the list in it. */
  token: Address;
  account: Address;
  units: bigint;
  proof: readonly Hex[];
  /** Only the account itself may choose another receiver than itself. */
  to?: Address | undefined;
}

/** Pays what is due to a contributor in one token. Anyone. Emits ContributorPaid. Needs the list as `address`. */
export const claimFromList = /*#__PURE__*/ defineWrite({
  contract: "ContributorList",
  abi: contributorListAbi,
  functionName: "claim",
  event: "ContributorPaid",
  args: ({ token, account, units, proof, to = account }: ContributorClaim) => [token, account, units, proof, to],
});
/** `claimFromList`, waiting for its receipt. */
export const claimFromListSync = /*#__PURE__*/ syncOf(claimFromList);

/** Base units of a token that are due to a contributor of `units` now; says nothing of whether it is in the list. Needs `address`. */
export const dueFromList = /*#__PURE__*/ readList({
  functionName: "dueTo",
  args: ({ account, units, token }: { account: Address; units: bigint; token: Address }) => [account, units, token],
  result: (amount): bigint => amount,
});

/** Base units of a token that reached the list so far. Needs `address`. */
export const receivedByList = /*#__PURE__*/ readList({
  functionName: "received",
  args: ({ token }: { token: Address }) => [token],
  result: (amount): bigint => amount,
});

/** Base units of a token that an account has claimed. Needs `address`. */
export const paidFromList = /*#__PURE__*/ readList({
  functionName: "paidTo",
  args: ({ account, token }: { account: Address; token: Address }) => [account, token],
  result: (amount): bigint => amount,
});

/** Root of a list's tree. Needs `address`. */
export const listRoot = /*#__PURE__*/ readList({
  functionName: "root",
  args: (_: object) => [],
  result: (root): Hex => root,
});

/** Sum of all units of a list. Needs `address`. */
export const listTotalUnits = /*#__PURE__*/ readList({
  functionName: "totalUnits",
  args: (_: object) => [],
  result: (units): bigint => units,
});

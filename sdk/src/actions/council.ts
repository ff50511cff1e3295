/** CouncilArbitrator: named members who vote on disputes. */
import { councilArbitratorAbi } from "@colophon-protocol/contracts";
import { type Address, type Hex, zeroHash } from "viem";
import { type Ruling, rulingHash, rulingToChain } from "../core/dispute-values.js";
import { readsOf } from "../core/read.js";
import { defineWrite, syncOf } from "../core/write.js";
import type { DisputeId } from "./disputes.js";

const read = /*#__PURE__*/ readsOf(
  "CouncilArbitrator",
  councilArbitratorAbi,
  async () => (await import("../errors/hints-trust-dispute.js")).trustDisputeHints,
);

/** One round of a dispute: 0 for the first ruling, 1 for an appeal. */
export interface Round extends DisputeId {
  round?: number;
}

/**
 * Votes for a ruling; what is left out of it is nothing. A later vote replaces an earlier one, and with the last vote needed the
 * council rules. Only members of the set that sits. Emits Voted.
 */
export const voteOnDispute = /*#__PURE__*/ defineWrite({
  contract: "CouncilArbitrator",
  abi: councilArbitratorAbi,
  functionName: "vote",
  event: "Voted",
  args: ({ disputeId, round = 0, ruling }: Round & { ruling: Partial<Ruling> }) => [
    disputeId,
    round,
    rulingToChain(ruling),
  ],
});
/** `voteOnDispute`, waiting for its receipt. */
export const voteOnDisputeSync = /*#__PURE__*/ syncOf(voteOnDispute);

/**
 * What asking an arbitrator costs now. The council unless `address` names another arbitrator: all answer alike. `native` in wei.
 */
export const arbitrationCost = /*#__PURE__*/ read({
  functionName: "cost",
  args: ({ round = 0 }: { round?: number }) => [round],
  result: ([token, amount, native]) => ({ token, amount, native }),
});

/** A set of members by its number: how many there are and how many votes decide. */
export const councilAt = /*#__PURE__*/ read({
  functionName: "councilAt",
  args: ({ council }: { council: number }) => [council],
  result: (found) => found,
});

/** The set that sits on new disputes; 0 for none. */
export const presentCouncil = /*#__PURE__*/ read({
  functionName: "present",
  args: (_: object) => [],
  result: (council): number => council,
});

/** Whether an account belongs to a set. */
export const isCouncilMember = /*#__PURE__*/ read({
  functionName: "isMember",
  args: ({ council, member }: { council: number; member: Address }) => [council, member],
  result: (belongs): boolean => belongs,
});

/** A case; undefined when the council was not asked. */
export const councilCaseOf = /*#__PURE__*/ read({
  functionName: "caseOf",
  args: ({ disputeId, round = 0 }: Round) => [disputeId, round],
  result: (found) => (found.council === 0 ? undefined : found),
});

/** The hash of the ruling that a member voted for; undefined when it did not vote. */
export const councilVoteOf = /*#__PURE__*/ read({
  functionName: "voteOf",
  args: ({ disputeId, round = 0, member }: Round & { member: Address }) => [disputeId, round, member],
  result: (vote): Hex | undefined => (vote === zeroHash ? undefined : vote),
});

/** Votes for a ruling. */
export const councilVotesFor = /*#__PURE__*/ read({
  functionName: "votesFor",
  args: ({ disputeId, round = 0, ruling }: Round & { ruling: Partial<Ruling> }) => [
    disputeId,
    round,
    rulingHash(ruling),
  ],
  result: (votes): number => votes,
});

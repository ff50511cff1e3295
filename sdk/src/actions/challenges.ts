/** ServiceChallenges: a request that nobody answered, asked again on chain for a fee. */
import { serviceChallengesAbi } from "@colophon-protocol/contracts";
import type { Address, Hex } from "viem";
import { enumName } from "../core/enums.js";
import type { Offer } from "../core/offer.js";
import { readsOf } from "../core/read.js";
import { CHALLENGE_STATE } from "../core/trust-enums.js";
import { defineWrite, syncOf } from "../core/write.js";
import type { Message } from "../formats/typed-data.js";
import type { Deferred } from "./bond.js";
import { eitherSyncOf } from "./either.js";
import type { LicenseId } from "./license.js";

const read = /*#__PURE__*/ readsOf(
  "ServiceChallenges",
  serviceChallengesAbi,
  async () => (await import("../errors/hints-trust-bond.js")).trustBondHints,
);

/** Number of a challenge, from 1. */
export interface ChallengeId {
  challengeId: bigint;
}

/** A challenge to be opened. */
export interface OpenChallenge {
  offer: Offer;
  request: Message<"DeliveryRequest">;
  signature?: Hex;
  /** Most base units that the fee may be. */
  maxFee: bigint;
}

/** A provider's answer: its receipt, and the chunk's place in the encoding. */
export interface ChallengeAnswer {
  offer: Offer;
  receipt: Message<"AvailabilityReceipt">;
  /** Of the chunk's leaf, as `flags` and the receipt's digest. */
  size: number;
  flags: number;
  /** Inclusion proof of the leaf in the encoding's root. */
  proof: readonly Hex[];
  /** The provider, or its key for receipts. */
  signer: Address;
  signature: Hex;
}

/**
 * Challenges a provider with its licensee's request; the caller pays the fee out of its allowance. `prepareChallenge` finds out
 * what is needed. The signature is not read when the holder calls. Emits ChallengeOpened.
 */
export const openChallenge = /*#__PURE__*/ defineWrite({
  contract: "ServiceChallenges",
  abi: serviceChallengesAbi,
  functionName: "open",
  event: "ChallengeOpened",
  args: ({ offer, request, signature = "0x", maxFee }: OpenChallenge) => [offer, request, signature, maxFee],
});
/** `openChallenge`, waiting for its receipt. */
export const openChallengeSync = /*#__PURE__*/ syncOf(openChallenge);

/** Answers a challenge in time, which earns the fee. Anyone who has the provider's receipt. Emits ChallengeAnswered. */
export const answerChallenge = /*#__PURE__*/ defineWrite({
  contract: "ServiceChallenges",
  abi: serviceChallengesAbi,
  functionName: "answer",
  event: "ChallengeAnswered",
  args: ({ offer, receipt, size, flags, proof, signer, signature }: ChallengeAnswer) => [
    offer,
    receipt,
    size,
    flags,
    proof,
    signer,
    signature,
  ],
});
/** `answerChallenge`, waiting for its receipt. */
export const answerChallengeSync = /*#__PURE__*/ syncOf(answerChallenge);

/**
 * Ends a challenge that nobody answered in time. Anyone. Emits ChallengeFaulted, or ChallengeVoided alone when access was cut
 * meanwhile.
 */
export const faultChallenge = /*#__PURE__*/ defineWrite({
  contract: "ServiceChallenges",
  abi: serviceChallengesAbi,
  functionName: "fault",
  event: "ChallengeFaulted",
  args: ({ challengeId, offer }: ChallengeId & { offer: Offer }) => [challengeId, offer],
});
/** `faultChallenge`, waiting for its receipt; `event` is undefined when nobody is at fault. */
export const faultChallengeSync = /*#__PURE__*/ eitherSyncOf(faultChallenge);

/**
 * Pays what an earlier payout of a challenge could not. Anyone; only the holder chooses another receiver. Emits DeferredClaimed.
 */
export const claimDeferredChallenge = /*#__PURE__*/ defineWrite({
  contract: "ServiceChallenges",
  abi: serviceChallengesAbi,
  functionName: "claimDeferred",
  event: "DeferredClaimed",
  args: ({ holder, token, to = holder }: Deferred) => [holder, token, to],
});
/** `claimDeferredChallenge`, waiting for its receipt. */
export const claimDeferredChallengeSync = /*#__PURE__*/ syncOf(claimDeferredChallenge);

/** A challenge; undefined when there is none. */
export const challengeOf = /*#__PURE__*/ read({
  functionName: "challengeOf",
  args: ({ challengeId }: ChallengeId) => [challengeId],
  result: (found) => {
    const state = enumName(CHALLENGE_STATE, found.state);
    return state === "None" ? undefined : { ...found, state };
  },
});

/** Number of challenges; ids run from 1 to this. */
export const challengeCount = /*#__PURE__*/ read({
  functionName: "challengeCount",
  args: (_: object) => [],
  result: (count): bigint => count,
});

/** The last challenge of a license, the sequence of its request and when it was opened; zeros when there was none. */
export const lastChallengeOf = /*#__PURE__*/ read({
  functionName: "lastOf",
  args: ({ licenseId }: LicenseId) => [licenseId],
  result: ([challengeId, sequence, openedAt]) => ({ challengeId, sequence, openedAt }),
});

/** What challenging an offer's provider costs, and what a missed answer costs the provider, base units. */
export const challengeCost = /*#__PURE__*/ read({
  functionName: "costOf",
  args: ({ offer }: { offer: Offer }) => [offer],
  result: ([fee, penalty]) => ({ fee, penalty }),
});

/** Governed numbers of challenges. */
export const challengeTerms = /*#__PURE__*/ read({
  functionName: "terms",
  args: (_: object) => [],
  result: (found) => found,
});

/** The claim id of a challenge at the bond. */
export const challengeClaimId = /*#__PURE__*/ read({
  functionName: "claimIdOf",
  args: ({ challengeId }: ChallengeId) => [challengeId],
  result: (id): Hex => id,
});

/** Base units that wait for an account after a challenge's payout failed. */
export const deferredChallengeOf = /*#__PURE__*/ read({
  functionName: "deferredOf",
  args: ({ holder, token }: Omit<Deferred, "to">) => [holder, token],
  result: (waiting): bigint => waiting,
});

/** DisputeManager: claims, evidence, rulings, appeals, settlements. The council votes in `council.ts`; amounts are base units. */
import { disputeManagerAbi } from "@colophon-protocol/contracts";
import type { Hex } from "viem";
import {
  type ClaimInput,
  claimToChain,
  type DisputeEvidence,
  evidenceToChain,
  NO_OFFER,
  type ShownChunk,
} from "../core/dispute-values.js";
import type { Offer } from "../core/offer.js";
import { defineWrite, syncOf } from "../core/write.js";
import type { Message } from "../formats/typed-data.js";
import type { Deferred } from "./bond.js";
import { eitherSyncOf } from "./either.js";
import type { Deal } from "./escrow.js";
import type { LicenseId } from "./license.js";

export * from "./dispute-reads.js";

/** Number of a dispute, from 1. */
export interface DisputeId {
  disputeId: bigint;
}

/** A dispute with the offer of the license that it is about; without one for other subjects. */
export interface DisputeCase extends DisputeId {
  offer?: Offer | undefined;
}

/** A claim to be filed. */
export interface OpenDispute {
  claim: ClaimInput;
  /** Of the license that it is about; left out for other subjects. */
  offer?: Offer | undefined;
  evidence: DisputeEvidence;
}

/** A dispute on its way to an arbitrator. */
export interface ReferDispute extends DisputeId {
  /** What this arbitrator wants to know besides; nothing for a council. */
  extra?: Hex;
  /** Wei that the arbitrator asks for; nothing for a council. */
  cost?: bigint;
}

/** Terms that end a dispute. */
export interface SettleDispute {
  terms: Message<"Settlement">;
  offer?: Offer | undefined;
  /** Left out when the claimant calls or has called; likewise the respondent's. */
  claimantSignature?: Hex;
  respondentSignature?: Hex;
}

const caseArgs = ({ disputeId, offer = NO_OFFER }: DisputeCase) => [disputeId, offer] as const;

/**
 * Files a claim with its bond, out of an allowance to the dispute manager, and freezes what it names. `prepareOpenDispute` finds
 * out what it costs and what the chain says against it. Emits DisputeOpened.
 */
export const openDispute = /*#__PURE__*/ defineWrite({
  contract: "DisputeManager",
  abi: disputeManagerAbi,
  functionName: "open",
  event: "DisputeOpened",
  args: ({ claim, offer = NO_OFFER, evidence }: OpenDispute) => [claimToChain(claim), offer, evidenceToChain(evidence)],
});
/** `openDispute`, waiting for its receipt. */
export const openDisputeSync = /*#__PURE__*/ syncOf(openDispute);

/** Answers a claim within the response window. The respondent, or for a license its provider. Emits DisputeAnswered. */
export const respondToDispute = /*#__PURE__*/ defineWrite({
  contract: "DisputeManager",
  abi: disputeManagerAbi,
  functionName: "respond",
  event: "DisputeAnswered",
  args: ({ disputeId, offer = NO_OFFER, evidence }: DisputeCase & { evidence: DisputeEvidence }) => [
    disputeId,
    offer,
    evidenceToChain(evidence),
  ],
});
/** `respondToDispute`, waiting for its receipt. */
export const respondToDisputeSync = /*#__PURE__*/ syncOf(respondToDispute);

/** Adds evidence until the dispute ends. Anyone. Emits EvidenceSubmitted. */
export const submitDisputeEvidence = /*#__PURE__*/ defineWrite({
  contract: "DisputeManager",
  abi: disputeManagerAbi,
  functionName: "submitEvidence",
  event: "EvidenceSubmitted",
  args: ({ disputeId, evidence }: DisputeId & { evidence: DisputeEvidence }) => [disputeId, evidenceToChain(evidence)],
});
/** `submitDisputeEvidence`, waiting for its receipt. */
export const submitDisputeEvidenceSync = /*#__PURE__*/ syncOf(submitDisputeEvidence);

/**
 * Shows one chunk's key with its commitments, in a dispute about a license, so that the arbitrator can decrypt that chunk.
 * Anyone. Emits ChunkKeyShown.
 */
export const showChunkKey = /*#__PURE__*/ defineWrite({
  contract: "DisputeManager",
  abi: disputeManagerAbi,
  functionName: "showChunkKey",
  event: "ChunkKeyShown",
  args: ({ disputeId, encoding, evidence }: DisputeId & { encoding: number; evidence: ShownChunk }) => [
    disputeId,
    encoding,
    evidence,
  ],
});
/** `showChunkKey`, waiting for its receipt. */
export const showChunkKeySync = /*#__PURE__*/ syncOf(showChunkKey);

/** Lets sales go on against a bond. The respondent of a takedown, until there is a ruling. Emits CounterBondPosted. */
export const postCounterBond = /*#__PURE__*/ defineWrite({
  contract: "DisputeManager",
  abi: disputeManagerAbi,
  functionName: "counterBond",
  event: "CounterBondPosted",
  args: ({ disputeId }: DisputeId) => [disputeId],
});
/** `postCounterBond`, waiting for its receipt. */
export const postCounterBondSync = /*#__PURE__*/ syncOf(postCounterBond);

/**
 * Refers a dispute to its arbitrator, whose cost the caller pays; `prepareReferDispute` reads it. Anyone, after an answer or the
 * response window. Emits DisputeReferred.
 */
export const referDispute = /*#__PURE__*/ defineWrite({
  contract: "DisputeManager",
  abi: disputeManagerAbi,
  functionName: "refer",
  event: "DisputeReferred",
  args: ({ disputeId, extra = "0x" }: ReferDispute) => [disputeId, extra],
  value: ({ cost = 0n }: ReferDispute) => cost,
});
/** `referDispute`, waiting for its receipt. */
export const referDisputeSync = /*#__PURE__*/ syncOf(referDispute);

/**
 * Appeals to the higher arbitrator, with a bond and its cost; `prepareAppeal` reads them. Either side, once, within the appeal
 * window. Emits DisputeAppealed.
 */
export const appealDispute = /*#__PURE__*/ defineWrite({
  contract: "DisputeManager",
  abi: disputeManagerAbi,
  functionName: "appeal",
  event: "DisputeAppealed",
  args: ({ disputeId, offer = NO_OFFER, extra = "0x" }: DisputeCase & ReferDispute) => [disputeId, offer, extra],
  value: ({ cost = 0n }: DisputeCase & ReferDispute) => cost,
});
/** `appealDispute`, waiting for its receipt. */
export const appealDisputeSync = /*#__PURE__*/ syncOf(appealDispute);

/** Ends a dispute whose time has come, as ruled or by default. Anyone. Emits DisputeClosed. */
export const concludeDispute = /*#__PURE__*/ defineWrite({
  contract: "DisputeManager",
  abi: disputeManagerAbi,
  functionName: "conclude",
  event: "DisputeClosed",
  args: caseArgs,
});
/** `concludeDispute`, waiting for its receipt. */
export const concludeDisputeSync = /*#__PURE__*/ syncOf(concludeDispute);

/** Gives a claim up; its bond is the respondent's. The claimant, until there is a ruling. Emits DisputeClosed. */
export const withdrawDispute = /*#__PURE__*/ defineWrite({
  contract: "DisputeManager",
  abi: disputeManagerAbi,
  functionName: "withdraw",
  event: "DisputeClosed",
  args: caseArgs,
});
/** `withdrawDispute`, waiting for its receipt. */
export const withdrawDisputeSync = /*#__PURE__*/ syncOf(withdrawDispute);

/**
 * Ends a dispute as both sides agree, by signatures of `signSettlement` or by calls. The first call of one side without the
 * other's consent records its offer, with SettlementOffered alone. Emits DisputeSettled.
 */
export const settleDispute = /*#__PURE__*/ defineWrite({
  contract: "DisputeManager",
  abi: disputeManagerAbi,
  functionName: "settle",
  event: "DisputeSettled",
  args: ({ terms, offer = NO_OFFER, claimantSignature = "0x", respondentSignature = "0x" }: SettleDispute) => [
    terms,
    offer,
    claimantSignature,
    respondentSignature,
  ],
});
/** `settleDispute`, waiting for its receipt; `event` is undefined when the call only offered the terms. */
export const settleDisputeSync = /*#__PURE__*/ eitherSyncOf(settleDispute);

/**
 * Ends a license whose end a ruling set, from that second on. Anyone. The license token says so: this contract emits LicenseEnds when
 * the dispute is concluded, and nothing here. So it has no `Sync` twin.
 */
export const endLicenseByRuling = /*#__PURE__*/ defineWrite({
  contract: "DisputeManager",
  abi: disputeManagerAbi,
  functionName: "endLicense",
  event: "LicenseEnds",
  args: ({ licenseId }: LicenseId) => [licenseId],
});
/**
 * Does with a license's money what was ruled, when its rail refused that for long and no dispute holds it. Anyone. Emits
 * LicenseSettled.
 */
export const settleLicenseByRuling = /*#__PURE__*/ defineWrite({
  contract: "DisputeManager",
  abi: disputeManagerAbi,
  functionName: "settleLicense",
  event: "LicenseSettled",
  args: ({ licenseId, offer }: Deal) => [licenseId, offer],
});
/** `settleLicenseByRuling`, waiting for its receipt. */
export const settleLicenseByRulingSync = /*#__PURE__*/ syncOf(settleLicenseByRuling);

/**
 * Pays what an earlier payout of a dispute could not. Anyone; only the holder chooses another receiver. Emits DeferredClaimed.
 */
export const claimDeferredDispute = /*#__PURE__*/ defineWrite({
  contract: "DisputeManager",
  abi: disputeManagerAbi,
  functionName: "claimDeferred",
  event: "DeferredClaimed",
  args: ({ holder, token, to = holder }: Deferred) => [holder, token, to],
});
/** `claimDeferredDispute`, waiting for its receipt. */
export const claimDeferredDisputeSync = /*#__PURE__*/ syncOf(claimDeferredDispute);

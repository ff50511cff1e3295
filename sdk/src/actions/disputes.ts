/** DisputeManager: claims, evidence, rulings, appeals, settlements. The council votes in `council.ts`; amounts are base units. */
import { disputeManagerAbi } from "@colophon-protocol/contracts";
import type { Address, Hex } from "viem";
import {
  type ClaimInput,
  claimToChain,
  type DisputeEvidence,
  evidenceToChain,
  isEmptyRuling,
  NO_OFFER,
  type Ruling,
  rulingFromChain,
  rulingToChain,
  type ShownChunk,
} from "../core/dispute-values.js";
import { enumName, VERSION_STATUS } from "../core/enums.js";
import type { Offer } from "../core/offer.js";
import { readsOf } from "../core/read.js";
import {
  CLAIM_ANSWER,
  DISPUTE_FLAG_BITS,
  DISPUTE_OUTCOME,
  DISPUTE_PHASE,
  DISPUTE_REASON,
  DISPUTE_SUBJECT,
  type DisputeReason,
  type DisputeSubject,
  knownName,
  namesOfBits,
  subjectOfReason,
} from "../core/trust-enums.js";
import { defineWrite, syncOf } from "../core/write.js";
import type { Message } from "../formats/typed-data.js";
import type { Deferred } from "./bond.js";
import { eitherSyncOf } from "./either.js";
import type { Deal } from "./escrow.js";
import type { LicenseId } from "./license.js";

const read = /*#__PURE__*/ readsOf(
  "DisputeManager",
  disputeManagerAbi,
  async () => (await import("../errors/hints-trust-dispute.js")).trustDisputeHints,
);

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

/** A dispute; undefined when there is none. `deadline` is the last second of the present phase. */
export const disputeOf = /*#__PURE__*/ read({
  functionName: "disputeOf",
  args: ({ disputeId }: DisputeId) => [disputeId],
  result: (found) => {
    const phase = enumName(DISPUTE_PHASE, found.phase);
    if (phase === "None") return undefined;
    const reason = enumName(DISPUTE_REASON, found.reason);
    return {
      ...found,
      phase,
      reason,
      subject: subjectOfReason(reason),
      outcome: enumName(DISPUTE_OUTCOME, found.outcome),
      flags: namesOfBits(DISPUTE_FLAG_BITS, found.flags),
    };
  },
});

/** A dispute as `disputeOf` gives it. */
export type Dispute = NonNullable<Awaited<ReturnType<typeof disputeOf>>>;

/** The latest ruling; undefined before one. */
export const disputeRuling = /*#__PURE__*/ read({
  functionName: "rulingOf",
  args: ({ disputeId }: DisputeId) => [disputeId],
  result: (found): Ruling | undefined => {
    const ruling = rulingFromChain(found);
    return isEmptyRuling(ruling) ? undefined : ruling;
  },
});

/** What a ruling would do if it were done now: refund, release, what the bond pays, who gets the bonds of the dispute. */
export const previewRuling = /*#__PURE__*/ read({
  functionName: "previewRuling",
  args: ({ disputeId, offer = NO_OFFER, ruling }: DisputeCase & { ruling: Partial<Ruling> }) => [
    disputeId,
    rulingToChain(ruling),
    offer,
  ],
  result: (found) => ({ ...found, status: enumName(VERSION_STATUS, found.status) }),
});

/** The ruling that gives all that a claim can ask for, or nothing. Amounts at their maximum mean "all there is". */
export const reliefOf = /*#__PURE__*/ read({
  functionName: "reliefOf",
  args: ({ disputeId, upheld }: DisputeId & { upheld: boolean }) => [disputeId, upheld],
  result: (found): Ruling => rulingFromChain(found),
});

/** What the chain itself says against a claim, who would answer it, which judge would sit, and the bond it needs. */
export const checkClaim = /*#__PURE__*/ read({
  functionName: "check",
  args: ({ claim, offer = NO_OFFER, claimant }: Omit<OpenDispute, "evidence"> & { claimant: Address }) => [
    claimToChain(claim),
    offer,
    claimant,
  ],
  result: ([answer, respondent, judge, token, bond]) => ({
    answer: knownName("The answer", CLAIM_ANSWER, answer),
    respondent,
    judge,
    token,
    bond,
  }),
});

/** Who appealed with which bond, and the counter-bond. */
export const disputeBonds = /*#__PURE__*/ read({
  functionName: "bondsOf",
  args: ({ disputeId }: DisputeId) => [disputeId],
  result: ([appellant, appealBond, counterBond]) => ({ appellant, appealBond, counterBond }),
});

/** What a claim says that it lost, and for a provider in which token. */
export const disputeStake = /*#__PURE__*/ read({
  functionName: "stakeOf",
  args: ({ disputeId }: DisputeId) => [disputeId],
  result: ([token, claimed]) => ({ token, claimed }),
});

/** An arbitrator that is or was listed. */
export const disputeJudge = /*#__PURE__*/ read({
  functionName: "judgeAt",
  args: ({ judge }: { judge: number }) => [judge],
  result: (found) => found,
});

/** The number under which an arbitrator is listed now; 0 when it is not. */
export const judgeOf = /*#__PURE__*/ read({
  functionName: "judgeOf",
  args: ({ arbitrator }: { arbitrator: Address }) => [arbitrator],
  result: (judge): number => judge,
});

/** Governed windows and bonds by their number; a dispute keeps those of its opening. */
export const disputeNumbers = /*#__PURE__*/ read({
  functionName: "numbersAt",
  args: ({ numbers }: { numbers: number }) => [numbers],
  result: (found) => found,
});

/** The number of the governed numbers in force, and how many disputes there are. */
export const disputeCounts = /*#__PURE__*/ read({
  functionName: "counts",
  args: (_: object) => [],
  result: ([numbers, disputes]) => ({ numbers, disputes }),
});

/** The fixed bond of a subject in a token. */
export const fixedDisputeBond = /*#__PURE__*/ read({
  functionName: "bondOf",
  args: ({ subject, token }: { subject: Exclude<DisputeSubject, "None">; token: Address }) => [
    DISPUTE_SUBJECT.indexOf(subject),
    token,
  ],
  result: (bond): bigint => bond,
});

/** What disputes hold of a license, which reasons were ruled on, and what is to be done with its money. */
export const disputesOfLicense = /*#__PURE__*/ read({
  functionName: "heldOf",
  args: ({ licenseId }: LicenseId) => [licenseId],
  result: (found) => ({
    ...found,
    ruled: DISPUTE_REASON.filter((_, index) => ((found.ruled >> index) & 1) === 1) as DisputeReason[],
  }),
});

/**
 * Disputes that stop a version's sales now, and how many takedowns of it were rejected: each doubles the next one's bond.
 */
export const stoppedSales = /*#__PURE__*/ read({
  functionName: "stoppedOf",
  args: ({ datasetId, version }: { datasetId: bigint; version: number }) => [datasetId, version],
  result: ([holds, rejected]) => ({ holds, rejected }),
});

/** Seconds after which a remedy that its contract refuses no longer blocks the end of a dispute. */
export const forceRemediesAfter = /*#__PURE__*/ read({
  functionName: "FORCE_AFTER",
  args: (_: object) => [],
  result: (seconds): number => seconds,
});

/** Base units that wait for an account after a dispute's payout failed. */
export const deferredDisputeOf = /*#__PURE__*/ read({
  functionName: "deferredOf",
  args: ({ holder, token }: Omit<Deferred, "to">) => [holder, token],
  result: (waiting): bigint => waiting,
});

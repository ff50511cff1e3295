/** Reads of DisputeManager: disputes, rulings and what they would do, who judges, what is held. Amounts are base units. */
import { disputeManagerAbi } from "@colophon-protocol/contracts";
import { type Address, encodeAbiParameters, type Hex, keccak256, parseAbiParameters } from "viem";
import { type DeploymentOptions, resolveAddress } from "../core/deployment.js";
import { claimToChain, NO_OFFER, type Ruling, rulingFromChain, rulingToChain } from "../core/dispute-values.js";
import { enumName, VERSION_STATUS } from "../core/enums.js";
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
import type { ColophonClient } from "../core/types.js";
import type { Deferred } from "./bond.js";
import type { DisputeCase, DisputeId, OpenDispute } from "./disputes.js";
import type { LicenseId } from "./license.js";

const read = /*#__PURE__*/ readsOf(
  "DisputeManager",
  disputeManagerAbi,
  async () => (await import("../errors/hints-trust-dispute.js")).trustDisputeHints,
);

/** The claim id of a dispute at the bond: `bondLock` shows what is locked for it, `dropBondLock` ends a lock that is too old. */
export function disputeClaimId(
  client: Pick<ColophonClient, "chain">,
  { disputeId, ...options }: DisputeId & DeploymentOptions,
): Hex {
  const manager = resolveAddress(client, "DisputeManager", options);
  return keccak256(encodeAbiParameters(parseAbiParameters("address, uint256"), [manager, disputeId]));
}

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

/** Whether somebody has ruled on a dispute. A plain rejection orders nothing, so the ruling itself does not tell. */
export function isRuled({ phase, outcome, flags }: Dispute): boolean {
  return phase === "Ruled" || outcome === "Upheld" || outcome === "Rejected" || flags.includes("appealed");
}

/** The latest ruling. Before there is one it reads like a plain rejection: ask `isRuled`. */
export const disputeRuling = /*#__PURE__*/ read({
  functionName: "rulingOf",
  args: ({ disputeId }: DisputeId) => [disputeId],
  result: (found): Ruling => rulingFromChain(found),
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

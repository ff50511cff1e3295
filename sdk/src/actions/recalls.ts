/** Recalls: what leaves a version, and what its licensees do about it. */
import { recallsAbi } from "@colophon-protocol/contracts";
import type { Hex } from "viem";
import { zeroHash } from "viem";
import { enumName } from "../core/enums.js";
import { enumValue } from "../core/packing.js";
import { readsOf } from "../core/read.js";
import {
  knownName,
  RECALL_ACTION,
  RECALL_REASON,
  RECALL_STANDING,
  type RecallAction,
  type RecallReason,
  type RecallStanding,
} from "../core/trust-enums.js";
import { defineWrite, syncOf } from "../core/write.js";
import type { Message } from "../formats/typed-data.js";
import type { VersionRef } from "./consents.js";
import type { LicenseId } from "./license.js";

const read = /*#__PURE__*/ readsOf(
  "Recalls",
  recallsAbi,
  async () => (await import("../errors/hints-trust-records.js")).trustRecordsHints,
);

/** Number of a recall, from 1. */
export interface RecallId {
  recallId: bigint;
}

/** A recall that an owner opens, after it set `revokedRoot` in the dataset registry. */
export interface RecallInput extends VersionRef {
  reason: Exclude<RecallReason, "None" | "ConsentRevoked">;
  /** SHA-256 of the canonical list of leaves and records that leave. */
  leavesHash: Hex;
  revokedRoot: Hex;
  /** Seconds that licensees have; the governed least unless told. */
  period?: number;
}

/** What a licensee does about a recall. */
export interface RecallAnswer extends RecallId, LicenseId {
  action: Exclude<RecallAction, "None">;
  /** Names what shows the action, kept off chain; nothing unless told. */
  evidenceHash?: Hex;
}

/** The number that stands for an action in a RecallAcknowledgement. */
export const recallActionNumber = (action: Exclude<RecallAction, "None">): number =>
  enumValue("The action", RECALL_ACTION, action);

const answerToChain = ({ recallId, licenseId, action, evidenceHash = zeroHash }: RecallAnswer) => ({
  recallId,
  licenseId,
  action: recallActionNumber(action),
  evidenceHash,
});

/** Opens a recall. Only the dataset's owner, who set the revoked root before. Emits RecallOpened. */
export const openRecall = /*#__PURE__*/ defineWrite({
  contract: "Recalls",
  abi: recallsAbi,
  functionName: "open",
  event: "RecallOpened",
  args: ({ datasetId, version, reason, leavesHash, revokedRoot, period = 0 }: RecallInput) => [
    datasetId,
    version,
    enumValue("The reason", RECALL_REASON, reason),
    leavesHash,
    revokedRoot,
    period,
  ],
});
/** `openRecall`, waiting for its receipt. */
export const openRecallSync = /*#__PURE__*/ syncOf(openRecall);

/**
 * Records the revoked root in force as the one that covers what leaves. Only the dataset's owner, once. Emits
 * RevokedRootNamed.
 */
export const nameRevokedRoot = /*#__PURE__*/ defineWrite({
  contract: "Recalls",
  abi: recallsAbi,
  functionName: "nameRoot",
  event: "RevokedRootNamed",
  args: ({ recallId, revokedRoot }: RecallId & { revokedRoot: Hex }) => [recallId, revokedRoot],
});
/** `nameRevokedRoot`, waiting for its receipt. */
export const nameRevokedRootSync = /*#__PURE__*/ syncOf(nameRevokedRoot);

/** Answers a recall. Only the license's holder. Emits RecallAcknowledged. */
export const acknowledgeRecall = /*#__PURE__*/ defineWrite({
  contract: "Recalls",
  abi: recallsAbi,
  functionName: "acknowledge",
  event: "RecallAcknowledged",
  args: (answer: RecallAnswer) => {
    const { recallId, licenseId, action, evidenceHash } = answerToChain(answer);
    return [recallId, licenseId, action, evidenceHash];
  },
});
/** `acknowledgeRecall`, waiting for its receipt. */
export const acknowledgeRecallSync = /*#__PURE__*/ syncOf(acknowledgeRecall);

/** Answers many, of any recalls. Only the holder of all the licenses. Emits RecallAcknowledged for each. */
export const acknowledgeRecalls = /*#__PURE__*/ defineWrite({
  contract: "Recalls",
  abi: recallsAbi,
  functionName: "acknowledgeMany",
  event: "RecallAcknowledged",
  args: ({ answers }: { answers: readonly RecallAnswer[] }) => [answers.map(answerToChain)],
});
/** `acknowledgeRecalls`, waiting for its receipt. */
export const acknowledgeRecallsSync = /*#__PURE__*/ syncOf(acknowledgeRecalls);

/** Records an answer of `signRecallAcknowledgement` by the license's present holder. Anyone. Emits RecallAcknowledged. */
export const acknowledgeRecallBySignature = /*#__PURE__*/ defineWrite({
  contract: "Recalls",
  abi: recallsAbi,
  functionName: "acknowledgeBySignature",
  event: "RecallAcknowledged",
  args: ({ answer, signature }: { answer: Message<"RecallAcknowledgement">; signature: Hex }) => [answer, signature],
});
/** `acknowledgeRecallBySignature`, waiting for its receipt. */
export const acknowledgeRecallBySignatureSync = /*#__PURE__*/ syncOf(acknowledgeRecallBySignature);

/** Links the version without what left. Only the dataset's owner, once, with the root named. Emits RecallResolved. */
export const resolveRecall = /*#__PURE__*/ defineWrite({
  contract: "Recalls",
  abi: recallsAbi,
  functionName: "resolve",
  event: "RecallResolved",
  args: ({ recallId, newVersion }: RecallId & { newVersion: number }) => [recallId, newVersion],
});
/** `resolveRecall`, waiting for its receipt. */
export const resolveRecallSync = /*#__PURE__*/ syncOf(resolveRecall);

/** A recall. @throws ColophonError `reverted` when there is none */
export const recallOf = /*#__PURE__*/ read({
  functionName: "recallOf",
  args: ({ recallId }: RecallId) => [recallId],
  result: (found) => ({ ...found, reason: enumName(RECALL_REASON, found.reason) }),
});

/** Number of recalls; ids run from 1 to this. */
export const recallCount = /*#__PURE__*/ read({
  functionName: "recallCount",
  args: (_: object) => [],
  result: (count): bigint => count,
});

/** How a license stands towards a recall now. "NotAffected" also for an unknown license and a dismissed recall. */
export const recallStanding = /*#__PURE__*/ read({
  functionName: "standingOf",
  args: ({ recallId, licenseId }: RecallId & LicenseId) => [recallId, licenseId],
  result: (standing): RecallStanding => knownName("The standing", RECALL_STANDING, standing),
});

/** Whether a license covers the recalled version and lived when the recall was opened. */
export const isRecallAffected = /*#__PURE__*/ read({
  functionName: "isAffected",
  args: ({ recallId, licenseId }: RecallId & LicenseId) => [recallId, licenseId],
  result: (affected): boolean => affected,
});

/** The last answer of a license; undefined when there is none. */
export const recallAcknowledgementOf = /*#__PURE__*/ read({
  functionName: "acknowledgementOf",
  args: ({ recallId, licenseId }: RecallId & LicenseId) => [recallId, licenseId],
  result: (found) => (found.at === 0 ? undefined : { ...found, action: enumName(RECALL_ACTION, found.action) }),
});

/** How many recalls a version answers: what left before it. */
export const departureCount = /*#__PURE__*/ read({
  functionName: "departureCount",
  args: ({ datasetId, version }: VersionRef) => [datasetId, version],
  result: (count): bigint => count,
});

/** The recall at a position of that list, from 0; undefined when there is none. */
export const departureAt = /*#__PURE__*/ read({
  functionName: "departureAt",
  args: ({ datasetId, version, position }: VersionRef & { position: bigint }) => [datasetId, version, position],
  result: (recallId): bigint | undefined => (recallId === 0n ? undefined : recallId),
});

/** Governed periods, seconds: the least that licensees have, and how long a contest holds without a ruling. */
export const recallPeriods = /*#__PURE__*/ read({
  functionName: "periods",
  args: (_: object) => [],
  result: ([leastPeriod, contestPeriod]) => ({ leastPeriod, contestPeriod }),
});

/** QualityOracle: scores by staked reporters, which can release an escrow. Scores are basis points of a method's scale. */
import { qualityOracleAbi } from "@colophon-protocol/contracts";
import { type Address, type Hex, zeroHash } from "viem";
import { enumName } from "../core/enums.js";
import { readsOf } from "../core/read.js";
import { QUALITY_STATE } from "../core/trust-enums.js";
import { defineWrite, syncOf } from "../core/write.js";
import type { VersionRef } from "./consents.js";
import { eitherSyncOf } from "./either.js";
import type { LicenseId } from "./license.js";

const read = /*#__PURE__*/ readsOf(
  "QualityOracle",
  qualityOracleAbi,
  async () => (await import("../errors/hints-trust-quality.js")).trustQualityHints,
);

/** Number of a request, from 1. */
export interface QualityRequestId {
  requestId: bigint;
}

/** What a request pays: base units of `token` in all, and how many reporters it wants. */
export interface QualityPay {
  token: Address;
  reward: bigint;
  seats: number;
}

/** An account at the oracle, whose holder is not the sender's `account`. */
export interface QualityAccount {
  holder: Address;
  token: Address;
}

/** A score with the salt that hides it until it is revealed. */
export interface HiddenScore extends QualityRequestId {
  /** 0 to 10,000. */
  score: number;
  salt: Hex;
}

/**
 * Asks for the score of a version by a method, paid out of the caller's allowance; `prepareRequestQuality` finds out what is
 * needed. Anyone. Emits QualityRequested.
 */
export const requestQuality = /*#__PURE__*/ defineWrite({
  contract: "QualityOracle",
  abi: qualityOracleAbi,
  functionName: "request",
  event: "QualityRequested",
  args: ({ datasetId, version, method, token, reward, seats }: VersionRef & QualityPay & { method: Hex }) => [
    datasetId,
    version,
    method,
    token,
    reward,
    seats,
  ],
});
/** `requestQuality`, waiting for its receipt. */
export const requestQualitySync = /*#__PURE__*/ syncOf(requestQuality);

/**
 * Asks for the score that is a license's release evidence, by the method declared before it was bought. Only its holder or the
 * dataset's owner. Emits QualityRequested.
 */
export const requestQualityForLicense = /*#__PURE__*/ defineWrite({
  contract: "QualityOracle",
  abi: qualityOracleAbi,
  functionName: "requestForLicense",
  event: "QualityRequested",
  args: ({ licenseId, token, reward, seats }: LicenseId & QualityPay) => [licenseId, token, reward, seats],
});
/** `requestQualityForLicense`, waiting for its receipt. */
export const requestQualityForLicenseSync = /*#__PURE__*/ syncOf(requestQualityForLicense);

/**
 * Declares the method for licenses of a version bought from the next second on. Only the dataset's owner. Emits
 * MethodDeclared.
 */
export const declareQualityMethod = /*#__PURE__*/ defineWrite({
  contract: "QualityOracle",
  abi: qualityOracleAbi,
  functionName: "declareMethod",
  event: "MethodDeclared",
  args: ({ datasetId, version, method }: VersionRef & { method: Hex }) => [datasetId, version, method],
});
/** `declareQualityMethod`, waiting for its receipt. */
export const declareQualityMethodSync = /*#__PURE__*/ syncOf(declareQualityMethod);

/** Pays into an account at the oracle, out of the caller's allowance. Anyone. Emits Deposited. */
export const depositQualityStake = /*#__PURE__*/ defineWrite({
  contract: "QualityOracle",
  abi: qualityOracleAbi,
  functionName: "deposit",
  event: "Deposited",
  args: ({ holder, token, amount }: QualityAccount & { amount: bigint }) => [holder, token, amount],
});
/** `depositQualityStake`, waiting for its receipt. */
export const depositQualityStakeSync = /*#__PURE__*/ syncOf(depositQualityStake);

/**
 * Pays out of an account what is free: the holder to anywhere; anyone to the holder, unless that is a reporter. Emits
 * Withdrawn.
 */
export const withdrawQualityStake = /*#__PURE__*/ defineWrite({
  contract: "QualityOracle",
  abi: qualityOracleAbi,
  functionName: "withdraw",
  event: "Withdrawn",
  args: ({ holder, token, amount, to = holder }: QualityAccount & { amount: bigint; to?: Address }) => [
    holder,
    token,
    amount,
    to,
  ],
});
/** `withdrawQualityStake`, waiting for its receipt. */
export const withdrawQualityStakeSync = /*#__PURE__*/ syncOf(withdrawQualityStake);

/**
 * Takes a seat with a commitment of `qualityCommitment`. Only an admitted reporter that is no party. Emits ScoreCommitted.
 */
export const commitScore = /*#__PURE__*/ defineWrite({
  contract: "QualityOracle",
  abi: qualityOracleAbi,
  functionName: "commit",
  event: "ScoreCommitted",
  args: ({ requestId, commitment }: QualityRequestId & { commitment: Hex }) => [requestId, commitment],
});
/** `commitScore`, waiting for its receipt. */
export const commitScoreSync = /*#__PURE__*/ syncOf(commitScore);

/** Shows what was committed to. Emits ScoreRevealed. */
export const revealScore = /*#__PURE__*/ defineWrite({
  contract: "QualityOracle",
  abi: qualityOracleAbi,
  functionName: "reveal",
  event: "ScoreRevealed",
  args: ({ requestId, score, salt }: HiddenScore) => [requestId, score, salt],
});
/** `revealScore`, waiting for its receipt. */
export const revealScoreSync = /*#__PURE__*/ syncOf(revealScore);

/**
 * Ends a request: pays, refunds and unlocks. Anyone. Emits QualityScored, or QualityFailed alone when too few revealed.
 */
export const settleQuality = /*#__PURE__*/ defineWrite({
  contract: "QualityOracle",
  abi: qualityOracleAbi,
  functionName: "settle",
  event: "QualityScored",
  args: ({ requestId }: QualityRequestId) => [requestId],
});
/** `settleQuality`, waiting for its receipt; `event` is undefined when too few revealed. */
export const settleQualitySync = /*#__PURE__*/ eitherSyncOf(settleQuality);

/** A request. @throws ColophonError `reverted` when there is none */
export const qualityRequestOf = /*#__PURE__*/ read({
  functionName: "requestOf",
  args: ({ requestId }: QualityRequestId) => [requestId],
  result: (found) => ({ ...found, state: enumName(QUALITY_STATE, found.state) }),
});

/** Number of requests; ids run from 1 to this. */
export const qualityRequestCount = /*#__PURE__*/ read({
  functionName: "requestCount",
  args: (_: object) => [],
  result: (count): bigint => count,
});

/** The seats taken, in the order of commitment. */
export const qualityReportsOf = /*#__PURE__*/ read({
  functionName: "reportsOf",
  args: ({ requestId }: QualityRequestId) => [requestId],
  result: (reports) => [...reports],
});

/** The first score of a license, which is its release evidence; undefined when it has none. */
export const qualityEvidenceOf = /*#__PURE__*/ read({
  functionName: "evidenceOf",
  args: ({ licenseId }: LicenseId) => [licenseId],
  result: ([requestId, score, at]) => (requestId === 0n ? undefined : { requestId, score, at }),
});

/** The method declared for a version, in force at a second; undefined for none. */
export const qualityMethodAt = /*#__PURE__*/ read({
  functionName: "methodAt",
  args: ({ datasetId, version, at }: VersionRef & { at: number }) => [datasetId, version, at],
  result: (method): Hex | undefined => (method === zeroHash ? undefined : method),
});

/** What an account at the oracle has, and how much of that seats lock. */
export const qualityAccountOf = /*#__PURE__*/ read({
  functionName: "accountOf",
  args: ({ holder, token }: QualityAccount) => [holder, token],
  result: ([balance, locked]) => ({ balance, locked, free: balance - locked }),
});

/** Whether a reporter is admitted. */
export const isQualityReporter = /*#__PURE__*/ read({
  functionName: "isReporter",
  args: ({ reporter }: { reporter: Address }) => [reporter],
  result: (admitted): boolean => admitted,
});

/** Governed numbers of requests. */
export const qualityRules = /*#__PURE__*/ read({
  functionName: "rules",
  args: (_: object) => [],
  result: (found) => found,
});

/** What requests in a token cost: the least reward per seat, and the stake that a seat locks. */
export const qualityTokenTerms = /*#__PURE__*/ read({
  functionName: "tokenTermsOf",
  args: ({ token }: { token: Address }) => [token],
  result: (found) => found,
});

/** When a license's score of at least so many percent was recorded: what the escrow asks. Undefined when it was not. */
export const qualityProvenAt = /*#__PURE__*/ read({
  functionName: "provenAt",
  args: ({ licenseId, percent }: LicenseId & { percent: number }) => [licenseId, percent],
  result: (at): number | undefined => (at === 0 ? undefined : at),
});

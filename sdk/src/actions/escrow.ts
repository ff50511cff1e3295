/** EscrowRail: money between purchase and release. Every write presents the license's whole offer. */
import { escrowRailAbi } from "@colophon-protocol/contracts";
import { type Address, type Hex, zeroHash } from "viem";
import { enumName, HOLD_STATE, STANDING, type Standing } from "../core/enums.js";
import type { Offer } from "../core/offer.js";
import { readsOf } from "../core/read.js";
import { defineWrite, syncOf } from "../core/write.js";
import type { Message } from "../formats/typed-data.js";
import type { LicenseId } from "./license.js";

const read = /*#__PURE__*/ readsOf(
  "EscrowRail",
  escrowRailAbi,
  async () => (await import("../errors/hints-payments.js")).paymentsHints,
);

/** A license with the offer that it was bought from. */
export interface Deal extends LicenseId {
  offer: Offer;
}

/** A receipt with the holder's request for its encoding. */
export interface LaterReceipt extends Deal {
  receipt: Message<"DeliveryReceipt">;
  signature: Hex;
  request: Message<"EncodingRequest">;
  requestSignature: Hex;
}

const dealArgs = ({ licenseId, offer }: Deal) => [licenseId, offer] as const;

/** Confirms delivery, which releases the money at once. Only the holder. Emits HoldReleased. */
export const confirmDelivery = /*#__PURE__*/ defineWrite({
  contract: "EscrowRail",
  abi: escrowRailAbi,
  functionName: "confirm",
  event: "HoldReleased",
  args: dealArgs,
});
/** `confirmDelivery`, waiting for its receipt. */
export const confirmDeliverySync = /*#__PURE__*/ syncOf(confirmDelivery);

/** Records the provider's signed receipt, which opens the challenge window. Anyone. Emits DeliveryRecorded. */
export const submitReceipt = /*#__PURE__*/ defineWrite({
  contract: "EscrowRail",
  abi: escrowRailAbi,
  functionName: "submitReceipt",
  event: "DeliveryRecorded",
  args: ({ licenseId, offer, receipt, signature }: Deal & { receipt: Message<"DeliveryReceipt">; signature: Hex }) => [
    licenseId,
    offer,
    receipt,
    signature,
  ],
});
/** `submitReceipt`, waiting for its receipt. */
export const submitReceiptSync = /*#__PURE__*/ syncOf(submitReceipt);

/**
 * Records a receipt for an encoding later than the license's, which opens the challenge window. Anyone. Emits DeliveryRecorded.
 * `request` is what the license's holder signed for exactly that encoding; the gateway's receipt brings it along.
 */
export const submitReceiptOfLaterEncoding = /*#__PURE__*/ defineWrite({
  contract: "EscrowRail",
  abi: escrowRailAbi,
  functionName: "submitReceiptOfLaterEncoding",
  event: "DeliveryRecorded",
  args: (parameters: LaterReceipt) => {
    const { licenseId, offer, receipt, signature, request, requestSignature } = parameters;
    return [licenseId, offer, receipt, signature, request, requestSignature];
  },
});
/** `submitReceiptOfLaterEncoding`, waiting for its receipt. */
export const submitReceiptOfLaterEncodingSync = /*#__PURE__*/ syncOf(submitReceiptOfLaterEncoding);

/** Releases what may be released now. Anyone. Emits HoldReleased. */
export const settleHold = /*#__PURE__*/ defineWrite({
  contract: "EscrowRail",
  abi: escrowRailAbi,
  functionName: "settle",
  event: "HoldReleased",
  args: dealArgs,
});
/** `settleHold`, waiting for its receipt. */
export const settleHoldSync = /*#__PURE__*/ syncOf(settleHold);

/** Contests a delivery, with the offer's bond out of an allowance to the rail. Only holder or payer. Emits Contested. */
export const contestDelivery = /*#__PURE__*/ defineWrite({
  contract: "EscrowRail",
  abi: escrowRailAbi,
  functionName: "contest",
  event: "Contested",
  args: ({ licenseId, offer, reasonHash = zeroHash }: Deal & { reasonHash?: Hex }) => [licenseId, offer, reasonHash],
});
/** `contestDelivery`, waiting for its receipt. */
export const contestDeliverySync = /*#__PURE__*/ syncOf(contestDelivery);

/** Ends a contest: refunds `refundAmount` (base units) and releases the rest. Only the offer's arbitrator. Emits ContestResolved. */
export const ruleContest = /*#__PURE__*/ defineWrite({
  contract: "EscrowRail",
  abi: escrowRailAbi,
  functionName: "rule",
  event: "ContestResolved",
  args: ({ licenseId, offer, refundAmount }: Deal & { refundAmount: bigint }) => [licenseId, offer, refundAmount],
});
/** `ruleContest`, waiting for its receipt. */
export const ruleContestSync = /*#__PURE__*/ syncOf(ruleContest);

/** Ends a contest by the offer's default once its deadline passed. Anyone. Emits ContestResolved. */
export const applyDefault = /*#__PURE__*/ defineWrite({
  contract: "EscrowRail",
  abi: escrowRailAbi,
  functionName: "applyDefault",
  event: "ContestResolved",
  args: dealArgs,
});
/** `applyDefault`, waiting for its receipt. */
export const applyDefaultSync = /*#__PURE__*/ syncOf(applyDefault);

/** Refunds a license that was not delivered by its deadline. Anyone. Emits HoldRefunded. */
export const refundUndelivered = /*#__PURE__*/ defineWrite({
  contract: "EscrowRail",
  abi: escrowRailAbi,
  functionName: "refundUndelivered",
  event: "HoldRefunded",
  args: dealArgs,
});
/** `refundUndelivered`, waiting for its receipt. */
export const refundUndeliveredSync = /*#__PURE__*/ syncOf(refundUndelivered);

/** Asks to withdraw within the cooling-off time; access stops at once. Only the holder. Emits WithdrawalRequested. */
export const requestWithdrawal = /*#__PURE__*/ defineWrite({
  contract: "EscrowRail",
  abi: escrowRailAbi,
  functionName: "requestWithdrawal",
  event: "WithdrawalRequested",
  args: dealArgs,
});
/** `requestWithdrawal`, waiting for its receipt. */
export const requestWithdrawalSync = /*#__PURE__*/ syncOf(requestWithdrawal);

/** Refunds a withdrawal whose objection window passed. Anyone. Emits HoldRefunded. */
export const completeWithdrawal = /*#__PURE__*/ defineWrite({
  contract: "EscrowRail",
  abi: escrowRailAbi,
  functionName: "completeWithdrawal",
  event: "HoldRefunded",
  args: dealArgs,
});
/** `completeWithdrawal`, waiting for its receipt. */
export const completeWithdrawalSync = /*#__PURE__*/ syncOf(completeWithdrawal);

/** The hold of a license, state by name; state None when there is none. Times in seconds. */
export const holdOf = /*#__PURE__*/ read({
  functionName: "holdOf",
  args: ({ licenseId }: LicenseId) => [licenseId],
  result: (hold) => ({ ...hold, state: enumName(HOLD_STATE, hold.state) }),
});

/** Who contested, zero when nobody. */
export const contesterOf = /*#__PURE__*/ read({
  functionName: "contesterOf",
  args: ({ licenseId }: LicenseId) => [licenseId],
  result: (contester): Address => contester,
});

/**
 * When the evidence that a license's offer names was recorded in time to release what is held, seconds; undefined when it was not,
 * or nothing is held.
 */
export const provenAt = /*#__PURE__*/ read({
  functionName: "provenAt",
  args: dealArgs,
  result: (at): number | undefined => (at === 0 ? undefined : at),
});

/** Base units that wait at the escrow for an account after a failed payout. */
export const deferredOf = /*#__PURE__*/ read({
  functionName: "deferredOf",
  args: ({ account, token }: { account: Address; token: Address }) => [account, token],
  result: (amount): bigint => amount,
});

/** What the rail says of a license now. */
export const standingOf = /*#__PURE__*/ read({
  functionName: "standing",
  args: ({ licenseId }: LicenseId) => [licenseId],
  result: (standing): Standing => enumName(STANDING, standing),
});

/** Hard floor of the challenge window, seconds. */
export const minChallengeWindow = /*#__PURE__*/ read({
  functionName: "MIN_CHALLENGE_WINDOW",
  args: (_: object) => [],
  result: (seconds): number => seconds,
});

/** StreamRail: a Superfluid flow per license, escrowed by epochs. Writes present the license's whole offer. */
import { streamOffersAbi, streamRailAbi, streamVaultAbi } from "@colophon-protocol/contracts";
import { type Hex, zeroHash } from "viem";
import { enumName, STANDING, type Standing } from "../core/enums.js";
import type { Offer } from "../core/offer.js";
import { readsOf } from "../core/read.js";
import { defineWrite, syncOf } from "../core/write.js";
import type { Message } from "../formats/typed-data.js";
import type { Deal } from "./escrow.js";
import type { LicenseId } from "./license.js";

const hints = async () => {
  const [{ streamHints }, { paymentsHints }] = await Promise.all([
    import("../errors/hints-stream.js"),
    import("../errors/hints-payments.js"),
  ]);
  return { ...paymentsHints, ...streamHints };
};

const read = /*#__PURE__*/ readsOf("StreamRail", streamRailAbi, hints);
const readOffers = /*#__PURE__*/ readsOf("StreamOffers", streamOffersAbi, hints);
const readVault = /*#__PURE__*/ readsOf("StreamVault", streamVaultAbi, hints);

/** Bits of `streamOf(…).flags`, as in `contracts/payments/StreamState.sol`. */
export const STREAM_FLAG_BITS = {
  opened: 1,
  ended: 2,
  frozen: 4,
  noticed: 8,
  reported: 16,
  contested: 32,
  done: 64,
} as const;
export type StreamFlag = keyof typeof STREAM_FLAG_BITS;

const dealArgs = ({ licenseId, offer }: Deal) => [licenseId, offer] as const;
const licenseArgs = ({ licenseId }: LicenseId) => [licenseId] as const;

/** Concludes the epochs that are due, any number at once. Anyone. Emits EpochsSettled. */
export const settleEpochs = /*#__PURE__*/ defineWrite({
  contract: "StreamRail",
  abi: streamRailAbi,
  functionName: "settle",
  event: "EpochsSettled",
  args: dealArgs,
});
/** `settleEpochs`, waiting for its receipt. */
export const settleEpochsSync = /*#__PURE__*/ syncOf(settleEpochs);

/** Records the provider's signed report over the next epochs, which opens its window. Anyone. Emits ServiceReported. */
export const submitServiceReport = /*#__PURE__*/ defineWrite({
  contract: "StreamRail",
  abi: streamRailAbi,
  functionName: "submitReport",
  event: "ServiceReported",
  args: ({ licenseId, offer, report, signature }: Deal & { report: Message<"ServiceReport">; signature: Hex }) => [
    licenseId,
    offer,
    report,
    signature,
  ],
});
/** `submitServiceReport`, waiting for its receipt. */
export const submitServiceReportSync = /*#__PURE__*/ syncOf(submitServiceReport);

/** Contests the report, with the offer's bond out of an allowance to the rail. Only holder or payer. Emits EpochsContested. */
export const contestEpochs = /*#__PURE__*/ defineWrite({
  contract: "StreamRail",
  abi: streamRailAbi,
  functionName: "contest",
  event: "EpochsContested",
  args: ({ licenseId, offer, reasonHash = zeroHash }: Deal & { reasonHash?: Hex }) => [licenseId, offer, reasonHash],
});
/** `contestEpochs`, waiting for its receipt. */
export const contestEpochsSync = /*#__PURE__*/ syncOf(contestEpochs);

/** Ends a contest: refunds `refundAmount` base units and releases the rest of the range. Only the arbitrator. Emits EpochsSettled. */
export const ruleEpochs = /*#__PURE__*/ defineWrite({
  contract: "StreamRail",
  abi: streamRailAbi,
  functionName: "rule",
  event: "EpochsSettled",
  args: ({ licenseId, offer, refundAmount }: Deal & { refundAmount: bigint }) => [licenseId, offer, refundAmount],
});
/** `ruleEpochs`, waiting for its receipt. */
export const ruleEpochsSync = /*#__PURE__*/ syncOf(ruleEpochs);

/** Refunds the next epochs up to `toEpoch`. Only the provider, for what it did not serve. Emits EpochsSettled. */
export const concedeEpochs = /*#__PURE__*/ defineWrite({
  contract: "StreamRail",
  abi: streamRailAbi,
  functionName: "concede",
  event: "EpochsSettled",
  args: ({ licenseId, offer, toEpoch }: Deal & { toEpoch: number }) => [licenseId, offer, toEpoch],
});
/** `concedeEpochs`, waiting for its receipt. */
export const concedeEpochsSync = /*#__PURE__*/ syncOf(concedeEpochs);

/** Ends the flow, and access, until reopened; paused time is not paid. Only the payer. Emits StreamPaused. */
export const pauseStream = /*#__PURE__*/ defineWrite({
  contract: "StreamRail",
  abi: streamRailAbi,
  functionName: "pause",
  event: "StreamPaused",
  args: dealArgs,
});
/** `pauseStream`, waiting for its receipt. */
export const pauseStreamSync = /*#__PURE__*/ syncOf(pauseStream);

/** Sets the flow to the agreed rate by the payer's flow permission (`prepareReopen` asks for it). Only the payer. Emits StreamReopened. */
export const reopenStream = /*#__PURE__*/ defineWrite({
  contract: "StreamRail",
  abi: streamRailAbi,
  functionName: "reopen",
  event: "StreamReopened",
  args: dealArgs,
});
/** `reopenStream`, waiting for its receipt. */
export const reopenStreamSync = /*#__PURE__*/ syncOf(reopenStream);

/** Changes the agreed rate, super token units per second: the dataset's owner lowers, the payer raises (and its flow with it). Emits RateChanged. */
export const changeStreamRate = /*#__PURE__*/ defineWrite({
  contract: "StreamRail",
  abi: streamRailAbi,
  functionName: "changeRate",
  event: "RateChanged",
  args: ({ licenseId, offer, rate }: Deal & { rate: bigint }) => [licenseId, offer, rate],
});
/** `changeStreamRate`, waiting for its receipt. */
export const changeStreamRateSync = /*#__PURE__*/ syncOf(changeStreamRate);

/**
 * Gives notice, from holder, payer, owner or provider; once it has run, anyone ends the license by the same call.
 * Emits NoticeGiven, StreamEnded or both: so it has no `Sync` twin.
 */
export const closeStream = /*#__PURE__*/ defineWrite({
  contract: "StreamRail",
  abi: streamRailAbi,
  functionName: "close",
  event: "NoticeGiven",
  args: dealArgs,
});

/** Sends what is in the vault and does not count to the payer. Anyone. Emits StraySwept, unless there was nothing. */
export const sweepStream = /*#__PURE__*/ defineWrite({
  contract: "StreamRail",
  abi: streamRailAbi,
  functionName: "sweep",
  event: "StraySwept",
  args: licenseArgs,
});

/** The stream of a license, flags by name; all zero when none. `readStream` adds what vault and flow say. */
export const streamOf = /*#__PURE__*/ read({
  functionName: "streamOf",
  args: licenseArgs,
  result: (stream) => ({
    ...stream,
    flagNames: (Object.keys(STREAM_FLAG_BITS) as StreamFlag[]).filter(
      (name) => (stream.flags & STREAM_FLAG_BITS[name]) !== 0,
    ),
  }),
});

/** What the rail says of a license now. */
export const streamStanding = /*#__PURE__*/ read({
  functionName: "standing",
  args: licenseArgs,
  result: (standing): Standing => enumName(STANDING, standing),
});

/** What a streaming offer comes to: super token, decimals of the payment token, units per second. Reverts for terms out of bounds. */
export const streamDealOf = /*#__PURE__*/ readOffers({
  functionName: "dealOf",
  args: ({ offer: { token, price, railTerms } }: { offer: Pick<Offer, "token" | "price" | "railTerms"> }) => [
    token,
    price,
    railTerms,
  ],
  result: ({ superToken, decimals, rate }) => ({ superToken, decimals, rate }),
});

/** When the evidence that a streaming offer names was last recorded for a license, in seconds; undefined when none stands. */
export const streamProvenAt = /*#__PURE__*/ readOffers({
  functionName: "lastProvenAt",
  args: ({ licenseId, offer }: LicenseId & { offer: Pick<Offer, "railTerms"> }) => [licenseId, offer.railTerms],
  result: (at) => (at === 0 ? undefined : at),
});

/** Units that a license's vault holds for the distributor. Needs `address`. */
export const vaultDue = /*#__PURE__*/ readVault({
  functionName: "due",
  args: (_: object) => [],
  result: (units): bigint => units,
});

/** Sends what a license's vault holds for the distributor there. Anyone. Emits Collected. Needs the vault as `address`. */
export const collectVault = /*#__PURE__*/ defineWrite({
  contract: "StreamVault",
  abi: streamVaultAbi,
  functionName: "collect",
  event: "Collected",
  args: (_: object) => [],
});
/** `collectVault`, waiting for its receipt. */
export const collectVaultSync = /*#__PURE__*/ syncOf(collectVault);

/** What is fixed in a license's vault, whose address `streamOf` gives: payer, super token, start, first rate. Needs `address`. */
export const vaultDealOf = /*#__PURE__*/ readVault({
  functionName: "deal",
  args: (_: object) => [],
  result: (deal) => ({ ...deal }),
});

/** The flow as a license's vault last saw it. Needs `address`. */
export const vaultFlowOf = /*#__PURE__*/ readVault({
  functionName: "flow",
  args: (_: object) => [],
  result: (flow) => ({ ...flow }),
});

/** Units that counted for a license until `time`, which must not lie ahead of the block. Needs `address` of its vault. */
export const vaultReceivedUntil = /*#__PURE__*/ readVault({
  functionName: "receivedUntil",
  args: ({ time }: { time: bigint }) => [time],
  result: (units): bigint => units,
});

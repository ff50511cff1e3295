/** Terms of the stream rail inside an offer: two words, packed as in `contracts/payments/StreamTermsLib.sol`. */
import { type Hex, numberToHex } from "viem";
import { enumValue, packWord, unpackWord } from "./packing.js";

/** `IStreamRail.Proof`: what proves an epoch. Offers with the last two are refused while nobody keeps that evidence. */
export const STREAM_PROOFS = ["Time", "Report", "ComputeReceipt", "Adherence"] as const;
export type StreamProof = (typeof STREAM_PROOFS)[number];

/** Whether evidence that other contracts keep proves the epochs. */
export const isStreamEvidence = (proof: StreamProof): boolean => proof === "ComputeReceipt" || proof === "Adherence";

/** Times in seconds, `contestBond` in base units of the offer's token. See `IStreamRail.StreamTerms`. */
export interface StreamTerms {
  /** That `Offer.price` pays for. */
  period: number;
  /** Length of an epoch, from 1 hour. */
  epoch: number;
  /** In which a service report can be contested. */
  window: number;
  /** After an epoch's end, in which a report or evidence still counts; then the default applies. */
  openFor: number;
  /** That the arbitrator has after a contest; then the default applies. */
  defaultAfter: number;
  /** Between either side's notice and the end. */
  notice: number;
  /** Missing payment, over the license's whole life, that leaves access open. */
  grace: number;
  /** Part that waits for its epoch to be concluded; 10,000 basis points is the only one for now. */
  holdbackBps: number;
  proof: StreamProof;
  /** What the default is: refund, or else release. */
  defaultRefund: boolean;
  contestBond: bigint;
  /** How strong evidence must be: receipts 1 to 2, adherence 1 to 4; 0 without evidence. */
  leastAssurance: number;
}

const HOUR = 3600;
const DAY = 24 * HOUR;

/** A price for 30 days, daily epochs, a week's notice, an hour of grace; proven by report: a day to contest, three to report, two weeks to rule, release by default, no bond. */
export const streamTermsDefaults: StreamTerms = {
  period: 30 * DAY,
  epoch: DAY,
  window: DAY,
  openFor: 3 * DAY,
  defaultAfter: 14 * DAY,
  notice: 7 * DAY,
  grace: HOUR,
  holdbackBps: 10_000,
  proof: "Report",
  defaultRefund: false,
  contestBond: 0n,
  leastAssurance: 0,
};

/** What time alone does not use, and the rail wants to be zero. */
export const streamByTimeDefaults: StreamTerms = {
  ...streamTermsDefaults,
  proof: "Time",
  window: 0,
  openFor: 0,
  defaultAfter: 0,
};

/**
 * By a receipt for each epoch, of any grade: three days for it, release by default. Nothing is contested. Choose the default with
 * care: receipts anyone with an enclave's signature records, adherence the runner alone.
 */
export const streamByEvidenceDefaults: StreamTerms = {
  ...streamTermsDefaults,
  proof: "ComputeReceipt",
  window: 0,
  defaultAfter: 0,
  leastAssurance: 1,
};

/** The defaults of terms with this proof. */
export function streamDefaultsFor(proof: StreamProof = "Report"): StreamTerms {
  if (proof === "Time") return streamByTimeDefaults;
  return isStreamEvidence(proof) ? { ...streamByEvidenceDefaults, proof } : streamTermsDefaults;
}

const WORD_0 = {
  period: 32,
  epoch: 32,
  window: 32,
  openFor: 32,
  defaultAfter: 32,
  notice: 32,
  grace: 24,
  holdbackBps: 16,
  proof: 8,
  defaultRefund: 1,
  leastAssurance: 8,
} as const;
const WORD_1 = { contestBond: 128 } as const;

/**
 * Packs stream terms for `Offer.railTerms`, the same as `StreamOffers.packTerms`.
 * @throws ColophonError `input` when a field does not fit; bounds are the rail's to check (`checkRailTerms`)
 */
export function packStreamTerms(terms: StreamTerms): readonly [Hex, Hex] {
  const values = { ...terms, proof: enumValue("Stream terms: proof", STREAM_PROOFS, terms.proof) };
  return [
    numberToHex(packWord("Stream terms", WORD_0, values), { size: 32 }),
    numberToHex(packWord("Stream terms", WORD_1, values), { size: 32 }),
  ];
}

/** Unpacks `Offer.railTerms` of a streaming offer, the same as `StreamOffers.unpackTerms`. */
export function unpackStreamTerms(packed: readonly [Hex, Hex]): StreamTerms {
  const { proof, ...rest } = unpackWord(WORD_0, BigInt(packed[0]));
  return { ...rest, proof: STREAM_PROOFS[proof] ?? "Time", ...unpackWord(WORD_1, BigInt(packed[1])) };
}

/**
 * Super token units (18 decimals) per second that an offer's price comes to, the same as `StreamOffers.dealOf`: rounded
 * down, so that a period never costs more than the price.
 * @param price base units for one period
 * @param decimals of the payment token, at most 18
 */
export function streamRateFor(price: bigint, decimals: number, period: number): bigint {
  return (price * 10n ** BigInt(18 - decimals)) / BigInt(period);
}

/** Terms of the escrow rail inside an offer: two words, packed as in `contracts/payments/EscrowTermsLib.sol`. */
import { type Hex, numberToHex } from "viem";
import { packWord, unpackWord } from "./packing.js";

/** Windows in seconds, `contestBond` in base units of the offer's token. See `IEscrowRail.EscrowTerms`. */
export interface EscrowTerms {
  /** In which a receipt may be contested. */
  challengeWindow: number;
  /** From purchase, in which delivery is due. */
  sla: number;
  /** From contest, after which the default applies. */
  defaultAfter: number;
  /** From purchase, in which the licensee may withdraw; 0 for none. */
  coolingOff: number;
  /** In which a receipt for earlier delivery defeats a withdrawal; 0 exactly when coolingOff is 0. */
  objectionWindow: number;
  /** What happens when nobody rules: true refunds, false releases. */
  defaultRefund: boolean;
  /** 0 with a condition that replaces receipts. */
  contestBond: bigint;
  /** What evidence releases the money, of {@link ReleaseCondition}. */
  condition: number;
  /** How strong the evidence must be, from 1, as the contract that keeps it grades it; 0 without a condition. */
  leastAssurance: number;
}

/**
 * `IEscrowRail.ReleaseCondition`. A compute receipt or a quality score replaces delivery receipts; an adherence proof releases
 * beside them.
 */
export const ReleaseCondition = { None: 0, ComputeReceipt: 1, Adherence: 2, Quality: 3 } as const;

const DAY = 86_400;

/** A day to contest, a week to deliver, two weeks to rule, no cooling-off, release by default, no bond. */
export const escrowTermsDefaults: EscrowTerms = {
  challengeWindow: DAY,
  sla: 7 * DAY,
  defaultAfter: 14 * DAY,
  coolingOff: 0,
  objectionWindow: 0,
  defaultRefund: false,
  contestBond: 0n,
  condition: ReleaseCondition.None,
  leastAssurance: 0,
};

const WORD_0 = {
  challengeWindow: 32,
  sla: 32,
  defaultAfter: 32,
  coolingOff: 32,
  objectionWindow: 32,
  defaultRefund: 1,
} as const;
const WORD_1 = { contestBond: 128, condition: 8, leastAssurance: 8 } as const;

/**
 * Packs escrow terms for `Offer.railTerms`, the same as `EscrowRail.packTerms`.
 * @throws ColophonError `input` when a window does not fit 32 bits or the bond 128
 */
export function packEscrowTerms(terms: EscrowTerms): readonly [Hex, Hex] {
  const values = { ...terms };
  return [
    numberToHex(packWord("Escrow terms", WORD_0, values), { size: 32 }),
    numberToHex(packWord("Escrow terms", WORD_1, values), { size: 32 }),
  ];
}

/** Unpacks `Offer.railTerms` of an escrow offer, the same as `EscrowRail.unpackTerms`. */
export function unpackEscrowTerms(packed: readonly [Hex, Hex]): EscrowTerms {
  return { ...unpackWord(WORD_0, BigInt(packed[0])), ...unpackWord(WORD_1, BigInt(packed[1])) };
}

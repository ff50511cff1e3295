/** Terms of the revenue-share rail inside an offer: two words, packed as in `contracts/payments/RevenueShareTermsLib.sol`. */

import { type Address, getAddress, type Hex, numberToHex, zeroAddress } from "viem";
import { maxOf } from "./math.js";
import { packWord, unpackWord } from "./packing.js";

/** Times in seconds. See `IRevenueShareRail.ShareTerms`; `Offer.price` is the guarantee of every period. */
export interface ShareTerms {
  /** Of which each is stated and paid, 1 day to 366 days. */
  period: number;
  /** From a period's end, in which statement and payment are due, 1 day to 366 days. */
  due: number;
  /** After that, until the license is in breach, at most 366 days. */
  cure: number;
  /** From a statement, in which the auditor may correct it; 0 without an auditor. */
  auditWindow: number;
  /** The licensor's share of revenue in basis points; 0 for the guarantee alone. */
  shareBps: number;
  /** Whether every statement needs the auditor's signature too. */
  countersigned: boolean;
  /** Who audits and countersigns; zero for nobody. */
  auditor: Address;
}

const DAY = 86_400;

/** A quarter's statement, due within 30 days, two weeks to cure, nobody audits. */
export const shareTermsDefaults: Omit<ShareTerms, "shareBps"> = {
  period: 90 * DAY,
  due: 30 * DAY,
  cure: 14 * DAY,
  auditWindow: 0,
  countersigned: false,
  auditor: zeroAddress,
};

const WORD_0 = { period: 32, due: 32, cure: 32, auditWindow: 32, shareBps: 16, countersigned: 1 } as const;
const WORD_1 = { auditor: 160 } as const;

/**
 * Packs revenue-share terms for `Offer.railTerms`, the same as `RevenueShareRail.packTerms`.
 * @throws ColophonError `input` when a field does not fit; bounds are the rail's to check (`checkRailTerms`)
 */
export function packShareTerms(terms: ShareTerms): readonly [Hex, Hex] {
  return [
    numberToHex(packWord("Revenue-share terms", WORD_0, { ...terms, auditor: 0n }), { size: 32 }),
    numberToHex(packWord("Revenue-share terms", WORD_1, { auditor: BigInt(terms.auditor) }), { size: 32 }),
  ];
}

/** Unpacks `Offer.railTerms` of a revenue-share offer, the same as `RevenueShareRail.unpackTerms`. */
export function unpackShareTerms(packed: readonly [Hex, Hex]): ShareTerms {
  const { auditor } = unpackWord(WORD_1, BigInt(packed[1]));
  return { ...unpackWord(WORD_0, BigInt(packed[0])), auditor: getAddress(numberToHex(auditor, { size: 20 })) };
}

/** Base units that `revenue` in one period makes due, the same as `RevenueShareRail.owedFor`: guarantee or share, whichever is more. */
export function shareOwedFor(offer: { price: bigint; railTerms: readonly [Hex, Hex] }, revenue: bigint): bigint {
  const share = (revenue * BigInt(unpackShareTerms(offer.railTerms).shareBps)) / 10_000n;
  return maxOf(share, offer.price);
}

/** Terms of the escrow rail inside an offer: two words, packed as in `contracts/payments/EscrowTermsLib.sol`. */
import { type Hex, numberToHex } from "viem";
import { ColophonError } from "../errors/colophon-error.js";

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
  contestBond: bigint;
}

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
};

/** Windows in the order of the bits, 32 each, from the lowest. */
const WINDOWS = ["challengeWindow", "sla", "defaultAfter", "coolingOff", "objectionWindow"] as const;

/**
 * Packs escrow terms for `Offer.railTerms`, the same as `EscrowRail.packTerms`.
 * @throws ColophonError `input` when a window does not fit 32 bits or the bond 128
 */
export function packEscrowTerms(terms: EscrowTerms): readonly [Hex, Hex] {
  let word = terms.defaultRefund ? 1n << 160n : 0n;
  WINDOWS.forEach((name, position) => {
    const seconds = terms[name];
    if (!Number.isInteger(seconds) || seconds < 0 || seconds > 0xffff_ffff) {
      throw new ColophonError(`Escrow terms: ${name} is ${seconds}.`, {
        code: "input",
        hint: "Expected whole seconds, at most 4,294,967,295.",
      });
    }
    word |= BigInt(seconds) << BigInt(32 * position);
  });
  if (terms.contestBond < 0n || terms.contestBond >= 1n << 128n) {
    throw new ColophonError(`Escrow terms: contestBond is ${terms.contestBond}.`, {
      code: "input",
      hint: "Expected base units from 0 to 2^128 - 1.",
    });
  }
  return [numberToHex(word, { size: 32 }), numberToHex(terms.contestBond, { size: 32 })];
}

/** Unpacks `Offer.railTerms` of an escrow offer, the same as `EscrowRail.unpackTerms`. */
export function unpackEscrowTerms(packed: readonly [Hex, Hex]): EscrowTerms {
  const word = BigInt(packed[0]);
  const windows = Object.fromEntries(
    WINDOWS.map((name, position) => [name, Number((word >> BigInt(32 * position)) & 0xffff_ffffn)]),
  ) as Pick<EscrowTerms, (typeof WINDOWS)[number]>;
  return {
    ...windows,
    defaultRefund: ((word >> 160n) & 1n) === 1n,
    contestBond: BigInt(packed[1]) & ((1n << 128n) - 1n),
  };
}

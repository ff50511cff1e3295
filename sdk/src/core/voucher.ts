/** The licensee's side of metering: each voucher replaces the ones before it. */

import { ColophonError } from "../errors/colophon-error.js";
import type { Message } from "../formats/typed-data.js";
import { maxOf } from "./math.js";
import { type MeteredPrice, meterAmountFor, unpackMeterTerms } from "./meter-terms.js";

/** What was signed, or billed, last. */
export type LastVoucher = Pick<Message<"UsageVoucher">, "units" | "amount" | "sequence">;

/** What the chain billed last, from `meterOf`. */
export function lastVoucherOf(meter: { units: bigint; spent: bigint; sequence: bigint }): LastVoucher {
  return { units: meter.units, amount: meter.spent, sequence: meter.sequence };
}

/**
 * The voucher after `last`: cumulative units, and what they cost in all.
 * @param input.last what was signed last; nothing for the first voucher
 * @param input.used units since then
 * @throws ColophonError `input` when nothing was used, `guard` when the cap of the offer would be passed
 */
export function nextVoucher({
  licenseId,
  offer,
  last = { units: 0n, amount: 0n, sequence: 0n },
  used,
}: {
  licenseId: bigint;
  offer: MeteredPrice;
  last?: LastVoucher;
  used: bigint;
}): Message<"UsageVoucher"> {
  if (used <= 0n) {
    throw new ColophonError(`${used} units were used.`, { code: "input", hint: "A voucher is for at least one more." });
  }
  const units = last.units + used;
  const { cap } = unpackMeterTerms(offer.railTerms);
  if (cap > 0n && units > cap) {
    throw new ColophonError(`${units} units are above the license's cap of ${cap}.`, {
      code: "guard",
      hint: "Use less, or buy another license.",
    });
  }
  const cost = meterAmountFor(offer, units);
  // What was signed never falls, whatever it was signed for.
  return { licenseId, units, amount: maxOf(cost, last.amount), sequence: last.sequence + 1n };
}

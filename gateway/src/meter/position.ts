/** Where a meter stands between what is served, what vouchers say and what the chain holds; nothing here asks anybody. */
import { type MeterTerms, meterAmountFor, nextVoucher, type Offer } from "@colophon-protocol/sdk";
import type { Message } from "@colophon-protocol/sdk/formats";
import { Problem } from "../errors.js";
import type { Counts } from "./ledger.js";

/** A license's meter on chain, as of a block. Amounts in base units of the offer's token. */
interface ChainMeter {
  units: bigint;
  spent: bigint;
  sequence: bigint;
  funded: bigint;
  thawing: bigint;
}

/** Units and amount that a signature of the present holder stands for; what the chain billed when there is no newer voucher. */
interface Vouchered {
  units: bigint;
  amount: bigint;
  sequence: bigint;
}

/** What limits look at. */
export interface Position {
  licenseId: bigint;
  offer: Offer;
  terms: MeterTerms;
  chain: ChainMeter;
  vouchered: Vouchered;
  /** Base units that may be served without a voucher. */
  unvoucheredLimit: bigint;
}

/** What a voucher over `units` must say it costs in all: the price list, and never less than was signed before. */
export function amountDue({ offer, vouchered }: Position, units: bigint): bigint {
  const price = meterAmountFor(offer, units);
  // What was signed never falls, whatever it was signed for.
  if (vouchered.amount > price) return vouchered.amount;
  return price;
}

/** Base units that were served and no voucher covers. */
export function unvouchered(position: Position, units: bigint): bigint {
  return amountDue(position, units) - position.vouchered.amount;
}

/** The voucher that covers everything counted; undefined when the last one does already. */
export function dueVoucher(position: Position, units: bigint): Message<"UsageVoucher"> | undefined {
  const { licenseId, offer, vouchered } = position;
  if (units <= vouchered.units) return undefined;
  return nextVoucher({ licenseId, offer, last: vouchered, used: units - vouchered.units });
}

/** Base units that vouchers may bill: all that is paid in and not asked back (prepaid); no limit otherwise. */
export function coveredAmount({ terms, chain }: Position): bigint | undefined {
  if (terms.mode !== "Prepaid") return undefined;
  return chain.funded > chain.thawing ? chain.funded - chain.thawing : 0n;
}

/** Whether the licensee should sign soon: `softBps` of what may be served without a voucher is used, or of the deposit. */
export function wantsVoucher(position: Position, { units, reserved }: Counts, softBps: bigint): boolean {
  if (dueVoucher(position, units) === undefined) return false;
  return unvouchered(position, units + reserved) * 10_000n >= position.unvoucheredLimit * softBps;
}

/**
 * Refuses a use that nothing would pay for. `reserved` includes it.
 * @throws Problem 402 that says what is needed, 429 while others' reservations are in the way
 */
export function requireCovered(position: Position, { units, reserved }: Counts, asked: bigint): void {
  const { licenseId, terms, unvoucheredLimit } = position;
  const after = units + reserved;
  if (terms.cap > 0n && after > terms.cap) {
    const detail = `License ${licenseId} may use ${terms.cap} ${unitName(terms)} in all; ${units} are used, ${asked} more were asked for. Ask for less, or buy another license.`;
    throw new Problem(402, "quota_exhausted", detail);
  }
  const covered = coveredAmount(position);
  const cost = amountDue(position, after);
  if (covered !== undefined && cost > covered) {
    const missing = (cost - covered).toString();
    const detail = `The deposit of license ${licenseId} covers ${covered} base units, ${cost} would be used: pay ${missing} more into its meter.`;
    const needed = { deposit: missing, token: position.offer.token };
    throw new Problem(402, "deposit_needed", detail, { needed });
  }
  // What was served before must be within the limit, not what is asked for: else a use dearer than the limit could never be served.
  const before = unvouchered(position, after - asked);
  if (before === 0n || unvouchered(position, after) <= unvoucheredLimit) return;
  const voucher = dueVoucher(position, units);
  if (voucher && unvouchered(position, units) > 0n) {
    const detail = `License ${licenseId} used ${before} base units more than vouchers say: sign a voucher and POST it to /v1/licenses/${licenseId}/vouchers.`;
    throw new Problem(402, "voucher_needed", detail, { needed: { voucher: voucherJson(voucher) } });
  }
  const detail = `Other uses of license ${licenseId} are being served, up to what may go without a voucher. Try again shortly.`;
  throw new Problem(429, "meter_busy", detail, { headers: { "retry-after": "1" } });
}

/** A voucher as it travels: JSON with its integers as decimal text. */
export function voucherJson({ licenseId, units, amount, sequence }: Message<"UsageVoucher">) {
  return {
    licenseId: licenseId.toString(),
    units: units.toString(),
    amount: amount.toString(),
    sequence: sequence.toString(),
  };
}

function unitName({ kind }: MeterTerms): string {
  return kind.toLowerCase();
}

/** Terms of the meter rail inside an offer, and what usage costs under them: twins of `contracts/payments/MeterTermsLib.sol`. */
import { type Hex, numberToHex } from "viem";
import { enumValue, packWord, unpackWord } from "./packing.js";

/** `IMeterRail.UnitKind`: what is counted. */
export const UNIT_KINDS = ["None", "Rows", "Bytes", "Tokens", "Chunks", "Jobs", "Seconds"] as const;
export type UnitKind = (typeof UNIT_KINDS)[number];

/** `IMeterRail.Mode`. */
export const METER_MODES = ["Prepaid", "Postpaid"] as const;
export type MeterMode = (typeof METER_MODES)[number];

/** From `from` blocks of charged units on, a block costs `priceBps` basis points of the offer's price; 0 is free. */
export interface MeterTier {
  from: number;
  priceBps: number;
}

/** See `IMeterRail.MeterTerms`. `Offer.price` is the price of one block of `10^scale` units. */
export interface MeterTerms {
  kind: UnitKind;
  mode: MeterMode;
  /** A block is 10^scale units, at most 18. */
  scale: number;
  /** Seconds a withdrawal thaws, and the final window after the end; from 1 hour to 365 days. */
  thaw: number;
  /** Seconds after a missed post-paid payment in which access goes on; 0 in prepaid offers. */
  grace: number;
  /** Units that cost nothing. */
  included: bigint;
  /** Units that may be billed at most, over the license's life; 0 for none, in prepaid offers only. */
  cap: bigint;
  /** Least initial deposit, in blocks at the offer's price. */
  minimum: number;
  /** At most four, `from` strictly ascending. */
  tiers: readonly MeterTier[];
}

/** Prepaid, priced by the unit, three days to thaw, nothing included, no cap, no minimum, one price. */
export const meterTermsDefaults: Omit<MeterTerms, "kind"> = {
  mode: "Prepaid",
  scale: 0,
  thaw: 3 * 86_400,
  grace: 0,
  included: 0n,
  cap: 0n,
  minimum: 0,
  tiers: [],
};

const WORD_0 = { kind: 8, mode: 8, scale: 8, thaw: 32, grace: 32, included: 64, cap: 64, minimum: 40 } as const;
const TIER = { from: 40, priceBps: 16 } as const;
const TIER_BITS = 56n;
const MOST_TIERS = 4;
const BPS = 10_000n;

/**
 * Packs meter terms for `Offer.railTerms`, the same as `MeterRail.packTerms`.
 * @throws ColophonError `input` when a field does not fit; bounds are the rail's to check (`checkRailTerms`)
 */
export function packMeterTerms(terms: MeterTerms): readonly [Hex, Hex] {
  const { tiers, ...rest } = terms;
  packWord(
    "Meter terms",
    { "number of tiers": 3 },
    { "number of tiers": tiers.length > MOST_TIERS ? -1 : tiers.length },
  );
  const kind = enumValue("Meter terms: kind", UNIT_KINDS, terms.kind);
  const mode = enumValue("Meter terms: mode", METER_MODES, terms.mode);
  const words = tiers.map((tier, i) => packWord(`Meter terms, tier ${i + 1}`, TIER, { ...tier }));
  const packed = words.reduce((sum, word, i) => sum | (word << (TIER_BITS * BigInt(i))), 0n);
  return [
    numberToHex(packWord("Meter terms", WORD_0, { ...rest, kind, mode }), { size: 32 }),
    numberToHex(packed, { size: 32 }),
  ];
}

/** Unpacks `Offer.railTerms` of a metered offer, the same as `MeterRail.unpackTerms` without its unused tiers. */
export function unpackMeterTerms(packed: readonly [Hex, Hex]): MeterTerms {
  const { kind, mode, ...rest } = unpackWord(WORD_0, BigInt(packed[0]));
  const tiers: MeterTier[] = [];
  for (let word = BigInt(packed[1]); word !== 0n && tiers.length < MOST_TIERS; word >>= TIER_BITS) {
    tiers.push(unpackWord(TIER, word));
  }
  return { ...rest, kind: UNIT_KINDS[kind] ?? "None", mode: METER_MODES[mode] ?? "Prepaid", tiers };
}

/** The part of an offer that says what units cost. */
export interface MeteredPrice {
  /** Base units per block. */
  price: bigint;
  railTerms: readonly [Hex, Hex];
}

/**
 * Base units that `units` cost in all, the same as `MeterRail.amountFor`: the most that a voucher may say.
 * Included units are free, the rest is charged by marginal tiers, the sum rounded down once.
 */
export function meterAmountFor({ price, railTerms }: MeteredPrice, units: bigint): bigint {
  const { included, scale, tiers } = unpackMeterTerms(railTerms);
  if (units <= included) return 0n;
  const charged = units - included;
  const block = 10n ** BigInt(scale);
  let weighted = 0n;
  let from = 0n;
  let bps = BPS;
  for (const tier of tiers) {
    const next = BigInt(tier.from) * block;
    if (charged <= next) break;
    weighted += (next - from) * bps;
    from = next;
    bps = BigInt(tier.priceBps);
  }
  return ((weighted + (charged - from) * bps) * price) / (BPS * block);
}

/** Most units that `amount` base units pay for in all, within the cap when there is one; what a budget buys. */
export function meterUnitsFor(offer: MeteredPrice, amount: bigint): bigint {
  const { cap } = unpackMeterTerms(offer.railTerms);
  let low = 0n;
  let high = cap > 0n ? cap : (1n << 64n) - 1n;
  while (low < high) {
    const middle = (low + high + 1n) / 2n;
    if (meterAmountFor(offer, middle) > amount) high = middle - 1n;
    else low = middle;
  }
  return low;
}

/** Base units of the first deposit: the least that an offer asks, and what is taken when the buyer names none. */
export function meterDeposits({ price, railTerms }: MeteredPrice): { least: bigint; usual: bigint } {
  const { minimum, mode } = unpackMeterTerms(railTerms);
  const least = BigInt(minimum) * price;
  return { least, usual: least === 0n && mode === "Prepaid" ? price : least };
}

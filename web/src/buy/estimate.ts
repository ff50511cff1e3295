import { meterAmountFor, shareOwedFor, type UnitKind, type unpackRailTerms } from "@colophon-protocol/sdk";
import { grouped, period } from "../ui/format";
import { blockInWords, type PricedOffer, railOf, termsOf, unitsInWords } from "./price";

const DAY = 86_400;

/** What a reader means to do: for how long, how much of what is counted, and what it will earn in that time (base units). */
export interface Scenario {
  days: number;
  units: Partial<Record<UnitKind, bigint>>;
  revenue: bigint;
}

/** An offer with how long its licenses last, in seconds; 0 for no end. */
export type EstimatedOffer = PricedOffer & { terms: { duration: bigint } };

/** What an offer comes to: base units in all, how that is made up, and what else matters. */
export interface Estimate {
  total: bigint;
  words: string;
  notes: string[];
}

type Amount = (baseUnits: bigint) => string;
type Terms<rail> = Extract<ReturnType<typeof unpackRailTerms>, { rail: rail }>;

/** What an offer costs in a scenario; undefined for a rail that this build does not know. */
export function estimate(offer: EstimatedOffer, scenario: Scenario, amount: Amount): Estimate | undefined {
  const terms = termsOf(offer);
  switch (terms?.rail) {
    case "escrow":
      return onePayment(offer, scenario, amount);
    case "stream":
      return stream(offer, terms, scenario, amount);
    case "live":
      return live(offer, terms, scenario, amount);
    case "meter":
      return meter(offer, terms, scenario, amount);
    case "share":
      return share(offer, terms, scenario, amount);
    default:
      return undefined;
  }
}

function onePayment({ price, terms: { duration } }: EstimatedOffer, { days }: Scenario, amount: Amount): Estimate {
  const licenses = duration === 0n ? 1n : (BigInt(days * DAY) + duration - 1n) / duration;
  const each = duration === 0n ? "a license without end" : `a license for ${period(duration)}`;
  const words =
    licenses <= 1n ? `${amount(price)} for ${each}` : `${licenses} times ${amount(price)}, each for ${each}`;
  return { total: price * (licenses > 1n ? licenses : 1n), words, notes: [] };
}

function stream(
  offer: EstimatedOffer,
  { period: span }: Pick<Terms<"stream">, "period">,
  { days }: Scenario,
  amount: Amount,
): Estimate {
  const total = (offer.price * BigInt(days * DAY)) / BigInt(span);
  const words = `${amount(offer.price)} per ${period(span)}, for ${period(days * DAY)}`;
  return { total, words, notes: [...renewal(offer, days), "Paused time costs nothing."] };
}

/** Costs what a stream does; what is paid does not come back. */
function live(offer: EstimatedOffer, terms: Terms<"live">, scenario: Scenario, amount: Amount): Estimate {
  const same = stream(offer, terms, scenario, amount);
  return { ...same, notes: [...same.notes, "What was paid does not come back; a buffer is locked meanwhile."] };
}

function meter(offer: EstimatedOffer, terms: Terms<"meter">, scenario: Scenario, amount: Amount): Estimate {
  const wanted = scenario.units[terms.kind] ?? 0n;
  const short = terms.cap > 0n && wanted > terms.cap;
  const units = short ? terms.cap : wanted;
  const free = units < terms.included ? units : terms.included;
  const words = [
    `${unitsInWords(terms.kind, units)} at ${amount(offer.price)} per ${blockInWords(terms)}`,
    ...(free > 0n ? [`${grouped(free)} of them included`] : []),
    ...(terms.tiers.length > 0 ? ["with its lower prices for more"] : []),
  ];
  const least = BigInt(terms.minimum) * offer.price;
  return {
    total: meterAmountFor(railOf(offer), units),
    words: words.join(", "),
    notes: [
      ...(short ? [`One license covers at most ${unitsInWords(terms.kind, terms.cap)}.`] : []),
      ...(least > 0n ? [`The first deposit is at least ${amount(least)}; what you do not use comes back.`] : []),
      ...renewal(offer, scenario.days),
    ],
  };
}

function share(offer: EstimatedOffer, terms: Terms<"share">, { days, revenue }: Scenario, amount: Amount): Estimate {
  const periods = BigInt(Math.max(1, Math.ceil((days * DAY) / terms.period)));
  const each = shareOwedFor(railOf(offer), revenue / periods);
  const spread = `${periods === 1n ? "one period" : `each of ${periods} periods`} of ${period(terms.period)}`;
  const guarantee = each === offer.price;
  const words = guarantee
    ? `the guarantee of ${amount(offer.price)} for ${spread}`
    : `${terms.shareBps / 100} % of ${amount(revenue)}, earned evenly over ${spread}`;
  return {
    total: each * periods,
    words,
    notes: [
      ...(guarantee && terms.shareBps > 0
        ? [`More than that, once ${terms.shareBps / 100} % of revenue is more.`]
        : []),
      ...renewal(offer, days),
    ],
  };
}

/** A license that ends within the time has to be bought again; by second, unit or period that costs the same. */
function renewal({ terms: { duration } }: EstimatedOffer, days: number): string[] {
  if (duration === 0n || duration >= BigInt(days * DAY)) return [];
  return [`A license lasts ${period(duration)}; then you take another.`];
}

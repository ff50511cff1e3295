import { type MeterTerms, railName, unpackRailTerms } from "@colophon-protocol/sdk";
import type { OfferEntity } from "@colophon-protocol/sdk/indexer";
import { grouped, period } from "../ui/format";

/** What says how an offer is paid. */
export type PricedOffer = Pick<OfferEntity, "rail" | "railTerms" | "price">;

/** An offer's two words, as the SDK takes them. */
export const railOf = ({ rail, railTerms, price }: PricedOffer) => {
  const [first = "0x", second = "0x"] = railTerms;
  return { rail, price, railTerms: [first, second] as const };
};

/** What the offer's words say; undefined for a rail that this build does not know. */
export const termsOf = (offer: PricedOffer) => (railName(offer.rail) ? unpackRailTerms(railOf(offer)) : undefined);

/** "rows", "row" for one. */
const unitName = (kind: MeterTerms["kind"], count: bigint) =>
  count === 1n ? kind.slice(0, -1).toLowerCase() : kind.toLowerCase();

/** "10,000 rows". */
export const unitsInWords = (kind: MeterTerms["kind"], count: bigint) => `${grouped(count)} ${unitName(kind, count)}`;

/** "1,000 rows", or "row": what an offer's price buys. */
export function blockInWords({ kind, scale }: MeterTerms): string {
  return scale === 0 ? unitName(kind, 1n) : unitsInWords(kind, 10n ** BigInt(scale));
}

/** "30 days", or "day" for one. */
const each = (seconds: number) => period(seconds).replace(/^1 /, "");

/** "250 USDC", "10 USDC per 30 days", "0.50 USDC per 1,000 rows", "5 % of revenue, at least 100 USDC per 90 days". */
export function priceInWords(offer: PricedOffer, amount: (baseUnits: bigint) => string): string {
  const terms = termsOf(offer);
  const price = amount(offer.price);
  switch (terms?.rail) {
    case "stream":
    case "live":
      return `${price} per ${each(terms.period)}`;
    case "meter":
      return `${price} per ${blockInWords(terms)}`;
    case "share": {
      const least = `${price} per ${each(terms.period)}`;
      if (terms.shareBps === 0) return least;
      const share = `${terms.shareBps / 100} % of revenue`;
      return offer.price === 0n ? share : `${share}, at least ${least}`;
    }
    default:
      return price;
  }
}

/** How an offer is paid, in two or three words, and what choosing it is called. */
const MODELS = {
  escrow: { name: "One payment", choose: "Buy a license" },
  stream: { name: "By the second", choose: "Subscribe" },
  live: { name: "By the second, live", choose: "Subscribe" },
  meter: { name: "By use", choose: "Pay by use" },
  share: { name: "A share of revenue", choose: "Share revenue" },
} as const;

/** The model of an offer; an unknown rail is named as such. */
export const modelOf = ({ rail }: Pick<PricedOffer, "rail">) => {
  const name = railName(rail);
  return name ? MODELS[name] : { name: `Payment rail ${rail}`, choose: "Look at the offer" };
};

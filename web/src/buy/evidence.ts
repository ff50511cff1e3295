import { ReleaseCondition } from "@colophon-protocol/sdk";
import { type PricedOffer, termsOf } from "./price";

const WORDS: Readonly<Record<number, { evidence: string; instead: boolean }>> = {
  [ReleaseCondition.ComputeReceipt]: { evidence: "a receipt of the computation", instead: true },
  [ReleaseCondition.Quality]: { evidence: "a quality score", instead: true },
  [ReleaseCondition.Adherence]: { evidence: "a proof that your run used licensed data only", instead: false },
};

/** What evidence releases the money of an offer, and whether it does so instead of delivery receipts; undefined without a condition. */
export function evidenceOf(offer: PricedOffer): { text: string; instead: boolean } | undefined {
  const terms = termsOf(offer);
  const known = terms?.rail === "escrow" ? WORDS[terms.condition] : undefined;
  if (!known || terms?.rail !== "escrow") return undefined;
  const least = terms.leastAssurance > 1 ? `, of assurance ${terms.leastAssurance} at least` : "";
  return { text: `${known.evidence}${least}`, instead: known.instead };
}

/** The same as a sentence for who is about to buy. */
export function evidenceInWords(offer: PricedOffer): string | undefined {
  const found = evidenceOf(offer);
  if (!found) return undefined;
  return found.instead
    ? `Your money is released by ${found.text}, and not by a delivery receipt. Without it, it comes back to you.`
    : `Your money is also released, at once, by ${found.text}.`;
}

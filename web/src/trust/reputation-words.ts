import type { ReputationAnswer } from "@colophon-protocol/sdk/indexer";
import { grouped, period } from "../ui/format";

type Term = ReputationAnswer["terms"][number];
type Name = Term["name"];

const TERMS: Record<Name, readonly [name: string, why: string]> = {
  volume: ["Volume", "what buyers paid, each up to a cap, as far as somebody vouches for the buyer"],
  buyers: ["Buyers", "distinct buyers for whom an accredited issuer vouches"],
  attestations: ["Attestations", "badges of known schemas that stand, by the weight of their issuers"],
  quality: ["Quality", "what staked reporters measured of the newest version"],
  age: ["Age", "time since the first sale, as far as something was sold in it"],
  bond: ["Bond", "mean stake of the last 180 days"],
  weight: ["Weight", "the issuer's own weight now"],
  record: ["Record", "subjects whose badges no ruling revoked"],
  refunds: ["Refunds", "money that went back because nothing came or a ruling said so"],
  disputes: ["Disputes", "rulings that were lost, against those that were won"],
  recalls: ["Recalls", "deadlines passed without saying what leaves a version"],
  faults: ["Faults", "faults that were proven on chain"],
  overruled: ["Overruled", "badges that a ruling revoked"],
};

/** What a term is called. */
export const termName = (name: Name): string => TERMS[name][0];
/** What a term is made of, as half a sentence. */
export const termReason = (name: Name): string => TERMS[name][1];

/** "1.5": ten thousandths, to two places. */
function tenThousandths(value: bigint): string {
  const hundredths = (value + 50n) / 100n;
  const fraction = String(hundredths % 100n)
    .padStart(2, "0")
    .replace(/0+$/, "");
  return `${grouped(hundredths / 100n)}${fraction ? `.${fraction}` : ""}`;
}

const MILLION = 1_000_000n;

/** What a term was worked out from, in its own unit. */
export function fromInWords({ name, from }: Pick<Term, "name" | "from">): string {
  switch (name) {
    case "volume":
    case "bond":
    case "refunds":
      return from > 0n && from < MILLION
        ? "less than 1 unit of account"
        : `${grouped(from / MILLION)} units of account`;
    case "age":
      return from === 0n ? "nothing sold yet" : period(from);
    case "quality":
    case "weight":
      return `${tenThousandths(from * 100n)} %`;
    case "recalls":
      return grouped(from);
    default:
      return tenThousandths(from);
  }
}

/** "+1,200" or "−300": points of a term. */
export function pointsInWords(points: bigint): string {
  if (points === 0n) return "0";
  return points > 0n ? `+${grouped(points)}` : `\u2212${grouped(-points)}`;
}

/** The terms that count, in a line. */
export function termsInLine(terms: readonly Term[]): string {
  const counting = terms.filter(({ points }) => points !== 0n);
  if (counting.length === 0) return "No term has points yet.";
  return counting.map(({ name, points }) => `${termName(name)} ${pointsInWords(points)}`).join(" · ");
}

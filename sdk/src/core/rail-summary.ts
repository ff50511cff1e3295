/** An offer's rail terms in plain sentences, for pages and terminals. */
import { zeroAddress } from "viem";
import { type EscrowTerms, ReleaseCondition } from "./escrow-terms.js";
import type { LiveTerms } from "./live-terms.js";
import type { MeterTerms, MeterTier } from "./meter-terms.js";
import type { Offer } from "./offer.js";
import { unpackRailTerms } from "./rail-terms.js";
import type { ShareTerms } from "./share-terms.js";
import type { StreamTerms } from "./stream-terms.js";

/** What a summary needs of an offer. */
export type SummarizedOffer = Pick<Offer, "rail" | "railTerms" | "price" | "arbitrator">;

/**
 * How an offer is paid, in sentences: first what it costs, then what happens when something fails.
 * @param amount base units of the offer's token as people read them, such as "250 USDC"
 * @throws ColophonError `input` when the rail is not known here
 */
export function summarizeRailTerms(offer: SummarizedOffer, amount: (baseUnits: bigint) => string): string[] {
  const terms = unpackRailTerms(offer);
  const price = amount(offer.price);
  switch (terms.rail) {
    case "escrow":
      return escrowSentences(terms, price, offer, amount);
    case "stream":
      return streamSentences(terms, price, offer, amount);
    case "meter":
      return meterSentences(terms, price, offer.price, amount);
    case "share":
      return shareSentences(terms, price, offer.price);
    case "live":
      return liveSentences(terms, price);
  }
}

type Amount = (baseUnits: bigint) => string;

function escrowSentences(terms: EscrowTerms, price: string, offer: SummarizedOffer, amount: Amount): string[] {
  const evidence = EVIDENCE_INSTEAD[terms.condition];
  const release = evidence
    ? [
        `${price} once, held until ${evidence} is on record${assuranceText(terms)}.`,
        `Not on record within ${duration(terms.sla)}: anyone may have it refunded.`,
      ]
    : [
        `${price} once, held until the data is delivered.`,
        `Not delivered within ${duration(terms.sla)}: anyone may have it refunded.`,
        `A delivery can be contested for ${duration(terms.challengeWindow)}${bondText(terms.contestBond, amount)}.`,
        ruling(terms, offer),
      ];
  if (terms.condition === ReleaseCondition.Adherence) {
    release.push(`A proof that the licensee's run used licensed data only${assuranceText(terms)} releases it at once.`);
  }
  if (terms.coolingOff === 0) return release;
  return [
    ...release,
    `Within ${duration(terms.coolingOff)} the licensee may withdraw, unless ${evidence ? `${evidence} is on record` : "the provider shows a delivery"} within ${duration(terms.objectionWindow)}.`,
  ];
}

/** Every contract that keeps evidence grades it; 1, the least, says nothing. */
const assuranceText = ({ leastAssurance }: Pick<EscrowTerms, "leastAssurance">) =>
  leastAssurance > 1 ? `, of assurance ${leastAssurance} at least` : "";

/** Evidence that takes the place of delivery receipts, by release condition. */
const EVIDENCE_INSTEAD: Readonly<Record<number, string>> = {
  [ReleaseCondition.ComputeReceipt]: "a receipt of the computation",
  [ReleaseCondition.Quality]: "a quality score",
};

function streamSentences(terms: StreamTerms, price: string, offer: SummarizedOffer, amount: Amount): string[] {
  const start = [
    `${price} for every ${duration(terms.period)}, streamed by the second.`,
    `Each epoch of ${duration(terms.epoch)} is released to the seller, or refunded, by itself.`,
  ];
  return [
    ...start,
    ...proofSentences(terms, offer, amount),
    `Missing payment cuts access after ${duration(terms.grace)}, counted over the license's whole life.`,
    notice(terms),
  ];
}

function proofSentences(terms: StreamTerms, offer: SummarizedOffer, amount: Amount): string[] {
  const outcome = terms.defaultRefund ? "the epoch is refunded" : "the epoch is released";
  const evidence = EPOCH_EVIDENCE[terms.proof];
  if (evidence) {
    return [
      `An epoch is released once ${evidence} was recorded after it began${assuranceText(terms)}.`,
      `Without that ${duration(terms.openFor)} after its end, ${outcome} as soon as anyone settles.`,
    ];
  }
  if (terms.proof === "Time") return ["An epoch is released once it is over."];
  return [
    `The provider reports within ${duration(terms.openFor)} of an epoch's end; a report can be contested for ${duration(terms.window)}${bondText(terms.contestBond, amount)}.`,
    `Without a report ${outcome}.`,
    ruling(terms, offer),
  ];
}

/** Evidence that proves an epoch, by proof. */
const EPOCH_EVIDENCE: Readonly<Partial<Record<StreamTerms["proof"], string>>> = {
  ComputeReceipt: "a receipt of a computation under the license",
  Adherence: "a proof that the licensee's run used licensed data only",
};

function liveSentences(terms: LiveTerms, price: string): string[] {
  return [
    `${price} for every ${duration(terms.period)}, streamed by the second straight to the owners.`,
    "What was passed on does not come back; the provider's bond stands in for it.",
    "The buyer also fills a buffer that Superfluid locks; what is left of it comes back at the end.",
    "When payment stops, only the buffer pays: access ends once anyone settles, or the buffer is used up.",
    notice(terms),
  ];
}

const notice = ({ notice: seconds }: Pick<LiveTerms, "notice">) =>
  seconds > 0 ? `Either side may end it with ${duration(seconds)} of notice.` : "Either side may end it at once.";

function meterSentences(terms: MeterTerms, price: string, base: bigint, amount: Amount): string[] {
  const unit = unitText(terms);
  const count = (blocks: number) =>
    terms.scale === 0
      ? blocks.toLocaleString("en-US")
      : `${blocks.toLocaleString("en-US")} × ${(10n ** BigInt(terms.scale)).toLocaleString("en-US")}`;
  const tier = ({ from, priceBps }: MeterTier) =>
    `from ${count(from)} ${terms.kind.toLowerCase()} on ${priceBps === 0 ? "nothing" : amount((base * BigInt(priceBps)) / 10_000n)}`;
  const kind = terms.kind.toLowerCase();
  return [
    `${price} per ${unit}${terms.tiers.length > 0 ? `, ${terms.tiers.map(tier).join(", ")}` : ""}.`,
    ...(terms.included > 0n ? [`The first ${terms.included.toLocaleString("en-US")} ${kind} cost nothing.`] : []),
    ...(terms.cap > 0n ? [`At most ${terms.cap.toLocaleString("en-US")} ${kind} over the license's life.`] : []),
    terms.mode === "Prepaid"
      ? `Paid from a deposit${terms.minimum > 0 ? ` of at least ${amount(base * BigInt(terms.minimum))}` : ""}; access stops when it is used up.`
      : `Paid after use; an unpaid bill cuts access after ${duration(terms.grace)}.`,
    `A deposit can be taken back; it takes ${duration(terms.thaw)}, in which use that was signed for is still billed.`,
  ];
}

function shareSentences(terms: ShareTerms, price: string, base: bigint): string[] {
  const share = `${terms.shareBps / 100} % of revenue`;
  const perPeriod = `for every ${duration(terms.period)}`;
  const owed =
    terms.shareBps === 0
      ? `${price} ${perPeriod}`
      : base === 0n
        ? `${share} ${perPeriod}`
        : `${share} or ${price}, whichever is more, ${perPeriod}`;
  return [
    `${owed}; ${base > 0n ? `${price} at purchase for the first period, then ` : ""}with a signed statement.`,
    `Each statement is due within ${duration(terms.due)} of the period's end; ${duration(terms.cure)} later access stops until it is made good.`,
    terms.auditor === zeroAddress
      ? "Nobody audits the statements."
      : `${terms.auditor} may correct a statement within ${duration(terms.auditWindow)}${terms.countersigned ? ", and countersigns each" : ""}.`,
  ];
}

function ruling({ defaultAfter, defaultRefund }: EscrowTerms | StreamTerms, { arbitrator }: SummarizedOffer): string {
  const outcome = defaultRefund ? "refunded" : "released to the seller";
  return arbitrator === zeroAddress
    ? `Nobody rules on a contest: after ${duration(defaultAfter)} the money is ${outcome}.`
    : `${arbitrator} rules on a contest within ${duration(defaultAfter)}; without a ruling the money is ${outcome}.`;
}

const bondText = (bond: bigint, amount: Amount) => (bond > 0n ? ` against a bond of ${amount(bond)}` : "");

const SINGULAR: Record<string, string> = {
  Rows: "row",
  Bytes: "byte",
  Tokens: "token",
  Chunks: "chunk",
  Jobs: "job",
  Seconds: "second",
};

/** "row", or "1,000 rows". */
function unitText({ kind, scale }: MeterTerms): string {
  return scale === 0
    ? (SINGULAR[kind] ?? "unit")
    : `${(10n ** BigInt(scale)).toLocaleString("en-US")} ${kind.toLowerCase()}`;
}

/** Seconds as people say them: "36 hours", "1 day"; the largest unit that says it exactly. */
function duration(seconds: number): string {
  const units = [
    [86_400, "day"],
    [3600, "hour"],
    [60, "minute"],
  ] as const;
  const [size, name] = units.find(([length]) => seconds >= length && seconds % length === 0) ?? [1, "second"];
  const count = seconds / size;
  return `${count} ${name}${count === 1 ? "" : "s"}`;
}

import type { Address, Hex } from "viem";

// Everything is whole numbers, so that anyone gets the same score to the point in any language. Values are millionths of the unit of
// account (`ReputationParameters.tokens` says what a token is worth in it), shares and weights basis points, times seconds.

export type SubjectKind = "dataset" | "provider" | "creator" | "issuer";

/** What a score is of. `id` is a dataset's number in decimals, or an address in lower case. */
export interface ReputationSubject {
  kind: SubjectKind;
  id: string;
}

// ---- what happened, as the chain's events tell it

/** A release: what a buyer paid for a license reached its payees, and the protocol took its fee. */
export interface ReleaseEvent {
  datasetId: string;
  /** The dataset's owner at that time. */
  seller: Address;
  provider: Address;
  buyer: Address;
  token: Address;
  amount: bigint;
  fee: bigint;
  at: bigint;
}

/** Money that went back to a buyer: a failure when nothing was delivered or a ruling said so, and no failure when the buyer withdrew. */
export interface RefundEvent {
  datasetId: string;
  seller: Address;
  provider: Address;
  token: Address;
  amount: bigint;
  cause: "undelivered" | "ruling" | "withdrawal";
  at: bigint;
}

/** A badge. `subject` is the packed subject's kind with a number (`7`, `7/3` for version 3 of dataset 7) or an address. */
export interface BadgeEvent {
  issuer: Address;
  schema: Hex;
  subject: { kind: "dataset" | "version" | "provider" | "person"; id: string };
  recordedAt: bigint;
  expiresAt: bigint;
  /** 0 while it stands. */
  revokedAt: bigint;
  revokedBy: "issuer" | "ruling" | "subject" | null;
}

/** An issuer with the weight that it has at the time of the score, 0 without accreditation. */
export interface IssuerEvent {
  issuer: Address;
  weightBps: bigint;
}

/** A score of the quality oracle, in basis points of the method's scale. */
export interface QualityEvent {
  datasetId: string;
  version: bigint;
  method: Hex;
  score: bigint;
  at: bigint;
}

/** A dispute that ended: who answered for it, and whether the claim was upheld (`lost`) or rejected (`won`). Settled ones are none. */
export interface DisputeEvent {
  datasetId: string | null;
  respondent: Address;
  outcome: "lost" | "won";
  at: bigint;
}

/** An objective fault that was proven and slashed. */
export interface FaultEvent {
  provider: Address;
  at: bigint;
}

/** A provider's stake after a change. */
export interface BondEvent {
  provider: Address;
  token: Address;
  stake: bigint;
  at: bigint;
}

/** A recall whose owner let the deadline pass without naming the root that covers what leaves. */
export interface MissedRecallEvent {
  datasetId: string;
  seller: Address;
  deadline: bigint;
}

/** All that scores are computed from. Order does not matter; what lies after the time of the score is left out. */
export interface ReputationWorld {
  releases: ReleaseEvent[];
  refunds: RefundEvent[];
  badges: BadgeEvent[];
  issuers: IssuerEvent[];
  qualities: QualityEvent[];
  disputes: DisputeEvent[];
  faults: FaultEvent[];
  bonds: BondEvent[];
  missedRecalls: MissedRecallEvent[];
}

// ---- what a score is made of

/** One buyer of a subject. `backed` is what it paid the subject, `elsewhere` what it paid to others, both as far as a fee was paid on it. */
export interface BuyerFacts {
  buyer: Address;
  backed: bigint;
  elsewhere: bigint;
  /** The issuers who vouch for the buyer as a person, with their weights; none of them is the subject itself. By issuer. */
  vouchers: { issuer: Address; weightBps: bigint }[];
}

/** Facts of one subject at one time: `scoreOf` needs nothing else. */
export interface ReputationFacts {
  subject: ReputationSubject;
  at: bigint;
  /** Backed value of all releases of the year before, of everybody. */
  market: bigint;
  buyers: BuyerFacts[];
  /** Weights of all accredited issuers together. */
  accreditationBps: bigint;
  /** Of each issuer, the weights of the badges that stand and that no other issuer of more weight gave too, together at most 10,000. */
  badgeWeightsBps: bigint[];
  /** Of each dataset, the lowest of what each method said last of the newest version that it scored. */
  qualitiesBps: bigint[];
  /** Time of the first release; null when there is none. */
  firstReleaseAt: bigint | null;
  /** Refunds that are failures. */
  refunded: bigint;
  disputesLostAt: bigint[];
  disputesWon: bigint;
  faultsAt: bigint[];
  missedRecalls: bigint;
  /** Mean stake over the window before. */
  bond: bigint;
  /** An issuer's own weight. */
  weightBps: bigint;
  /** An issuer's distinct subjects whose badges were not overruled: what each has sold, as far as a fee was paid on it. */
  vouchedFor: bigint[];
  /** When rulings revoked badges of an issuer. */
  overruledAt: bigint[];
}

export type TermName =
  | "volume"
  | "buyers"
  | "attestations"
  | "quality"
  | "age"
  | "bond"
  | "weight"
  | "record"
  | "refunds"
  | "disputes"
  | "recalls"
  | "faults"
  | "overruled";

/** One term of a score: `points` of at most `most`, or of at least `most` where it is below zero, and the number that they come from. */
export interface ReputationTerm {
  name: TermName;
  points: bigint;
  most: bigint;
  from: bigint;
}

/** A score with all its terms: `score` is their sum, kept between 0 and 10,000. */
export interface Reputation {
  version: number;
  subject: ReputationSubject;
  at: bigint;
  score: bigint;
  terms: ReputationTerm[];
}

/** The numbers of the function. Published with it; a change is a new version. */
export interface ReputationParameters {
  version: number;
  /** Value counts as far as this fee was paid on it. */
  referenceFeeBps: bigint;
  /** Most weight of a buyer for whom nobody vouches. */
  strangerBps: bigint;
  /** Most that one issuer's word brings, of all that words bring; more where it has more of all weight. */
  issuerShareBps: bigint;
  /** Least market: below it, thresholds no longer shrink. */
  leastMarket: bigint;
  /** Shares of the market, in millionths: where volume gives half its points, what one buyer counts at most, and where a buyer counts half. */
  volumeHalf: bigint;
  buyerCap: bigint;
  buyerHalf: bigint;
  /** In ten thousandths: fully accredited buyers, fully weighted schemas, subjects that give half the points. */
  buyersHalf: bigint;
  schemasHalf: bigint;
  recordHalf: bigint;
  /** Seconds. */
  ageHalf: bigint;
  bondWindow: bigint;
  forgetting: bigint;
  /** In ten thousandths: lost disputes, faults, overrulings that cost half the points. */
  disputesHalf: bigint;
  faultsHalf: bigint;
  overruledHalf: bigint;
  /** Won disputes that count against lost ones, at most. */
  mostWon: bigint;
  /** Stake that gives half its points, as a share of the market in millionths. */
  bondHalf: bigint;
  /** Points of one missed recall. */
  perMissedRecall: bigint;
  /** Most points of each term; below zero for what costs points. */
  terms: Record<SubjectKind, Partial<Record<TermName, bigint>>>;
}

/** What base units of a token are worth: `value = amount * 1,000,000 / unit`. Tokens that are not listed count nothing. */
export type TokenUnits = Record<Address, bigint>;

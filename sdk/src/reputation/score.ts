import { maxOf, minOf } from "../core/math.js";
import { REPUTATION_V1 } from "./parameters.js";
import type {
  BuyerFacts,
  Reputation,
  ReputationFacts,
  ReputationParameters,
  ReputationTerm,
  SubjectKind,
  TermName,
} from "./types.js";

const BPS = 10_000n;
const MILLION = 1_000_000n;

/** `most` for endlessly much, half of it for `half`; rounded down. */
const saturate = (most: bigint, x: bigint, half: bigint): bigint => (x <= 0n ? 0n : (most * x) / (x + half));

/** The thresholds that follow the market's size, so that what a ring must burn grows with what there is to win. */
function thresholds(facts: ReputationFacts, p: ReputationParameters) {
  const market = maxOf(facts.market, p.leastMarket);
  const share = (millionths: bigint) => (market * millionths) / MILLION;
  return {
    volumeHalf: share(p.volumeHalf),
    buyerCap: share(p.buyerCap),
    buyerHalf: share(p.buyerHalf),
    bondHalf: share(p.bondHalf),
  };
}

/** What part of a buyer's money counts although nobody vouches for the buyer: the less, the less it paid to others. Basis points. */
function strangerPart(buyer: BuyerFacts, half: bigint, p: ReputationParameters): bigint {
  return saturate(p.strangerBps, buyer.elsewhere, half);
}

/**
 * Adds up what buyers bring, as far as their word counts: a buyer's amount counts by the weight of the issuers who vouch for it, and the
 * rest as a stranger's. What one issuer's word brings counts up to a share of the whole, so that no single issuer makes a name.
 */
function heard(
  facts: ReputationFacts,
  p: ReputationParameters,
  amountOf: (buyer: BuyerFacts) => bigint,
  strangerOf: (buyer: BuyerFacts) => bigint,
): bigint {
  const byIssuer = new Map<string, { amount: bigint; weightBps: bigint }>();
  let strangers = 0n;
  for (const buyer of facts.buyers) {
    const amount = amountOf(buyer);
    const weights = total(buyer.vouchers.map(({ weightBps }) => weightBps));
    const accredited = minOf(weights, BPS);
    strangers += (amount * (BPS - accredited) * strangerOf(buyer)) / (BPS * BPS);
    for (const { issuer, weightBps } of buyer.vouchers) {
      const before = byIssuer.get(issuer)?.amount ?? 0n;
      byIssuer.set(issuer, { weightBps, amount: before + (amount * accredited * weightBps) / (weights * BPS) });
    }
  }
  const words = [...byIssuer.values()];
  const all = strangers + total(words.map(({ amount }) => amount));
  const counted = words.map(({ amount, weightBps }) => {
    const share = maxOf(p.issuerShareBps, (weightBps * BPS) / facts.accreditationBps);
    return share >= BPS ? amount : minOf(amount, ((all - amount) * share) / (BPS - share));
  });
  return strangers + total(counted);
}

/** Weighted volume: each buyer's money, up to a cap. */
function weightedVolume(facts: ReputationFacts, p: ReputationParameters): bigint {
  const { buyerCap, buyerHalf } = thresholds(facts, p);
  const amountOf = ({ backed }: BuyerFacts) => minOf(backed, buyerCap);
  return heard(facts, p, amountOf, (buyer) => strangerPart(buyer, buyerHalf, p));
}

/** Distinct buyers, in ten thousandths. Only those for whom somebody vouches: a stranger can be anybody's second account. */
function distinctBuyers(facts: ReputationFacts, p: ReputationParameters): bigint {
  const { buyerHalf } = thresholds(facts, p);
  const amountOf = ({ backed }: BuyerFacts) => saturate(BPS, backed, buyerHalf);
  return heard(facts, p, amountOf, () => 0n);
}

/** How much of what happened at `at` still counts: it fades to nothing over `forgetting` seconds. In ten thousandths. */
function remembered(times: bigint[], now: bigint, p: ReputationParameters): bigint {
  return times.reduce((sum, at) => {
    const age = now - at;
    return age >= p.forgetting ? sum : sum + BPS - (BPS * age) / p.forgetting;
  }, 0n);
}

const total = (numbers: bigint[]): bigint => numbers.reduce((sum, one) => sum + one, 0n);

type Measure = (facts: ReputationFacts, p: ReputationParameters, most: bigint) => { points: bigint; from: bigint };

/** Points that fall with a part of a whole: `most` (below zero) when all of it is bad. */
const cost = (most: bigint, bad: bigint, whole: bigint): bigint => (bad <= 0n ? 0n : (most * bad) / whole);

const MEASURES: Record<TermName, Measure> = {
  volume: (facts, p, most) => {
    const from = weightedVolume(facts, p);
    return { from, points: saturate(most, from, thresholds(facts, p).volumeHalf) };
  },
  buyers: (facts, p, most) => {
    const from = distinctBuyers(facts, p);
    return { from, points: saturate(most, from, p.buyersHalf) };
  },
  attestations: (facts, p, most) => {
    const from = total(facts.badgeWeightsBps);
    return { from, points: saturate(most, from, p.schemasHalf) };
  },
  quality: (facts, _p, most) => {
    const count = BigInt(facts.qualitiesBps.length);
    const from = count === 0n ? 0n : total(facts.qualitiesBps) / count;
    return { from, points: (most * from) / BPS };
  },
  // Age alone is free, so it counts as far as something was sold meanwhile, or vouched for.
  age: (facts, p, most) => {
    const from = facts.firstReleaseAt === null ? 0n : facts.at - facts.firstReleaseAt;
    const half = thresholds(facts, p).volumeHalf;
    const lived =
      facts.subject.kind === "issuer"
        ? saturate(BPS, record(facts, p), p.recordHalf)
        : saturate(BPS, weightedVolume(facts, p), half);
    return { from, points: (saturate(most, from, p.ageHalf) * lived) / BPS };
  },
  bond: (facts, p, most) => ({ from: facts.bond, points: saturate(most, facts.bond, thresholds(facts, p).bondHalf) }),
  weight: (facts, _p, most) => ({ from: facts.weightBps, points: (most * facts.weightBps) / BPS }),
  record: (facts, p, most) => {
    const from = record(facts, p);
    return { from, points: saturate(most, from, p.recordHalf) };
  },
  refunds: (facts, p, most) => {
    const { buyerHalf } = thresholds(facts, p);
    return {
      from: facts.refunded,
      points: cost(most, facts.refunded, facts.refunded + weightedVolume(facts, p) + buyerHalf),
    };
  },
  disputes: (facts, p, most) => {
    const from = remembered(facts.disputesLostAt, facts.at, p);
    const won = minOf(facts.disputesWon, p.mostWon) * BPS;
    return { from, points: cost(most, from, from + won + p.disputesHalf) };
  },
  recalls: (facts, p, most) => ({
    from: facts.missedRecalls,
    points: -minOf(facts.missedRecalls * p.perMissedRecall, -most),
  }),
  faults: (facts, p, most) => {
    const from = remembered(facts.faultsAt, facts.at, p);
    return { from, points: cost(most, from, from + p.faultsHalf) };
  },
  overruled: (facts, p, most) => {
    const from = remembered(facts.overruledAt, facts.at, p);
    return { from, points: cost(most, from, from + p.overruledHalf) };
  },
};

/** What an issuer vouched for: its subjects, each as far as it sold something. In ten thousandths. */
function record(facts: ReputationFacts, p: ReputationParameters): bigint {
  const { buyerHalf } = thresholds(facts, p);
  return facts.vouchedFor.reduce((sum, sold) => sum + saturate(BPS, sold, buyerHalf), 0n);
}

/** The terms that a kind of subject has, in the order in which they are shown. */
export function termsOf(kind: SubjectKind, p: ReputationParameters = REPUTATION_V1): TermName[] {
  return Object.keys(p.terms[kind]) as TermName[];
}

/**
 * The reputation function. Pure: the same facts give the same score for everybody, for ever. Explained in docs/reputation.md; vectors
 * in spec/vectors/reputation.json.
 *
 * @param facts What `factsOf` gathers from events, or an indexer from its tables.
 * @returns A score from 0 to 10,000 with every term, its points and the number that they come from.
 */
export function scoreOf(facts: ReputationFacts, p: ReputationParameters = REPUTATION_V1): Reputation {
  const terms = termsOf(facts.subject.kind, p).map((name): ReputationTerm => {
    const most = p.terms[facts.subject.kind][name] as bigint;
    return { name, most, ...MEASURES[name](facts, p, most) };
  });
  const sum = total(terms.map(({ points }) => points));
  const score = sum < 0n ? 0n : minOf(sum, BPS);
  return { version: p.version, subject: facts.subject, at: facts.at, score, terms };
}

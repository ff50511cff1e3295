import type { Address, Hex } from "viem";
import { maxOf, minOf } from "../core/math.js";
import { REPUTATION_V1 } from "./parameters.js";
import { scoreOf } from "./score.js";
import type {
  BuyerFacts,
  QualityEvent,
  ReleaseEvent,
  Reputation,
  ReputationFacts,
  ReputationParameters,
  ReputationSubject,
  ReputationWorld,
  TokenUnits,
} from "./types.js";

const BPS = 10_000n;
const MILLION = 1_000_000n;
const YEAR = 365n * 86_400n;

/** What the world looks like at a time, with what values need. */
interface View {
  world: ReputationWorld;
  at: bigint;
  units: TokenUnits;
  known: ReadonlySet<Hex>;
  p: ReputationParameters;
}

/** Base units of a token as value; 0 for a token that is not listed. */
export function tokenValue(token: Address, amount: bigint, units: TokenUnits): bigint {
  const unit = units[token.toLowerCase() as Address];
  return unit === undefined ? 0n : (amount * MILLION) / unit;
}

/** The part of a release that a fee was paid on: what nobody gets back, so what nobody can claim for nothing. */
function backedBy({ token, amount, fee }: { token: Address; amount: bigint; fee: bigint }, view: View): bigint {
  const paidOn = (tokenValue(token, fee, view.units) * BPS) / view.p.referenceFeeBps;
  const value = tokenValue(token, amount, view.units);
  return minOf(value, paidOn);
}

const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

/** Whether a release or refund is the subject's. Of an issuer there is none. */
function concerns(
  event: { datasetId: string; seller: Address; provider: Address },
  { kind, id }: ReputationSubject,
): boolean {
  if (kind === "dataset") return event.datasetId === id;
  if (kind === "provider") return same(event.provider, id);
  return kind === "creator" && same(event.seller, id);
}

/** The accredited issuers who vouch for somebody, each once. An issuer's word for its own customers is none. */
function vouchersOf(account: Address, owners: Set<string>, view: View): BuyerFacts["vouchers"] {
  const issuers = new Map<string, bigint>();
  for (const badge of standing(view)) {
    const issuer = badge.issuer.toLowerCase();
    if (badge.subject.kind !== "person" || !same(badge.subject.id, account) || owners.has(issuer)) continue;
    const weight = weightOf(badge.issuer, view);
    if (weight > 0n) issuers.set(issuer, weight);
  }
  return sorted(issuers).map(([issuer, weightBps]) => ({ issuer: issuer as Address, weightBps }));
}

/** Entries in the order of their keys. */
function sorted<T>(map: Map<string, T>): [string, T][] {
  return [...map.entries()].sort(([a], [b]) => (a < b ? -1 : 1));
}

function weightOf(issuer: Address, view: View): bigint {
  return view.world.issuers.find((one) => same(one.issuer, issuer))?.weightBps ?? 0n;
}

/** Badges of known schemas that are recorded, not expired and not revoked. */
function standing({ world, at, known }: View) {
  return world.badges.filter(
    (badge) =>
      known.has(badge.schema) &&
      badge.recordedAt <= at &&
      (badge.expiresAt === 0n || badge.expiresAt > at) &&
      (badge.revokedAt === 0n || badge.revokedAt > at),
  );
}

function buyersOf(subject: ReputationSubject, owners: Set<string>, view: View): BuyerFacts[] {
  const buyers = new Map<string, BuyerFacts>();
  const releases = view.world.releases.filter(({ at }) => at <= view.at);
  for (const release of releases.filter((one) => concerns(one, subject))) {
    const key = release.buyer.toLowerCase();
    // Who buys of itself is no buyer.
    if (owners.has(key)) continue;
    const facts = buyers.get(key) ?? { buyer: key as Address, backed: 0n, elsewhere: 0n, vouchers: [] };
    facts.backed += backedBy(release, view);
    buyers.set(key, facts);
  }
  for (const release of releases) {
    const facts = buyers.get(release.buyer.toLowerCase());
    const party = subject.kind === "provider" ? release.provider : release.seller;
    if (facts !== undefined && !owners.has(party.toLowerCase())) facts.elsewhere += backedBy(release, view);
  }
  for (const facts of buyers.values()) facts.vouchers = vouchersOf(facts.buyer, owners, view);
  return sorted(buyers).map(([, facts]) => facts);
}

/** The accounts that are the subject: a dataset's sellers, or the account itself. */
function ownersOf(subject: ReputationSubject, view: View): Set<string> {
  if (subject.kind !== "dataset") return new Set([subject.id.toLowerCase()]);
  const sellers = view.world.releases.filter((one) => one.datasetId === subject.id && one.at <= view.at);
  return new Set(sellers.map(({ seller }) => seller.toLowerCase()));
}

/**
 * Per issuer the weight of its badges, each schema once, by the issuer of most weight; together at most one of full weight. An issuer's
 * word about itself or its own dataset counts nothing.
 */
function badgeWeights(subject: ReputationSubject, owners: Set<string>, view: View): bigint[] {
  const best = new Map<Hex, { issuer: string; weight: bigint }>();
  for (const badge of standing(view)) {
    const issuer = badge.issuer.toLowerCase();
    if (!isAbout(badge.subject, subject) || owners.has(issuer)) continue;
    const weight = weightOf(badge.issuer, view);
    const before = best.get(badge.schema);
    const better = !before || weight > before.weight || (weight === before.weight && issuer < before.issuer);
    if (weight > 0n && better) best.set(badge.schema, { issuer, weight });
  }
  const byIssuer = new Map<string, bigint>();
  for (const { issuer, weight } of best.values())
    byIssuer.set(issuer, minOf(BPS, (byIssuer.get(issuer) ?? 0n) + weight));
  return sorted(byIssuer).map(([, weight]) => weight);
}

/** A dataset's badges are its own and its versions'. */
function isAbout({ kind, id }: { kind: string; id: string }, subject: ReputationSubject): boolean {
  if (subject.kind === "dataset") return (kind === "dataset" || kind === "version") && id.split("/")[0] === subject.id;
  return kind === (subject.kind === "provider" ? "provider" : "person") && same(id, subject.id);
}

/** Per dataset the lowest of what each method said last of the newest version that it scored: nobody gains by asking an easy method too. */
function qualities(subject: ReputationSubject, releases: ReleaseEvent[], view: View): bigint[] {
  const own = subject.kind === "dataset" ? new Set([subject.id]) : new Set(releases.map(({ datasetId }) => datasetId));
  const last = new Map<string, QualityEvent>();
  for (const one of view.world.qualities) {
    if (!own.has(one.datasetId) || one.at > view.at) continue;
    const key = `${one.datasetId}/${one.method}`;
    const before = last.get(key);
    const newer = !before || one.version > before.version || (one.version === before.version && one.at >= before.at);
    if (newer) last.set(key, one);
  }
  const lowest = new Map<string, bigint>();
  for (const { datasetId, score } of last.values()) lowest.set(datasetId, minOf(score, lowest.get(datasetId) ?? score));
  return sorted(lowest).map(([, score]) => score);
}

/** Mean stake over the window before now, so that a bond posted for a moment is worth a moment. */
function meanBond(provider: string, view: View): bigint {
  const from = view.at - view.p.bondWindow;
  const tokens = new Map<string, { at: bigint; stake: bigint }[]>();
  for (const { provider: who, token, stake, at } of view.world.bonds) {
    if (!same(who, provider) || at > view.at) continue;
    const changes = tokens.get(token.toLowerCase()) ?? [];
    changes.push({ at, stake: tokenValue(token, stake, view.units) });
    tokens.set(token.toLowerCase(), changes);
  }
  let area = 0n;
  for (const changes of tokens.values()) {
    changes.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
    changes.forEach(({ at, stake }, i) => {
      const start = maxOf(at, from);
      const end = changes[i + 1]?.at ?? view.at;
      if (end > start) area += stake * (end - start);
    });
  }
  return area / view.p.bondWindow;
}

/** What an issuer's distinct subjects sold, of badges that no ruling revoked; those of its own accounts and datasets left out. */
function vouchedFor(issuer: string, view: View): bigint[] {
  const subjects = new Map<string, bigint>();
  for (const { issuer: by, subject, recordedAt, revokedBy, schema } of view.world.badges) {
    if (!same(by, issuer) || recordedAt > view.at || revokedBy === "ruling" || !view.known.has(schema)) continue;
    const key = `${subject.kind}/${subject.id.toLowerCase()}`;
    if (subjects.has(key)) continue;
    subjects.set(key, soldBy(subject, issuer, view));
  }
  return sorted(subjects).map(([, sold]) => sold);
}

function soldBy(subject: { kind: string; id: string }, issuer: string, view: View): bigint {
  let sum = 0n;
  for (const release of view.world.releases) {
    if (release.at > view.at || same(release.seller, issuer)) continue;
    const { kind, id } = subject;
    const own =
      kind === "dataset" || kind === "version"
        ? release.datasetId === id.split("/")[0]
        : same(id, kind === "provider" ? release.provider : release.seller) || same(id, release.buyer);
    if (own) sum += backedBy(release, view);
  }
  return sum;
}

/**
 * Gathers the facts of one subject from all that happened. Pure; slow on a large world, where an indexer gathers the same from its
 * tables: the vectors hold both to each other.
 *
 * @param known Schemas that governance lists.
 * @param units What tokens are worth.
 */
export function factsOf(
  world: ReputationWorld,
  subject: ReputationSubject,
  at: bigint,
  units: TokenUnits,
  known: Iterable<Hex>,
  p: ReputationParameters = REPUTATION_V1,
): ReputationFacts {
  const view: View = { world, at, units, known: new Set(known), p };
  const past = <T extends { at: bigint }>(events: T[]) => events.filter((event) => event.at <= at);
  const owners = ownersOf(subject, view);
  const releases = past(world.releases).filter((one) => concerns(one, subject));
  const disputes = past(world.disputes).filter((one) =>
    subject.kind === "dataset" ? one.datasetId === subject.id : same(one.respondent, subject.id),
  );
  const missed = world.missedRecalls.filter(
    (one) =>
      one.deadline < at && (subject.kind === "dataset" ? one.datasetId === subject.id : same(one.seller, subject.id)),
  );
  const firsts = subject.kind === "issuer" ? issuerFirsts(subject.id, view) : releases.map((one) => one.at);
  return {
    subject,
    at,
    market: past(world.releases)
      .filter((one) => one.at > at - YEAR)
      .reduce((sum, one) => sum + backedBy(one, view), 0n),
    buyers: buyersOf(subject, owners, view),
    accreditationBps: world.issuers.reduce((sum, { weightBps }) => sum + weightBps, 0n),
    badgeWeightsBps: badgeWeights(subject, owners, view),
    qualitiesBps: subject.kind === "issuer" ? [] : qualities(subject, releases, view),
    firstReleaseAt: firsts.length === 0 ? null : firsts.reduce(minOf),
    refunded: past(world.refunds)
      .filter((one) => one.cause !== "withdrawal" && concerns(one, subject))
      .reduce((sum, one) => sum + tokenValue(one.token, one.amount, units), 0n),
    disputesLostAt: times(disputes.filter(({ outcome }) => outcome === "lost")),
    disputesWon: BigInt(disputes.filter(({ outcome }) => outcome === "won").length),
    faultsAt:
      subject.kind === "provider" ? times(past(world.faults).filter((one) => same(one.provider, subject.id))) : [],
    missedRecalls: BigInt(missed.length),
    bond: subject.kind === "provider" ? meanBond(subject.id, view) : 0n,
    weightBps: subject.kind === "issuer" ? weightOf(subject.id as Address, view) : 0n,
    vouchedFor: subject.kind === "issuer" ? vouchedFor(subject.id, view) : [],
    overruledAt:
      subject.kind === "issuer"
        ? world.badges
            .filter((one) => same(one.issuer, subject.id) && one.revokedBy === "ruling" && one.revokedAt <= at)
            .map(({ revokedAt }) => revokedAt)
            .sort(ascending)
        : [],
  };
}

const ascending = (a: bigint, b: bigint): number => (a < b ? -1 : a > b ? 1 : 0);
const times = (events: { at: bigint }[]): bigint[] => events.map(({ at }) => at).sort(ascending);

/** When an issuer recorded badges: its age begins with the first. */
function issuerFirsts(issuer: string, view: View): bigint[] {
  const own = view.world.badges.filter((one) => same(one.issuer, issuer) && one.recordedAt <= view.at);
  return own.map(({ recordedAt }) => recordedAt);
}

/** Facts and score in one. */
export function reputationOf(
  world: ReputationWorld,
  subject: ReputationSubject,
  at: bigint,
  units: TokenUnits,
  known: Iterable<Hex>,
  p: ReputationParameters = REPUTATION_V1,
): Reputation {
  return scoreOf(factsOf(world, subject, at, units, known, p), p);
}

import { db } from "ponder:api";
import {
  attestationSchema,
  badge,
  bondEvent,
  challenge,
  dataset,
  dispute,
  distribution,
  fault,
  issuer,
  qualityRequest,
  recall,
  refund,
} from "ponder:schema";
import {
  type BuyerFacts,
  REPUTATION_V1,
  type ReputationFacts,
  type ReputationSubject,
  type TokenUnits,
} from "@colophon-protocol/sdk/reputation";
import { and, desc, eq, gt, gte, inArray, isNotNull, isNull, lt, lte, ne, not, or, sql } from "ponder";
import type { Address } from "viem";
import { idOf } from "../../ids";
import { deployment } from "../../settings";
import type { SQL } from "../sql";
import { accreditedAt } from "../trust/standing";
import { backed, worthOf } from "./values";

// What the reputation function wants to know of a subject, out of tables: `factsOf` of the SDK as queries, some fifteen whatever the size.

const YEAR = 365n * 86_400n;
const BPS = 10_000n;
/** Most rows that one answer reads of a table. */
const MOST = 20_000;

/** What a subject was computed from did not fit. */
export class TooMuch extends Error {}

interface Asked {
  subject: ReputationSubject;
  at: bigint;
  units: TokenUnits;
}

const sumOf = (value: SQL) => sql<string>`coalesce(sum(${value}), 0)::text`;
const later = (a: bigint, b: bigint) => (a > b ? a : b);
const ascending = (a: bigint, b: bigint) => (a < b ? -1 : a > b ? 1 : 0);

/** Gathers the facts of one subject as they are now. @throws TooMuch */
export async function gather(asked: Asked): Promise<ReputationFacts> {
  const { subject, at, units } = asked;
  const owners = await ownersOf(subject);
  const issuers = await weights(at);
  const isIssuer = subject.kind === "issuer";
  const [market, buyers, badgeWeightsBps, qualitiesBps, first, refunded, disputes, faultsAt, missed, bond, own] =
    await Promise.all([
      sold(units, gt(distribution.at, at - YEAR)),
      buyersOf(asked, owners, issuers),
      badgeWeights(asked, owners, issuers),
      isIssuer ? [] : qualities(subject),
      firstAt(subject),
      isIssuer ? 0n : refunds(asked),
      disputesOf(subject),
      subject.kind === "provider" ? faults(subject) : [],
      isIssuer || subject.kind === "provider" ? 0 : missedRecalls(asked),
      subject.kind === "provider" ? meanBond(asked) : 0n,
      isIssuer ? issuing(asked) : { vouchedFor: [], overruledAt: [] },
    ]);
  return {
    subject,
    at,
    market,
    buyers,
    accreditationBps: [...issuers.values()].reduce((sum, weight) => sum + weight, 0n),
    badgeWeightsBps,
    qualitiesBps,
    firstReleaseAt: first,
    refunded,
    ...disputes,
    faultsAt,
    missedRecalls: BigInt(missed),
    bond,
    weightBps: isIssuer ? (issuers.get(subject.id) ?? 0n) : 0n,
    ...own,
  };
}

/** Releases of the subject; of an issuer there are none. */
function ofSubject({ kind, id }: ReputationSubject): SQL {
  if (kind === "dataset") return eq(distribution.datasetRef, idOf(id));
  if (kind === "provider") return eq(distribution.provider, id as Address);
  return kind === "creator" ? eq(distribution.owner, id as Address) : sql`false`;
}

async function sold(units: TokenUnits, where: SQL | undefined): Promise<bigint> {
  const [row] = await db
    .select({ sum: sumOf(backed(units)) })
    .from(distribution)
    .where(where);
  return BigInt(row?.sum ?? 0);
}

/** The accounts that are the subject: a dataset's sellers, or the account itself. */
async function ownersOf(subject: ReputationSubject): Promise<Address[]> {
  if (subject.kind !== "dataset") return [subject.id as Address];
  const rows = await db
    .selectDistinct({ owner: distribution.owner })
    .from(distribution)
    .where(ofSubject(subject))
    .limit(MOST);
  return rows.map(({ owner }) => owner);
}

/** Own weights of the issuers that are accredited now. */
async function weights(at: bigint): Promise<Map<string, bigint>> {
  const rows = await db
    .select()
    .from(issuer)
    .where(sql`${issuer.id} in ${accreditedAt(at)}`);
  const own = rows.map((row) => [row.address.toLowerCase(), BigInt(row.weightBps - row.givenBps)] as const);
  return new Map(own.filter(([, weight]) => weight > 0n));
}

async function buyersOf(
  { subject, at, units }: Asked,
  owners: Address[],
  issuers: Map<string, bigint>,
): Promise<BuyerFacts[]> {
  if (subject.kind === "issuer") return [];
  const foreign = owners.length === 0 ? undefined : not(inArray(distribution.billedTo, owners));
  const mine = db
    .select({ buyer: distribution.billedTo })
    .from(distribution)
    .where(and(ofSubject(subject), isNotNull(distribution.billedTo), foreign));
  const party = subject.kind === "provider" ? distribution.provider : distribution.owner;
  const toOthers = owners.length === 0 ? sql`true` : sql`coalesce(${not(inArray(party, owners))}, true)`;
  const value = backed(units);
  const rows = await db
    .select({
      buyer: distribution.billedTo,
      backed: sql<string>`coalesce(sum(${value}) filter (where ${ofSubject(subject)}), 0)::text`,
      elsewhere: sql<string>`coalesce(sum(${value}) filter (where ${toOthers}), 0)::text`,
    })
    .from(distribution)
    .where(inArray(distribution.billedTo, mine))
    .groupBy(distribution.billedTo)
    .orderBy(distribution.billedTo)
    .limit(MOST + 1);
  if (rows.length > MOST) throw new TooMuch(`${subject.kind} ${subject.id} has more than ${MOST} buyers.`);
  const words = await db
    .selectDistinct({ account: badge.account, issuer: badge.issuer })
    .from(badge)
    .innerJoin(attestationSchema, eq(badge.schemaRef, attestationSchema.id))
    .where(and(standing(at), eq(badge.subjectKind, "PERSON"), inArray(badge.account, mine)))
    .limit(MOST);
  return rows.map(({ buyer, ...sums }) => ({
    buyer: buyer as Address,
    backed: BigInt(sums.backed),
    elsewhere: BigInt(sums.elsewhere),
    vouchers: words
      .filter((word) => word.account === buyer && !owners.includes(word.issuer) && issuers.has(word.issuer))
      .map((word) => ({ issuer: word.issuer, weightBps: issuers.get(word.issuer) as bigint }))
      .sort((a, b) => (a.issuer < b.issuer ? -1 : 1)),
  }));
}

/** Badges of known schemas that are neither revoked nor expired. */
const standing = (at: bigint) =>
  and(eq(attestationSchema.known, true), isNull(badge.revokedAt), or(isNull(badge.expiresAt), gt(badge.expiresAt, at)));

/** Per issuer the weight of its badges, each schema once, by the issuer of most weight; together at most one of full weight. */
async function badgeWeights(
  { subject, at }: Asked,
  owners: Address[],
  issuers: Map<string, bigint>,
): Promise<bigint[]> {
  const { kind, id } = subject;
  const about =
    kind === "dataset"
      ? eq(badge.datasetRef, idOf(id))
      : and(eq(badge.account, id as Address), eq(badge.subjectKind, kind === "provider" ? "PROVIDER" : "PERSON"));
  const rows = await db
    .selectDistinct({ issuer: badge.issuer, schema: badge.schemaRef })
    .from(badge)
    .innerJoin(attestationSchema, eq(badge.schemaRef, attestationSchema.id))
    .where(and(standing(at), about))
    .limit(MOST);
  const best = new Map<string, { issuer: string; weight: bigint }>();
  for (const { issuer: by, schema } of rows) {
    const weight = issuers.get(by) ?? 0n;
    const before = best.get(schema);
    const better = !before || weight > before.weight || (weight === before.weight && by < before.issuer);
    if (weight > 0n && !owners.includes(by) && better) best.set(schema, { issuer: by, weight });
  }
  const byIssuer = new Map<string, bigint>();
  for (const { issuer: by, weight } of best.values()) {
    const sum = (byIssuer.get(by) ?? 0n) + weight;
    byIssuer.set(by, sum > BPS ? BPS : sum);
  }
  return [...byIssuer].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, weight]) => weight);
}

/** Per dataset the lowest of what each method said last of the newest version that it scored. */
async function qualities(subject: ReputationSubject): Promise<bigint[]> {
  const mine =
    subject.kind === "dataset"
      ? eq(qualityRequest.datasetRef, idOf(subject.id))
      : inArray(
          qualityRequest.datasetRef,
          db.select({ ref: distribution.datasetRef }).from(distribution).where(ofSubject(subject)),
        );
  const rows = await db
    .selectDistinctOn([qualityRequest.datasetRef, qualityRequest.method], {
      dataset: qualityRequest.datasetRef,
      score: qualityRequest.score,
    })
    .from(qualityRequest)
    .where(and(eq(qualityRequest.state, "SCORED"), mine))
    .orderBy(
      qualityRequest.datasetRef,
      qualityRequest.method,
      desc(qualityRequest.version),
      desc(qualityRequest.settledAt),
      desc(qualityRequest.requestId),
    )
    .limit(MOST);
  const lowest = new Map<string, bigint>();
  for (const { dataset: ref, score } of rows) {
    const value = BigInt(score ?? 0);
    const before = lowest.get(ref);
    lowest.set(ref, before === undefined || value < before ? value : before);
  }
  // In the order of the datasets' numbers as text, as the function has them.
  return [...lowest].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, score]) => score);
}

async function firstAt({ kind, id }: ReputationSubject): Promise<bigint | null> {
  const [row] =
    kind === "issuer"
      ? await db
          .select({ at: sql<string | null>`min(${badge.recordedAt})::text` })
          .from(badge)
          .where(eq(badge.issuerRef, idOf(id)))
      : await db
          .select({ at: sql<string | null>`min(${distribution.at})::text` })
          .from(distribution)
          .where(ofSubject({ kind, id }));
  return row?.at ? BigInt(row.at) : null;
}

async function refunds({ subject: { kind, id }, units }: Asked): Promise<bigint> {
  const mine =
    kind === "dataset"
      ? eq(refund.datasetRef, idOf(id))
      : eq(kind === "provider" ? refund.provider : refund.seller, id as Address);
  const [row] = await db
    .select({ sum: sumOf(worthOf(sql`${refund.amount}`, sql`${refund.token}`, units)) })
    .from(refund)
    .where(and(mine, ne(refund.cause, "WITHDRAWAL")));
  return BigInt(row?.sum ?? 0);
}

/** Disputes that were ruled. A dataset answers for claims about its versions and by its buyers, not for those that its owner made. */
async function disputesOf({ kind, id }: ReputationSubject) {
  const against = or(ne(dispute.subject, "LICENSE"), eq(dispute.byBuyer, true));
  const mine =
    kind === "dataset" ? and(eq(dispute.datasetRef, idOf(id)), against) : eq(dispute.respondent, id as Address);
  const rows = await db
    .select({ outcome: dispute.outcome, at: dispute.closedAt })
    .from(dispute)
    .where(and(mine, inArray(dispute.outcome, ["UPHELD", "REJECTED"])))
    .limit(MOST);
  const lost = rows.filter(({ outcome }) => outcome === "UPHELD").map(({ at }) => at ?? 0n);
  return { disputesLostAt: lost.sort(ascending), disputesWon: BigInt(rows.length - lost.length) };
}

/** Faults that were proven on chain, and challenges that nobody answered. */
async function faults({ id }: ReputationSubject): Promise<bigint[]> {
  const [proven, missed] = await Promise.all([
    db
      .select({ at: fault.at })
      .from(fault)
      .where(eq(fault.providerRef, idOf(id)))
      .limit(MOST),
    db
      .select({ at: challenge.closedAt })
      .from(challenge)
      .where(and(eq(challenge.providerRef, idOf(id)), eq(challenge.state, "FAULTED")))
      .limit(MOST),
  ]);
  return [...proven, ...missed].map(({ at }) => at ?? 0n).sort(ascending);
}

async function missedRecalls({ subject: { kind, id }, at }: Asked): Promise<number> {
  const mine = kind === "dataset" ? eq(recall.datasetRef, idOf(id)) : eq(dataset.owner, id as Address);
  const late = or(isNull(recall.rootNamedAt), gt(recall.rootNamedAt, recall.deadline));
  const [row] = await db
    .select({ count: sql<number>`count(*)::int` })
    .from(recall)
    .innerJoin(dataset, eq(recall.datasetRef, dataset.id))
    .where(and(mine, lt(recall.deadline, at), eq(recall.dismissed, false), late));
  return row?.count ?? 0;
}

/** Mean stake over the window before: in each token, what stood at its start and each change within. */
async function meanBond({ subject: { id }, at, units }: Asked): Promise<bigint> {
  const from = at - REPUTATION_V1.bondWindow;
  const ofProvider = and(eq(bondEvent.provider, id as Address), isNotNull(bondEvent.stake));
  const value = sql<string>`(${worthOf(sql`${bondEvent.stake}`, sql`${bondEvent.token}`, units)})::text`;
  const columns = { token: bondEvent.token, at: bondEvent.at, value };
  const [before, within] = await Promise.all([
    db
      .selectDistinctOn([bondEvent.token], columns)
      .from(bondEvent)
      .where(and(ofProvider, lt(bondEvent.at, from)))
      .orderBy(bondEvent.token, desc(bondEvent.at), desc(bondEvent.position)),
    db
      .select(columns)
      .from(bondEvent)
      .where(and(ofProvider, gte(bondEvent.at, from), lte(bondEvent.at, at)))
      .orderBy(bondEvent.at, bondEvent.position)
      .limit(MOST + 1),
  ]);
  if (within.length > MOST) throw new TooMuch(`Provider ${id} changed its stake more than ${MOST} times.`);
  const tokens = new Map<string, { at: bigint; value: bigint }[]>();
  for (const row of [...before, ...within])
    tokens.set(row.token, [...(tokens.get(row.token) ?? []), { at: row.at, value: BigInt(row.value) }]);
  let area = 0n;
  for (const changes of tokens.values()) {
    changes.forEach((change, i) => {
      const start = later(change.at, from);
      const end = changes[i + 1]?.at ?? at;
      if (end > start) area += change.value * (end - start);
    });
  }
  return area / REPUTATION_V1.bondWindow;
}

/** What an issuer's distinct subjects sold, of badges that no ruling revoked, and when rulings revoked the others. */
async function issuing({ subject: { id }, units }: Asked) {
  const ruled = deployment.contracts.DisputeManager?.address.toLowerCase() as Address;
  const rows = await db
    .selectDistinctOn([badge.subject], {
      subject: badge.subject,
      account: badge.account,
      datasetRef: badge.datasetRef,
      kind: badge.subjectKind,
    })
    .from(badge)
    .innerJoin(attestationSchema, eq(badge.schemaRef, attestationSchema.id))
    .where(
      and(
        eq(badge.issuerRef, idOf(id)),
        eq(attestationSchema.known, true),
        or(isNull(badge.revokedBy), ne(badge.revokedBy, ruled)),
      ),
    )
    .orderBy(badge.subject)
    .limit(MOST + 1);
  if (rows.length > MOST) throw new TooMuch(`Issuer ${id} vouched for more than ${MOST} subjects.`);
  const overruled = await db
    .select({ at: badge.revokedAt })
    .from(badge)
    .where(and(eq(badge.issuerRef, idOf(id)), eq(badge.revokedBy, ruled)))
    .limit(MOST);
  const value = backed(units);
  const notOwn = ne(distribution.owner, id as Address);
  const sums = async (key: SQL, refs: string[]) => {
    if (refs.length === 0) return new Map<string, bigint>();
    const found = await db
      .select({ key: sql<string>`${key}`, sum: sumOf(value) })
      .from(distribution)
      .where(and(notOwn, inArray(key, refs)))
      .groupBy(sql`1`);
    return new Map(found.map((row) => [row.key, BigInt(row.sum)]));
  };
  const keysOf = (...kinds: string[]) => rows.filter((row) => kinds.includes(row.kind));
  const people = keysOf("PERSON").flatMap(({ account }) => (account ? [account] : []));
  const [datasets, providers, sellers, buyers] = await Promise.all([
    sums(
      sql`${distribution.datasetRef}`,
      keysOf("DATASET", "VERSION").flatMap(({ datasetRef }) => datasetRef ?? []),
    ),
    sums(
      sql`${distribution.provider}`,
      keysOf("PROVIDER").flatMap(({ account }) => account ?? []),
    ),
    sums(sql`${distribution.owner}`, people),
    // Who sold to itself counts once.
    sums(sql`case when ${distribution.billedTo} <> ${distribution.owner} then ${distribution.billedTo} end`, people),
  ]);
  const vouchedFor = rows.map(({ kind, account, datasetRef }) => {
    if (datasetRef) return datasets.get(datasetRef) ?? 0n;
    if (!account) return 0n;
    return kind === "PROVIDER"
      ? (providers.get(account) ?? 0n)
      : (sellers.get(account) ?? 0n) + (buyers.get(account) ?? 0n);
  });
  return { vouchedFor, overruledAt: overruled.map(({ at }) => at ?? 0n).sort(ascending) };
}

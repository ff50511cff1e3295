// What the SDK reads of trust, held against the contracts' own words.
import {
  getBadges,
  getBondHistory,
  getChallenges,
  getConsent,
  getConsents,
  getCover,
  getDispute,
  getDisputes,
  getFaults,
  getIssuer,
  getProvider,
  getQualityRequest,
  getQualityRequests,
  getRecall,
  getRecallInbox,
  getRecallLicenses,
  getReputation,
  IndexerError,
  searchDatasets,
} from "@colophon-protocol/sdk/indexer";
import { scoreOf } from "@colophon-protocol/sdk/reputation";
import type { Address, Hex } from "viem";
import { expect } from "vitest";
import { actor, type publish, type World } from "./history.js";
import { WHO } from "./market.js";
import { at, look } from "./rails.js";
import type { attest, consentAndRecall, disputeAndRule } from "./trust.js";

/** A history of trust that was indexed. */
export interface TrustHistory {
  world: World;
  options: { url: string };
  sale: Awaited<ReturnType<typeof publish>>;
  disputed: Awaited<ReturnType<typeof disputeAndRule>>;
  attested: Awaited<ReturnType<typeof attest>>;
  recalled: Awaited<ReturnType<typeof consentAndRecall>>;
  requestId: bigint;
}

const chain = { chainId: 31337 };
const lower = (address: Address) => address.toLowerCase() as Address;
const of = ({ world }: TrustHistory, who: number) => actor(world, who).address;

/** A provider with its stake, cover and record. */
export async function expectProviderThroughSdk(history: TrustHistory): Promise<void> {
  const { world, options, sale } = history;
  const [provider, token] = [of(history, WHO.provider), at(world, "TestUSDC")];
  const found = await getProvider(options, { ...chain, provider });
  const [account] = found?.accounts ?? [];
  const stake = await look<Record<string, bigint>>(world, "ProviderBond", "accountOf", [provider, token]);
  expect(account).toMatchObject({ token: lower(token), own: stake.own, delegated: stake.delegated, slashes: 3 });
  const [allocated, required, perPurchase] = await look<bigint[]>(world, "ProviderBond", "coverOf", [sale.offer]);
  const cover = { allocated, required, perPurchase };
  expect(await getCover(options, { offerId: sale.offerId })).toMatchObject(cover);
  expect(account?.allocations.find(({ offerId }) => offerId === sale.offerId)?.cover).toMatchObject(cover);
  expect(account?.allocations.filter((each) => each.cover === null)).toHaveLength(1);
  expect(found).toMatchObject({ payout: lower(provider), keys: [{ purposes: 3, until: expect.any(BigInt) }] });
  expect(found?.logForks).toHaveLength(2);

  const first = await getBondHistory(options, { ...chain, provider, limit: 1 });
  const all = await getBondHistory(options, { ...chain, provider, token });
  expect(all.items).toHaveLength(account?.timeline.length ?? 0);
  expect(first.items).toEqual(all.items.slice(0, 1));
  const second = await getBondHistory(options, { ...chain, provider, limit: 1, cursor: first.cursor ?? undefined });
  expect(second.items).toEqual(all.items.slice(1, 2));

  const { items: faults } = await getFaults(options, { ...chain, provider });
  expect(faults).toHaveLength(2);
  for (const { kind, slashes } of faults) {
    const [paid] = slashes;
    expect(kind).toBe("EQUIVOCATION");
    if (!paid) throw new Error("A fault without a slash.");
    expect(paid.toHarmed + paid.toReporter + paid.toTreasury).toBe(paid.fromOwn + paid.fromDelegated);
  }
  expect((await getFaults(options, { ...chain, licenseId: 1n })).items).toEqual([]);
  expect((await getChallenges(options, { ...chain, provider })).items).toEqual([]);
  expect(await getProvider(options, { ...chain, provider: of(history, WHO.keeper) })).toBeNull();
  expect(await getCover(options, { offerId: `0x${"11".repeat(32)}` })).toBeNull();
}

/** A dispute with its timeline, and lists of them. */
export async function expectDisputesThroughSdk(history: TrustHistory): Promise<void> {
  const { options, disputed, sale } = history;
  const { disputeId, licenseId } = disputed;
  const found = await getDispute(options, { ...chain, disputeId });
  const times = (found?.events ?? []).map((event) => event.at);
  expect(times).toEqual([...times].sort((a, b) => Number(a - b)));
  expect(found?.events[0]).toMatchObject({ kind: "OPENED", by: lower(of(history, WHO.buyer)) });
  expect(found).toMatchObject({
    ...{ subject: "LICENSE", subjectId: licenseId, reason: "SERVICE_FAILURE", phase: "CLOSED", outcome: "UPHELD" },
    license: { licenseId, held: { owed: 0n, refunded: sale.offer.price / 2n } },
    rulings: [{ round: 0, upheld: true, refund: sale.offer.price / 2n }],
    evidence: [{ uri: "ipfs://evidence", recipient: null }, { recipient: expect.stringMatching(/^0x/) }],
  });
  expect(found?.votes).toHaveLength(2);
  const ids = async (filters: Parameters<typeof getDisputes>[1]) =>
    (await getDisputes(options, filters)).items.map((row) => row.disputeId);
  expect(await ids({ ...chain, account: of(history, WHO.buyer) })).toContain(disputeId);
  expect(await ids({ ...chain, account: of(history, WHO.grandparent) })).toEqual([]);
  expect(await ids({ ...chain, licenseId, phase: "CLOSED" })).toEqual([disputeId]);
  expect(await ids({ ...chain, licenseId, phase: "OPEN" })).toEqual([]);
  expect(await ids({ ...chain, datasetId: sale.datasetId })).toContain(disputeId);
  expect(await getDispute(options, { ...chain, disputeId: 999n })).toBeNull();
}

/** Badges, issuers, consents and recalls by the clock. */
export async function expectRecordsThroughSdk(history: TrustHistory): Promise<void> {
  const { world, options, attested, recalled, sale, requestId } = history;
  const { at: now, items } = await getBadges(options, { schema: attested.schema });
  expect(now).toBeGreaterThan(0n);
  expect(items.find(({ badgeId }) => badgeId === attested.badges.dataset)).toMatchObject({
    ...{ standing: "VALID", subjectKind: "DATASET", nonce: 1n, schema: { name: "labels-checked", known: true } },
  });
  const revoked = await getBadges(options, { provider: of(history, WHO.provider), standing: "REVOKED", limit: 1 });
  expect(revoked.items.map(({ badgeId }) => badgeId)).toEqual([attested.badges.provider]);
  expect((await getBadges(options, { datasetId: sale.datasetId, standing: "VALID" })).items).toHaveLength(1);
  const issuer = await getIssuer(options, { issuer: attested.first });
  const weight = await look<number>(world, "AttestationRegistry", "weightOf", [attested.first]);
  expect(issuer).toMatchObject({ accredited: true, accreditor: null, weight });
  expect(await getIssuer(options, { issuer: of(history, WHO.keeper) })).toBeNull();

  const { recallId, answered, silent, consentHash } = recalled;
  const listed = await getRecallLicenses(options, { recallId });
  expect(listed.items.map((row) => [row.licenseId, row.action])).toEqual([
    [answered, "DELETE"],
    [silent, "NONE"],
  ]);
  const inbox = await getRecallInbox(options, { holder: of(history, WHO.buyer) });
  expect(inbox.items.map(({ recall }) => recall.recallId)).toEqual([recallId, recallId]);
  const later = { recallId, at: (listed.items[0]?.recall.deadline ?? 0n) + 1n };
  expect((await getRecallLicenses(options, later)).items[1]?.standing).toBe("BREACH");
  const recall = await getRecall(options, { ...chain, recallId });
  expect(recall).toMatchObject({
    reason: "CONSENT_REVOKED",
    affectedCount: 2,
    consents: [{ consent: { consentHash } }],
  });
  const consent = await getConsent(options, { ...chain, consentHash });
  expect(consent).toMatchObject({
    uses: 2,
    revokedAt: expect.any(BigInt),
    links: [{ recallRef: `31337-${recallId}` }],
  });
  const given = await getConsents(options, { ...chain, grantor: of(history, WHO.friend) });
  expect(given.items.map((row) => row.consentHash)).toEqual([consentHash]);
  expect(await getRecall(options, { ...chain, recallId: 999n })).toBeNull();

  const request = await getQualityRequest(options, { ...chain, requestId });
  const { score } = await look<{ score: number }>(world, "QualityOracle", "requestOf", [requestId]);
  expect(request).toMatchObject({ state: "SCORED", score, reward: 30_000_001n });
  expect(request?.reports).toHaveLength(3);
  const asked = await getQualityRequests(options, { ...chain, datasetId: sale.datasetId });
  expect(asked.items.map((row) => row.requestId)).toEqual([requestId]);
}

/** Searches by badge and cover; scores that anyone computes again from the answer; words for what is refused. */
export async function expectSearchAndScoresThroughSdk(history: TrustHistory): Promise<void> {
  const { world, options, attested, sale } = history;
  const found = async (parameters: Parameters<typeof searchDatasets>[1]) =>
    (await searchDatasets(options, parameters)).items.map((item) => item.datasetId);
  expect(await found({ badge: "labels-checked" })).toEqual([sale.datasetId]);
  expect(await found({ badge: attested.schema, covered: false })).toEqual([sale.datasetId]);
  expect(await found({ badge: "no-such-badge" })).toEqual([]);
  const covered = await look<boolean>(world, "ProviderBond", "covers", [sale.offer]);
  expect((await found({ covered: true })).includes(sale.datasetId)).toBe(covered);
  const { facets } = await searchDatasets(options, {});
  expect(facets.badge).toContainEqual({ value: "labels-checked", schema: attested.schema, count: 1 });

  for (const subject of [
    { kind: "dataset", id: sale.datasetId },
    { kind: "provider", id: of(history, WHO.provider) },
    { kind: "issuer", id: attested.first },
  ] as const) {
    const { facts, units, known, ...answer } = await getReputation(options, subject);
    expect(answer).toEqual(scoreOf(facts));
    expect(units[lower(at(world, "TestUSDC"))]).toBeGreaterThan(0n);
    expect(known).toContain(attested.schema);
  }
  await expectRefused(getBadges(options, { provider: "0x12" }), "provider must be an address.");
  await expectRefused(getBadges(options, { limit: 1000 }), "limit");
  await expectRefused(getRecallInbox(options, { holder: "0x1" as Hex }), "holder must be an address.");
  await expectRefused(getReputation(options, { kind: "creator", id: "0x1" }), "must be its address");
}

async function expectRefused(asked: Promise<unknown>, words: string): Promise<void> {
  const error = await asked.catch((refusal: unknown) => refusal);
  expect(error).toBeInstanceOf(IndexerError);
  expect((error as IndexerError).status).toBe(400);
  expect((error as IndexerError).message).toContain(words);
}

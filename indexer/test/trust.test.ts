// Rows of trust and what the routes say of them, held against the contracts themselves.
import { reputationOf, type SubjectKind } from "@colophon-protocol/sdk/reputation";
import { rpc, startTestChain } from "@colophon-protocol/tools/testing";
import type { Address, Hex } from "viem";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { actor, head, manifest, publish, type World } from "./history.js";
import { WHO } from "./market.js";
import { at, look } from "./rails.js";
import { readWorld } from "./reputation-world.js";
import { answersOfReadme, graphql, type Indexer, startIndexer, waitForBlock } from "./support.js";
import { attest, bondAndSlash, consentAndRecall, disputeAndRule, score, takeBack } from "./trust.js";
import {
  expectDisputesThroughSdk,
  expectProviderThroughSdk,
  expectRecordsThroughSdk,
  expectSearchAndScoresThroughSdk,
} from "./trust-readers.js";

let world: World & { deploymentFile: string; stop: () => unknown };
let indexer: Indexer;
let sale: Awaited<ReturnType<typeof publish>>;
let disputed: Awaited<ReturnType<typeof disputeAndRule>>;
let attested: Awaited<ReturnType<typeof attest>>;
let recalled: Awaited<ReturnType<typeof consentAndRecall>>;
let requestId: bigint;

const lower = (address: Address) => address.toLowerCase();
const account = (who: number) => lower(actor(world, who).address);
const token = () => at(world, "TestUSDC");
const id = (...parts: (bigint | number | string)[]) => [31337, ...parts].join("-").toLowerCase();
const route = async (path: string) => (await fetch(`${indexer.url}${path}`)).json() as Promise<Record<string, unknown>>;
const ask = async (query: string) =>
  (await graphql<{ row: Record<string, unknown> }>(indexer.url, `{ row: ${query} }`)).row;

beforeAll(async () => {
  world = (await startTestChain()) as unknown as typeof world;
  sale = await publish(world, manifest("Letters").hash, 250_000_007n);
  await bondAndSlash(world, sale);
  disputed = await disputeAndRule(world, sale);
  attested = await attest(world, sale.datasetId);
  recalled = await consentAndRecall(world, sale);
  requestId = await score(world, sale.datasetId);
  indexer = await startIndexer({ rpcUrl: world.url, deploymentFile: world.deploymentFile });
  await waitForBlock(indexer.url, await head(world));
}, 600_000);
afterAll(async () => {
  await indexer?.stop();
  await world?.stop();
});

/** A provider's account and its delegators', from the rows and from the contract. */
async function expectBondAsOnChain() {
  const provider = actor(world, WHO.provider).address;
  type Row = Record<string, string> & { delegations: { items: Record<string, string>[] } };
  const fields =
    "own delegated locked allocated allocationShares allocationEpoch thawing shares thawingShares epoch slashes slashed";
  const row = (await ask(
    `bondAccount(id: "${id(provider, token())}") { ${fields} delegations { items { delegator shares thawingShares rewards indexPaid epoch } } }`,
  )) as Row;
  const chain = await look<Record<string, bigint>>(world, "ProviderBond", "accountOf", [provider, token()]);
  const own = BigInt(row.own ?? -1);
  for (const column of ["own", "delegated", "locked", "allocated", "shares"])
    expect(row[column], column).toBe(String(chain[column]));
  expect(String(BigInt(row.thawing ?? 0) < own ? row.thawing : own)).toBe(String(chain.thawing));
  for (const each of row.delegations.items) {
    const args = [provider, token(), each.delegator];
    const of = await look<Record<string, bigint>>(world, "ProviderBond", "delegationOf", args);
    const { value } = (await ask(`rewardLevel(id: "${id(provider, token(), each.epoch ?? "")}") { value }`)) as {
      value: string;
    };
    const [shares, paid, booked] = [each.shares, each.indexPaid, each.rewards].map((part) => BigInt(part ?? 0));
    const rewards = (booked ?? 0n) + (((shares ?? 0n) * (BigInt(value) - (paid ?? 0n))) >> 96n);
    expect([each.shares, each.thawingShares, String(rewards)]).toEqual([of.shares, of.thawing, of.rewards].map(String));
  }
  const [allocated, required, perPurchase] = await look<bigint[]>(world, "ProviderBond", "coverOf", [sale.offer]);
  const cover = await route(`/cover/${sale.offerId}`);
  expect([cover.allocated, cover.required, cover.perPurchase]).toEqual([allocated, required, perPurchase].map(String));
  expect(cover.covered).toBe(await look<boolean>(world, "ProviderBond", "covers", [sale.offer]));
  return row;
}

describe("trust", () => {
  it("keeps a bond as the contract does through delegation, rewards, allocation and slashes", async () => {
    const row = await expectBondAsOnChain();
    expect(row.slashes).toBe(3);
    expect(row.delegations.items).toHaveLength(2);
    const { timeline } = (await ask(
      `bondAccount(id: "${id(actor(world, WHO.provider).address, token())}") { timeline(limit: 100) { items { kind } } }`,
    )) as { timeline: { items: { kind: string }[] } };
    expect(new Set(timeline.items.map(({ kind }) => kind))).toEqual(
      new Set([
        ...["DEPOSIT", "DELEGATION", "ALLOCATION", "REWARD", "REWARD_CLAIM", "SLASH", "LOCK", "UNLOCK"],
        ...["WITHDRAWAL_REQUEST", "UNDELEGATION_REQUEST", "DEALLOCATION_REQUEST"],
      ]),
    );
  });

  it("serves a provider with its keys, faults and forked logs", async () => {
    const provider = actor(world, WHO.provider).address;
    const row = await ask(`provider(id: "${id(provider)}") { payout endpoints delegatorBps nextBps
      keys { items { key purposes until } } logForks { totalCount }
      faults { items { kind reporter slashes { items { toReporter toTreasury fromOwn fromDelegated } } } } }`);
    const chain = await look<{ delegatorBps: number; nextBps: number }>(world, "ProviderBond", "providerOf", [
      provider,
    ]);
    expect(row).toMatchObject({
      payout: lower(provider),
      delegatorBps: chain.delegatorBps,
      nextBps: chain.nextBps,
      keys: { items: [{ key: account(WHO.friend), purposes: 3, until: expect.stringMatching(/^\d+$/) }] },
      logForks: { totalCount: 2 },
    });
    type Fault = { kind: string; reporter: string; slashes: { items: Record<string, string>[] } };
    const faults = (row.faults as { items: Fault[] }).items;
    expect(faults.map(({ kind, reporter }) => [kind, reporter])).toEqual(
      Array.from({ length: 2 }, () => ["EQUIVOCATION", account(WHO.keeper)]),
    );
    for (const { slashes } of faults) {
      const [paid = {}] = slashes.items;
      const sum = (...columns: string[]) => columns.reduce((all, column) => all + BigInt(paid[column] ?? 0), 0n);
      expect(sum("toReporter", "toTreasury")).toBe(sum("fromOwn", "fromDelegated"));
      expect(sum("toReporter")).toBeGreaterThan(0n);
    }
  });

  it("tells a dispute from its claim to its remedies", async () => {
    const { disputeId, licenseId } = disputed;
    const row =
      await ask(`dispute(id: "${id(disputeId)}") { subject reason phase outcome bond claimant respondent evidenceCount
      compensated toClaimant toRespondent license { licenseId held { moneyFrozen moneyHolds refunded released owed } }
      evidence(orderBy: "logIndex") { items { by recipient } } rulings { items { round upheld refund loss } }
      votes { totalCount } events(limit: 50, orderBy: "at") { items { kind } } judge { arbitrator } lock { endedAt verifier }
      cases { items { arbitrator taken } } }`);
    const chain = await look<{ phase: number; outcome: number; bond: bigint }>(world, "DisputeManager", "disputeOf", [
      disputeId,
    ]);
    expect([chain.phase, chain.outcome]).toEqual([4, 1]);
    const council = lower(at(world, "CouncilArbitrator"));
    const half = sale.offer.price / 2n;
    expect(row).toMatchObject({
      subject: "LICENSE",
      reason: "SERVICE_FAILURE",
      phase: "CLOSED",
      outcome: "UPHELD",
      bond: String(chain.bond),
      claimant: account(WHO.buyer),
      evidenceCount: 2,
      toRespondent: "0",
      license: {
        licenseId: String(licenseId),
        held: { moneyFrozen: false, moneyHolds: 0, refunded: String(half), owed: "0" },
      },
      rulings: { items: [{ round: 0, upheld: true, refund: String(half), loss: String(sale.offer.price) }] },
      votes: { totalCount: 2 },
      judge: { arbitrator: council },
      lock: { endedAt: expect.stringMatching(/^\d+$/), verifier: "DISPUTE_MANAGER" },
      cases: { items: [{ arbitrator: council, taken: true }] },
    });
    const kinds = (row.events as { items: { kind: string }[] }).items.map(({ kind }) => kind);
    expect([...kinds].sort()).toEqual([
      "ANSWERED",
      "CLOSED",
      "COMPENSATED",
      "EVIDENCE",
      "EVIDENCE",
      "OPENED",
      "REFERRED",
      "RULED",
      "VOTED",
      "VOTED",
    ]);
    const held = (row.license as { held: { released: string } }).held;
    expect(BigInt(held.released)).toBe(sale.offer.price - half);
    const compensated = await look<bigint>(world, "ProviderBond", "compensated", [licenseId]);
    expect(row.compensated).toBe(String(compensated));
    expect(compensated).toBeGreaterThan(0n);
  });

  it("says of badges and issuers what the registry says of them now", async () => {
    const standings = ["NONE", "VALID", "EXPIRED", "REVOKED", "ISSUER_LOST"];
    const { items } = (await route(`/badges?schema=${attested.schema}`)) as {
      items: { badgeId: string; standing: string; schema: { name: string } }[];
    };
    expect(items).toHaveLength(4);
    for (const { badgeId, standing, schema } of items) {
      const said = await look<number>(world, "AttestationRegistry", "standingOf", [BigInt(badgeId)]);
      expect([standing, schema.name]).toEqual([standings[said], "labels-checked"]);
    }
    expect(new Set(items.map(({ standing }) => standing))).toEqual(new Set(standings.slice(1)));
    for (const issuer of [attested.first, attested.second]) {
      const row = await route(`/issuers/${issuer}`);
      expect(row.weight).toBe(await look<number>(world, "AttestationRegistry", "weightOf", [issuer]));
    }
    expect((await route(`/issuers/${attested.second}`)).accredited).toBe(false);
    const valid = (await route(`/badges?dataset=${sale.datasetId}&standing=VALID`)) as { items: { badgeId: string }[] };
    expect(valid.items.map(({ badgeId }) => badgeId)).toEqual([String(attested.badges.dataset)]);
    const provider = (await route(`/badges?provider=${account(WHO.provider)}`)) as { items: { standing: string }[] };
    expect(provider.items.map(({ standing }) => standing)).toEqual(["REVOKED"]);
  });

  it.each([
    ["a provider with cover and history", expectProviderThroughSdk],
    ["disputes with their timelines", expectDisputesThroughSdk],
    ["badges, issuers, consents, recalls and scores of quality", expectRecordsThroughSdk],
    ["searches by badge and cover, and scores with their terms", expectSearchAndScoresThroughSdk],
  ])("gives the SDK %s", async (_, expectThroughSdk) => {
    const options = { url: indexer.url };
    await expectThroughSdk({ world, options, sale, disputed, attested, recalled, requestId });
  });

  it("lists the licenses of a recall as the contract has them, now and later", async () => {
    const { recallId, answered, silent, late, consentHash } = recalled;
    const standings = ["NOT_AFFECTED", "WAITING", "ACKNOWLEDGED", "CONTESTED", "BREACH"];
    const list = async (path: string) =>
      ((await route(path)) as { items: { licenseId: string; standing: string }[] }).items.map((row) => [
        row.licenseId,
        row.standing,
      ]);
    const expectAsOnChain = async () => {
      const rows = await list(`/recalls/${recallId}/licenses`);
      expect(rows.map(([licenseId]) => licenseId)).toEqual([answered, silent].map(String));
      for (const [licenseId, standing] of rows) {
        const said = await look<number>(world, "Recalls", "standingOf", [recallId, BigInt(licenseId ?? 0)]);
        expect(standing).toBe(standings[said]);
      }
      expect(await look<boolean>(world, "Recalls", "isAffected", [recallId, late])).toBe(false);
    };
    await expectAsOnChain();
    expect(await list(`/recalls?holder=${account(WHO.buyer)}`)).toHaveLength(2);
    const row = await ask(`recall(id: "${id(recallId)}") { reason affectedCount answeredCount leavesHash
      consents { items { consent { consentHash revokedBy } } } acknowledgements { items { action holder } } events { totalCount } }`);
    const chain = await look<{ leavesHash: Hex }>(world, "Recalls", "recallOf", [recallId]);
    expect(row).toEqual({
      reason: "CONSENT_REVOKED",
      affectedCount: 2,
      answeredCount: 1,
      leavesHash: chain.leavesHash,
      consents: { items: [{ consent: { consentHash, revokedBy: account(WHO.keeper) } }] },
      acknowledgements: { items: [{ action: "DELETE", holder: account(WHO.buyer) }] },
      events: { totalCount: 2 },
    });
    await rpc(world.url, "evm_increaseTime", [400 * 86_400]);
    await rpc(world.url, "evm_mine");
    await waitForBlock(indexer.url, await head(world));
    await new Promise((resolve) => setTimeout(resolve, 600));
    await expectAsOnChain();
    expect(await list(`/recalls/${recallId}/licenses`)).toContainEqual([String(silent), "BREACH"]);
  });

  it("serves a score with who gave it and what each got", async () => {
    const row = await ask(`qualityRequest(id: "${id(requestId)}") { state score revealed
      reports { items { reporter score reward penalty } } }`);
    const chain = await look<{ score: number }>(world, "QualityOracle", "requestOf", [requestId]);
    expect(row).toMatchObject({ state: "SCORED", score: chain.score, revealed: 3 });
    const reports = (row.reports as { items: { score: number; reward: string; penalty: string }[] }).items;
    const sorted = reports.sort((a, b) => a.score - b.score);
    expect(sorted.map((report) => [report.score, report.reward])).toEqual([
      [1_000, "0"],
      [9_000, "15000000"],
      [9_100, "15000000"],
    ]);
    expect(BigInt(sorted[0]?.penalty ?? 0)).toBeGreaterThan(0n);
  });

  it("finds datasets by badge and by cover, and counts badges", async () => {
    const found = async (query: string) =>
      ((await route(`/search?${query}`)) as { items: { datasetId: string }[] }).items.map((item) => item.datasetId);
    expect(await found("badge=labels-checked")).toEqual([String(sale.datasetId)]);
    expect(await found(`badge=${attested.schema}`)).toEqual([String(sale.datasetId)]);
    expect(await found("badge=nothing")).toEqual([]);
    const covered = await look<boolean>(world, "ProviderBond", "covers", [sale.offer]);
    expect((await found("covered=1")).includes(String(sale.datasetId))).toBe(covered);
    const { facets } = (await route("/search")) as { facets: { badge: object[] } };
    expect(facets.badge).toContainEqual({ value: "labels-checked", schema: attested.schema, count: 1 });
  });

  it.each(["dataset", "provider", "creator", "issuer"] as const)("scores a %s as the function does", async (kind) => {
    const ids: Record<SubjectKind, string> = {
      dataset: String(sale.datasetId),
      provider: account(WHO.provider),
      creator: account(WHO.owner),
      issuer: lower(attested.first),
    };
    const said = (await route(`/reputation/${kind}/${ids[kind]}`)) as {
      at: string;
      units: Record<Address, string>;
      known: Hex[];
      facts: object;
      terms: { name: string; points: string }[];
    };
    const units = Object.fromEntries(Object.entries(said.units).map(([key, unit]) => [key, BigInt(unit)]));
    expect(Object.keys(units)).toContain(lower(token()));
    const events = await readWorld(indexer.url, at(world, "DisputeManager"));
    const subject = { kind, id: ids[kind] };
    const { facts: _, units: _units, known, ...answer } = said;
    const right = reputationOf(events, subject, BigInt(said.at), units, known);
    expect(answer).toEqual(JSON.parse(JSON.stringify(right, (__, v) => (typeof v === "bigint" ? String(v) : v))));
    expect(
      answer.terms.some(({ points }) => points !== "0"),
      JSON.stringify(answer.terms),
    ).toBe(true);
  });

  it.each([
    ["/reputation/nobody/1", 400],
    ["/reputation/dataset/x", 400],
    ["/cover/0x12", 400],
    [`/cover/0x${"11".repeat(32)}`, 404],
    ["/badges?limit=1000", 400],
    ["/badges?provider=nobody", 400],
    [`/issuers/0x${"11".repeat(20)}`, 404],
    ["/recalls?holder=0x1", 400],
    ["/recalls/x/licenses", 400],
    ["/search?covered=2", 400],
  ])("answers %s with %i and says why", async (path, status) => {
    const response = await fetch(`${indexer.url}${path}`);
    expect(response.status).toBe(status);
    expect(((await response.json()) as { error: string }).error.length).toBeGreaterThan(10);
  });

  it("answers the question of the README about trust", async () => {
    const answers = await answersOfReadme(indexer.url, "Trust");
    expect(answers).toHaveLength(1);
    for (const { question, items } of answers) expect(items.length, question).toBeGreaterThan(0);
  });

  it("follows what thawed out of the bond, and takes it back when the chain reorganizes", async () => {
    await takeBack(world, sale);
    await waitForBlock(indexer.url, await head(world));
    const row = await expectBondAsOnChain();
    expect(row.thawingShares).toBe("0");
    await rpc(world.url, "anvil_reorg", [1, []]);
    await rpc(world.url, "anvil_mine", ["0x2"]);
    await waitForBlock(indexer.url, await head(world));
    await expectBondAsOnChain();
  });
});

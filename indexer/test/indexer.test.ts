import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getDataset, getLicense, getLicenses, searchDatasets } from "@colophon-protocol/sdk/indexer";
import { rpc, startPostgres, startTestChain, waitFor } from "@colophon-protocol/tools/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  actor,
  buyLicense,
  closeOffer,
  head,
  manifest,
  publish,
  renewAndEndDelegation,
  useLicense,
  type World,
} from "./history.js";
import { buyLive, liveOn } from "./live.js";
import { openMarket, WHO } from "./market.js";
import { makeRandomHistory, redeem } from "./moves.js";
import { at, fund, look, type Stack } from "./rails.js";
import { listAndClaim, resell } from "./resales.js";
import { graphql, type Indexer, startIndexer, startManifestSource, waitForBlock } from "./support.js";
import { bondAndSlash, consentAndRecall } from "./trust.js";

const letters = manifest("Letters of the harbor master", { keywords: ["handwriting"], languages: ["en"] });
const scans = manifest("Chest scans", { modality: ["image", "tabular"], source: { license: "LicenseRef-private" } });
const manifests = new Map([letters, scans].map(({ bytes, hash }) => [hash.slice(2), bytes]));

const stops: (() => unknown)[] = [];
let world: World & { deploymentFile: string };
let source: Awaited<ReturnType<typeof startManifestSource>>;

beforeAll(async () => {
  const chain = await startTestChain();
  stops.push(chain.stop);
  world = chain;
  source = await startManifestSource(manifests);
  stops.push(source.stop);
});
afterAll(async () => {
  for (const stop of stops.reverse()) await stop();
});

/** What must be the same after a crash, rail by rail. */
const MONEY = [
  ["payments", "kind account token amount"],
  ["payouts", "kind account token amount gross distributed source"],
  ["distributions", "licenseId token amount fee parents contributors toOwner billedTo billed"],
  ["royaltyAccruals", "parentRef childRef owner token amount"],
  ["holds", "state released refunded contester"],
  ["streams", "rate flowAt flowRate flowReceived unpaid settled released refunded collected pausedAt endedAt"],
  ["liveStreams", "rate poolRate passing passedToPool passedRest released buffered returned noticeBy endsAt endedAt"],
  ["passages", "streamRef toPool rest released at"],
  ["passingChanges", "streamRef passing at"],
  ["meters", "units spent funded released sequence vouchers debtor"],
  ["vouchers", "units amount billed released"],
  ["revenueShares", "held stated debt credit owed"],
  ["revenueStatements", "revenue owed paid"],
  ["resales", "licenseId holder buyer price state takenBy"],
  ["contributors", "listRef position account units"],
  ["contributorPayouts", "listRef account receiver amount"],
  ["revenueAudits", "before owed debt credit"],
  [
    "bondAccounts",
    "own delegated locked allocated allocationShares allocationEpoch thawing shares thawingShares events",
  ],
  ["bondDelegations", "delegator shares thawingShares rewards indexPaid claimed"],
  ["bondEvents", "kind account amount shares stake position"],
  ["allocations", "shares thawingShares epoch valueAtRisk"],
  ["slashEvents", "claimId loss penalty toHarmed toReporter toTreasury fromOwn fromDelegated fromAllocation"],
  ["faults", "kind provider reporter evidence refunded"],
  ["consents", "grantor controller recordedAt revokedAt revokedBy"],
  ["recalls", "leavesHash affectedCount answeredCount deadline"],
  ["recallLicenses", "licenseRef action answeredAt sequence"],
  ["judges", "arbitrator rulingWindow appealTo listed"],
] as const;

// The chain over HTTP with the one database, over WebSocket with the other.
const databases = [
  ["PGlite", "http", async () => undefined],
  [
    "Postgres",
    "ws",
    async () => {
      const postgres = await startPostgres(mkdtempSync(join(tmpdir(), "colophon-postgres-")));
      stops.push(postgres.stop);
      return postgres.url;
    },
  ],
] as const;

describe.each(databases)("on %s, over %s", (name, scheme, database) => {
  let indexer: Indexer;
  let databaseUrl: string | undefined;
  const launch = () =>
    startIndexer({
      rpcUrl: world.url.replace("http", scheme),
      deploymentFile: world.deploymentFile,
      manifestSource: source.template,
      schema: `test_${name.toLowerCase()}`,
      ...(databaseUrl && { databaseUrl }),
    });
  beforeAll(async () => {
    databaseUrl = await database();
    indexer = await launch();
  });
  afterAll(() => indexer.stop());
  const options = () => ({ url: indexer.url });
  const chainId = () => world.deployment.chainId;

  it("serves a purchase from publication to payout as the chain has it", async () => {
    const sale = await publish(world, letters.hash, 250_000_000n);
    const licenseId = await buyLicense(world, sale);
    await useLicense(world, sale, licenseId);
    await waitForBlock(indexer.url, await head(world));

    const dataset = await getDataset(options(), { chainId: chainId(), datasetId: sale.datasetId });
    expect(dataset).toMatchObject({
      name: "Letters of the harbor master",
      dataLicense: "CC-BY-4.0",
      modality: ["image"],
      languages: ["en"],
      versionCount: 1,
      offerCount: 1,
      licenseCount: 1,
      status: "TRAINABLE",
    });
    expect(dataset?.versions[0]).toMatchObject({ version: 1, chunkCount: 3n, recordCount: 9n, byteSize: 1234n });
    expect(dataset?.versions[0]?.encodings[0]).toMatchObject({
      encoding: 1,
      provider: actor(world, 4).address.toLowerCase(),
    });
    expect(dataset?.offers[0]).toMatchObject({ offerId: sale.offerId, status: "OPEN", sold: 1, price: 250_000_000n });
    expect(dataset?.sales[0]).toMatchObject({ licenseId, amount: 250_000_000n });

    const license = await getLicense(options(), { chainId: chainId(), licenseId });
    expect(license).toMatchObject({ licenseId, version: 1, encoding: 1, feeBps: 250, frozen: false, endedAt: null });
    expect(license?.hold).toMatchObject({
      state: "RELEASED",
      amount: 250_000_000n,
      released: 250_000_000n,
      refunded: 0n,
    });
    expect(license?.expiry).toBe((license?.start ?? 0n) + 31_536_000n);

    const held = await getLicenses(options(), { chainId: chainId(), holder: actor(world, 3).address });
    expect(held.items.map((item) => item.licenseId)).toContain(licenseId);

    const rows = await graphql<{ distributions: { items: { amount: string; fee: string; contributors: string }[] } }>(
      indexer.url,
      `{ distributions(where: { licenseId: "${licenseId}" }) { items { amount fee contributors } } }`,
    );
    expect(rows.distributions.items).toEqual([{ amount: "250000000", fee: "6250000", contributors: "243750000" }]);
  });

  it("finds datasets by words, use, price and facet, and counts the facets", async () => {
    await publish(world, scans.hash, 900_000_000n);
    await waitForBlock(indexer.url, await head(world));
    const names = async (parameters: Parameters<typeof searchDatasets>[1]) =>
      [...new Set((await searchDatasets(options(), parameters)).items.map((item) => item.name))].sort();

    expect(await names({ q: "harbor letters" })).toEqual(["Letters of the harbor master"]);
    expect(await names({ q: "chest" })).toEqual(["Chest scans"]);
    expect(await names({ use: 1 << 1 })).toEqual(["Chest scans", "Letters of the harbor master"]);
    expect(await names({ use: 1 << 5 })).toEqual([]);
    expect(await names({ maxPrice: 300_000_000n })).toEqual(["Letters of the harbor master"]);
    expect(await names({ modality: "tabular" })).toEqual(["Chest scans"]);
    expect(await names({ q: "100%_'; drop table dataset; --" })).toEqual([]);
    const { facets } = await searchDatasets(options(), {});
    expect(facets.modality.map((facet) => facet.value)).toEqual(expect.arrayContaining(["image", "tabular"]));
    expect(facets.dataLicense.find((facet) => facet.value === "CC-BY-4.0")?.count).toBeGreaterThan(0);
    const row = (await searchDatasets(options(), { q: "harbor" })).items[0];
    expect(row?.cheapestOffer).toMatchObject({ price: 250_000_000n, terms: { duration: 31_536_000n } });
  });

  it.each([["limit=1000"], ["limit=x"], ["use=abc"], ["maxPrice=-1"], [`q=${"a".repeat(300)}`]])(
    "refuses a search with %s and says what it expects",
    async (query) => {
      const response = await fetch(`${indexer.url}/search?${query}`);
      expect(response.status).toBe(400);
      expect(((await response.json()) as { error: string }).error).toMatch(/must|may/);
    },
  );

  it("ends every running delegation of a license to one delegate, and no other", async () => {
    const sale = await publish(world, letters.hash, 30_000_000n);
    const [licenseId, other] = [await buyLicense(world, sale), await buyLicense(world, sale)];
    await useLicense(world, sale, licenseId);
    await useLicense(world, sale, other);
    const delegate = (await renewAndEndDelegation(world, licenseId)).toLowerCase();
    await waitForBlock(indexer.url, await head(world));
    type Delegation = { delegate: string; until: string; endedAt: string | null };
    const delegationsOf = async (id: bigint) => {
      const query = `{ delegations(where: { licenseRef: "${chainId()}-${id}" }, orderBy: "until") { items { delegate until endedAt } } }`;
      return (await graphql<{ delegations: { items: Delegation[] } }>(indexer.url, query)).delegations.items;
    };
    expect(await delegationsOf(licenseId)).toEqual([
      { delegate, until: "2000000000", endedAt: expect.stringMatching(/^\d+$/) },
      { delegate, until: "2100000000", endedAt: expect.stringMatching(/^\d+$/) },
    ]);
    expect(await delegationsOf(other)).toEqual([{ delegate, until: "2000000000", endedAt: null }]);
  });

  it("takes rows back when the chain reorganizes", async () => {
    const sale = await publish(world, letters.hash, 10_000_000n);
    await waitForBlock(indexer.url, await head(world));
    await closeOffer(world, sale);
    await waitForBlock(indexer.url, await head(world));
    const status = async () =>
      (await graphql<{ offer: { status: string } }>(indexer.url, `{ offer(id: "31337-${sale.offerId}") { status } }`))
        .offer.status;
    await waitFor("the closed offer", async () => (await status()) === "CLOSED");
    await rpc(world.url, "anvil_reorg", [1, []]);
    await rpc(world.url, "anvil_mine", ["0x2"]);
    await waitFor("the offer, open again", async () => (await status()) === "OPEN");
    expect(await status()).toBe("OPEN");
  });

  it("names a dataset later when no source had its manifest at first", async () => {
    source.state.down = true;
    const late = await publish(world, scans.hash, 700_000_000n);
    await waitForBlock(indexer.url, await head(world));
    const nameOf = async () => (await getDataset(options(), { chainId: chainId(), datasetId: late.datasetId }))?.name;
    expect(await nameOf()).toBeNull();
    source.state.down = false;
    await rpc(world.url, "anvil_mine", ["0x15"]);
    await waitFor("the manifest", async () => (await nameOf()) === "Chest scans");
    expect(await nameOf()).toBe("Chest scans");
  });

  // A kill -9 in the middle of a write is what a database of its own is for; PGlite is the default of one machine.
  if (name !== "Postgres") return;

  const stack = () => world as unknown as World & { deployment: Stack };
  let family: Awaited<ReturnType<typeof openMarket>>;

  it("serves what became of resales, and who a list of contributors paid", async () => {
    const { cancelled, taken, done, datasetId } = await resell(world, letters.hash);
    const { list, root, first, second } = await listAndClaim(world, datasetId);
    await waitForBlock(indexer.url, await head(world));
    const [owner, buyer, friend] = [WHO.owner, WHO.buyer, WHO.friend].map((who) =>
      actor(world, who).address.toLowerCase(),
    );
    const resalesOf = async (id: bigint) => {
      const fields = "state price token holder takenBy license { holder }";
      const query = `{ resales(where: { licenseRef: "31337-${id}" }, orderBy: "price") { items { ${fields} } } }`;
      return (await graphql<{ resales: { items: object[] } }>(indexer.url, query)).resales.items;
    };
    const token = at(world, "TestUSDC").toLowerCase();
    const kept = { token, holder: buyer, takenBy: null, license: { holder: buyer } };
    expect(await resalesOf(cancelled)).toEqual([
      { ...kept, state: "REPLACED", price: "1" },
      { ...kept, state: "CANCELLED", price: "2" },
    ]);
    const price = "40000003";
    expect(await resalesOf(taken)).toEqual([
      { ...kept, state: "TAKEN", price, takenBy: owner, license: { holder: owner } },
    ]);
    expect(await resalesOf(done)).toEqual([{ ...kept, state: "DONE", price: "3", license: { holder: friend } }]);

    const query = `{ contributorList(id: "31337-${list.toLowerCase()}") { root totalUnits contributorCount dataset { datasetId }
      contributors(orderBy: "position") { items { account units } } payouts { items { account receiver amount } } } }`;
    const row = ({ account, units }: typeof first) => ({ account: account.toLowerCase(), units: String(units) });
    const account = first.account.toLowerCase();
    expect((await graphql<{ contributorList: object }>(indexer.url, query)).contributorList).toEqual({
      root,
      totalUnits: "4",
      contributorCount: 2,
      dataset: { datasetId: String(datasetId) },
      contributors: { items: [row(first), row(second)] },
      payouts: { items: [{ account, receiver: account, amount: "75" }] },
    });
  });

  it("serves what every rail has, and takes it back when the chain reorganizes", async () => {
    const market = await openMarket(world);
    // Live streams have a test of their own below; histories with them are in statements.test.ts.
    family = { ...market, offers: market.offers.filter(({ rail }) => rail !== "live") };
    for (const who of [WHO.buyer, WHO.sponsor]) await fund(stack(), who, 10n ** 12n);
    const licenses = await makeRandomHistory(stack(), family, 1, 0);
    const of = (name: string) => licenses.filter((license) => license.name === name).at(-1) ?? expect.unreachable(name);
    const [stream, meter, share] = [of("stream by time"), of("meter, post-paid"), of("revenue share")];
    const refs = { stream: stream.licenseId, meter: meter.licenseId, share: share.licenseId };
    const ask = () =>
      graphql<{
        stream: object;
        meter: { redeemed: { items: object[] } };
        revenueShare: object;
      }>(
        indexer.url,
        `{ stream(id: "31337-${refs.stream}") { vault settled license { rail } epochs { totalCount } }
           meter(id: "31337-${refs.meter}") { units spent funded sponsor redeemed { items { sequence units amount } } }
           revenueShare(id: "31337-${refs.share}") { guarantee held stated debt credit } }`,
      );
    await waitForBlock(indexer.url, await head(world));
    const before = await ask();
    const { vault } = await look<{ vault: string }>(world, "StreamRail", "streamOf", [refs.stream]);
    expect(before.stream).toEqual({
      vault: vault.toLowerCase(),
      settled: 0,
      license: { rail: 2 },
      epochs: { totalCount: 0 },
    });
    expect(before.revenueShare).toEqual({
      guarantee: "5000011",
      held: "5000011",
      stated: 0,
      debt: "0",
      credit: "5000011",
    });
    await redeem(stack(), meter, { below: (n) => n - 1, pick: (items) => items[0] as never });
    await waitForBlock(indexer.url, await head(world));
    const billed = await ask();
    const chain = await look<{ units: bigint; spent: bigint }>(world, "MeterRail", "meterOf", [refs.meter]);
    expect(billed.meter).toMatchObject({ units: String(chain.units), spent: String(chain.spent) });
    expect(billed.meter.redeemed.items).toHaveLength(before.meter.redeemed.items.length + 1);
    await rpc(world.url, "anvil_reorg", [1, []]);
    await rpc(world.url, "anvil_mine", ["0x2"]);
    await waitFor("the meter, as it was", async () => JSON.stringify(await ask()) === JSON.stringify(before));
    expect(await ask()).toEqual(before);
  });

  it("serves a live stream: what was passed on, to whom, and what came back", async () => {
    const { licenseId, offer } = await buyLive(stack(), letters.hash);
    await liveOn(world, { licenseId, offer });
    await waitForBlock(indexer.url, await head(world));
    const id = `31337-${licenseId}`;
    const fields = "payer poolVault restVault passing passedToPool passedRest released buffered noticeBy endedAt scale";
    const query = `{ liveStream(id: "${id}") { ${fields} license { rail endedAt } passages(orderBy: "at") { items { toPool rest released } }
        changes(orderBy: "at") { items { passing } } }
      payments(where: { licenseRef: "${id}" }) { items { kind token amount } }
      distributions(where: { licenseRef: "${id}" }) { items { token amount contributors fee toOwner billed billedTo } } }`;
    type Passage = { toPool: string; rest: string; released: string };
    const answer = await graphql<{
      liveStream: Record<string, string> & { passages: { items: Passage[] }; changes: { items: object[] } };
      payments: { items: { amount: string }[] };
      distributions: { items: { amount: string; contributors: string; billed: string }[] };
    }>(indexer.url, query);
    const { liveStream: row, payments, distributions } = answer;
    const { contributors, rest } = await look<{ contributors: string; rest: string }>(
      world,
      "LiveStreamRail",
      "liveOf",
      [licenseId],
    );
    const buyer = actor(world, WHO.buyer).address.toLowerCase();
    expect(row).toMatchObject({
      payer: buyer,
      poolVault: contributors.toLowerCase(),
      restVault: rest.toLowerCase(),
      passing: false,
      buffered: "10000003",
      noticeBy: buyer,
      license: { rail: 5, endedAt: row.endedAt },
      changes: { items: [true, false, true, false].map((passing) => ({ passing })) },
    });
    const sum = (values: (string | undefined)[]) => values.reduce((all, value) => all + BigInt(value ?? 0), 0n);
    const { items: passages } = row.passages;
    expect(passages.length).toBeGreaterThanOrEqual(4);
    expect(sum(passages.map((each) => each.toPool))).toBe(BigInt(row.passedToPool ?? 0));
    expect(sum(distributions.items.map((each) => each.amount))).toBe(sum([row.passedToPool, row.passedRest]));
    expect(sum(distributions.items.map((each) => each.contributors))).toBe(BigInt(row.passedToPool ?? 0));
    const released = sum([row.passedToPool, row.passedRest]) / BigInt(row.scale ?? 0);
    expect(BigInt(row.released ?? 0)).toBe(released);
    expect(sum(payments.items.map((each) => each.amount))).toBe(released);
    expect(sum(distributions.items.map((each) => each.billed))).toBe(released);
    const token = at(world, "TestUSDC").toLowerCase();
    expect(payments.items[0]).toMatchObject({ kind: "STREAM", token });
    expect(distributions.items[0]).toMatchObject({ billedTo: buyer });
  });

  it("goes on where it was after kill -9, with the rows of an undisturbed run", async () => {
    const count = async () =>
      (await graphql<{ actions: { totalCount: number } }>(indexer.url, "{ actions { totalCount } }")).actions
        .totalCount;
    const before = await count();
    await indexer.kill();
    const sale = await publish(world, letters.hash, 20_000_000n);
    await buyLicense(world, sale);
    await makeRandomHistory(stack(), family, 2, 12);
    await bondAndSlash(world, sale);
    await consentAndRecall(world, sale);
    indexer = await launch();
    await waitForBlock(indexer.url, await head(world));
    const after = await count();
    expect(after).toBeGreaterThan(before);

    const fresh = await startIndexer({
      rpcUrl: world.url,
      deploymentFile: world.deploymentFile,
      manifestSource: source.template,
      schema: "undisturbed",
      databaseUrl: databaseUrl as string,
    });
    try {
      await waitForBlock(fresh.url, await head(world));
      const rows = '{ actions(limit: 1000, orderBy: "id") { items { id category datasetRef licenseRef } } }';
      expect(await graphql(indexer.url, rows)).toEqual(await graphql(fresh.url, rows));
      for (const [entity, fields] of MONEY) {
        const all = `{ ${entity}(limit: 1000, orderBy: "id") { items { id ${fields} } } }`;
        const [resumed, undisturbed] = [await graphql(indexer.url, all), await graphql(fresh.url, all)];
        expect(resumed).toEqual(undisturbed);
        expect(JSON.stringify(undisturbed), entity).toContain('"id":"31337-');
      }
      const sums = "{ dailyTotals { items { id sales volume released refunded fees } } }";
      expect(await graphql(indexer.url, sums)).toEqual(await graphql(fresh.url, sums));
    } finally {
      await fresh.stop();
    }
  }, 300_000);
});

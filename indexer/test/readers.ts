// What the SDK reads of the indexer's rows, held against each other and against the chain's own numbers.
import {
  getContributorLists,
  getContributorPayouts,
  getContributorShares,
  getDailyTotals,
  getDataset,
  getEpochs,
  getMeter,
  getPayments,
  getPayouts,
  getResales,
  getRevenueShare,
  getRevenueStatements,
  getRoyalties,
  getStream,
  getStreams,
  getVouchers,
  type PayoutStatement,
} from "@colophon-protocol/sdk/indexer";
import type { Address } from "viem";
import { expect } from "vitest";
import { actor, type World } from "./history.js";
import { type Bought, type openMarket, WHO } from "./market.js";

/** A history that was indexed. */
interface Indexed {
  world: World;
  family: Awaited<ReturnType<typeof openMarket>>;
  licenses: readonly Bought[];
  statements: readonly PayoutStatement[];
  usdc: Address;
  options: { url: string };
}

const lower = (address: Address) => address.toLowerCase() as Address;
const sum = (values: readonly bigint[]) => values.reduce((a, b) => a + b, 0n);

/** Reads rows of every kind through the SDK, page by page. */
export async function expectRowsThroughSdk(history: Indexed): Promise<void> {
  const { world, family, licenses, statements, options } = history;
  const chain = { chainId: 31337 };
  const ofRail = (rail: Bought["rail"]) => licenses.filter((each) => each.rail === rail);
  for (const { licenseId } of ofRail("stream")) {
    const stream = await getStream(options, { ...chain, licenseId });
    const { items: epochs } = await getEpochs(options, { ...chain, licenseId });
    expect(stream?.settled).toBe(epochs[0]?.toEpoch ?? 0);
    expect(stream?.released).toBe(sum(epochs.map(({ released }) => released)));
  }
  for (const { licenseId } of ofRail("meter")) {
    const meter = await getMeter(options, { ...chain, licenseId });
    const first = await getVouchers(options, { ...chain, licenseId, limit: 1 });
    const all = await getVouchers(options, { ...chain, licenseId });
    expect(first.items).toEqual(all.items.slice(0, 1));
    expect(all.items.length).toBe(meter?.vouchers);
    // A ruling may spend what no voucher billed.
    expect(meter?.spent).toBeGreaterThanOrEqual(sum(all.items.map(({ billed }) => billed)));
    if (first.cursor === null) continue;
    const second = await getVouchers(options, { ...chain, licenseId, limit: 1, cursor: first.cursor });
    expect(second.items).toEqual(all.items.slice(1, 2));
  }
  for (const { licenseId } of ofRail("share")) {
    const share = await getRevenueShare(options, { ...chain, licenseId });
    const { items } = await getRevenueStatements(options, { ...chain, licenseId });
    expect(share?.stated).toBe(items[0]?.period ?? 0);
    const { items: payments } = await getPayments(options, { ...chain, licenseId });
    expect(payments.every((row) => row.licenseId === licenseId)).toBe(true);
  }
  const child = await getDataset(options, { ...chain, datasetId: family.child });
  const link = { childVersion: 1, parentVersion: 1, shareBps: 1_234, bundle: true };
  expect(child?.parents).toEqual([{ ...link, parent: { datasetId: family.parent, name: null, status: "TRAINABLE" } }]);
  const owner = actor(world, WHO.parent).address;
  const { items: royalties } = await getRoyalties(options, { ...chain, owner });
  expect(sum(royalties.filter((row) => row.token === history.usdc).map(({ accrued }) => accrued))).toBeGreaterThan(0n);
  const { items: payouts } = await getPayouts(options, { ...chain, account: owner });
  expect(payouts.filter(({ kind }) => kind === "ROYALTY").length).toBeGreaterThan(0);
  const { items: days } = await getDailyTotals(options, { ...chain, token: history.usdc });
  expect(days.map(({ day }) => day)).toEqual([...days.map(({ day }) => day)].sort((a, b) => b - a));
  const { items: resales } = await getResales(options, { ...chain, holder: actor(world, WHO.buyer).address });
  expect(resales.filter(({ state }) => state === "TAKEN").length).toBeGreaterThan(0);
  const { items: lists } = await getContributorLists(options, { ...chain, datasetId: family.child });
  expect(lists).toMatchObject([{ list: lower(family.list), totalUnits: 11n, contributorCount: 3 }]);
  for (const { account, units } of family.contributors) {
    const { items } = await getContributorShares(options, { ...chain, account });
    expect(items).toMatchObject([{ units, list: { list: lower(family.list), datasetId: family.child } }]);
    const paid = await getContributorPayouts(options, { ...chain, account });
    const lines = statements.find((each) => each.account === lower(account))?.lines ?? [];
    expect(sum(paid.items.map(({ amount }) => amount))).toBe(
      sum(lines.filter(({ kind }) => kind === "LIST").map(({ net }) => net)),
    );
  }
  expect(
    (await getStreams(options, { ...chain, payer: actor(world, WHO.buyer).address })).items.length,
  ).toBeGreaterThan(0);
  expect(await getMeter(options, { ...chain, licenseId: 999_999n })).toBeNull();
}

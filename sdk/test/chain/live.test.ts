import { encodeFunctionData, erc20Abi, type Hex, parseAbi } from "viem";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  accessOf,
  allocateBondSync,
  batchOf,
  buildOffer,
  checkRailTerms,
  closeLive,
  collectRevenue,
  execute,
  type LiveState,
  licensesMintedTo,
  liveCollectorOf,
  liveDealOf,
  liveOf,
  liveStanding,
  type Offer,
  openOfferSync,
  pauseLiveSync,
  prepareBuy,
  prepareCollectRevenue,
  prepareDepositBond,
  prepareReopenLive,
  readLive,
  registerProviderSync,
  reopenLive,
  runwaySeconds,
  settleLive,
  streamRateFor,
  sweepLiveSync,
  unitsToBase,
  waitForSuccess,
} from "../../src/index.js";
import { sendAndWait } from "../../src/prepare/execute.js";
import { liveRailData } from "../../src/prepare/live.js";
import { superfluidOf } from "../../src/prepare/superfluid.js";
import { DAY, publishAndOffer, purchase, setLeastDeposit, startWorld, type World } from "./support.js";
import { word } from "./trust-support.js";

const USDC = 1_000_000n;
const HOUR = 3600;
const RUNWAY = 10 * DAY;
let world: World;
/** 720 USDC for 30 days, a USDC an hour; 40 % to Ada, the rest to the owner. */
let offer: Offer;
let rate: bigint;
const at = () => ({ deployment: world.deployment });
const buyer = () => world.buyer.account.address;
const provider = () => world.provider.account.address;
const subscribe = () => purchase(world, offer, { runway: RUNWAY });
const state = (licenseId: bigint): Promise<LiveState> => readLive(world.buyer, { ...at(), licenseId });
const access = (licenseId: bigint) =>
  accessOf(world.buyer, { ...at(), licenseId, user: buyer(), version: 1, uses: ["train"] as const });

beforeAll(async () => {
  world = await startWorld();
  await world.mint(buyer(), 100_000n * USDC);
  await world.mint(provider(), 100_000n * USDC);
  const first = await publishAndOffer(world, {}, async () => [{ account: world.ada.account.address, shareBps: 4000 }]);
  offer = buildOffer({ ...first, rail: 5, price: 720n * USDC, railTerms: { rail: "live", notice: DAY } });
  await openOfferSync(world.owner, { ...at(), offer });
  ({ rate } = await liveDealOf(world.buyer, { ...at(), offer }));
});
afterAll(() => world?.chain.stop());

describe("a live offer", () => {
  it("comes to the rate that the price is worth, rounded down", () => {
    expect(streamRateFor(offer.price, 6, 30 * DAY)).toBe(rate);
  });

  it("does not sell before the provider's bond covers it", async () => {
    const uncovered = { data: { errorName: "PaymentRail_BadTerms" }, shortMessage: expect.stringMatching(/bond/) };
    await expect(checkRailTerms(world.buyer, { ...at(), offer })).rejects.toMatchObject(uncovered);
    await expect(subscribe()).rejects.toMatchObject(uncovered);
    await registerProviderSync(world.provider, {
      ...at(),
      payout: provider(),
      endpoints: "https://provider.example/service.json",
      endpointsHash: word("0e"),
      termsHash: word("0f"),
    });
    const bond = await prepareDepositBond(world.provider, { ...at(), token: world.usdc, amount: 10_000n * USDC });
    await execute(world.provider, bond);
    // A fifth of each sale is at risk, and more licenses are sold below.
    await allocateBondSync(world.provider, { ...at(), offer, amount: 5_000n * USDC, valueAtRisk: offer.price });
    await expect(checkRailTerms(world.buyer, { ...at(), offer })).resolves.toBeUndefined();
  });
});

describe("subscribing", () => {
  it("takes a plain account one signature and two transactions, buffer and wrapping included", async () => {
    const { prepared, steps, licenseId } = await subscribe();
    expect(steps).toEqual(["signature", "permission", "transaction"]);
    expect(prepared).toMatchObject({ due: 0n, funding: "permit", flow: { rate } });
    // Four hours of deposit and one of margin in the vaults; the payer's own deposit and ten days.
    expect(Number((prepared.flow?.buffer ?? 0n) - 5n * USDC)).toBeLessThanOrEqual(4);
    expect(Number((prepared.flow?.wrap ?? 0n) - 244n * USDC)).toBeLessThanOrEqual(4);
    const seen = await state(licenseId);
    expect(seen).toMatchObject({ standing: "Current", payer: buyer(), rate, comes: true, passes: true, decimals: 6 });
    expect(seen.vaults.map((vault) => vault.rate).reduce((a, b) => a + b)).toBe(rate);
    expect(seen.vaults.every(({ buffer }) => buffer > 0n)).toBe(true);
    expect(Math.abs((runwaySeconds(seen.balance, seen.balance.at) ?? 0) - RUNWAY)).toBeLessThan(10);
    expect(await access(licenseId)).toBe("Granted");
  });

  it("is one batch for accounts that send several calls at once, and asks such an account for no signature", async () => {
    const prepared = await prepareBuy(world.buyer, { ...at(), offer, funding: "allowance", runway: 2 * RUNWAY });
    expect(prepared.requirements.map(({ type }) => type)).toEqual(["approval", "permission"]);
    const calls = batchOf(prepared);
    expect(calls).toHaveLength(3);
    for (const call of calls) await sendAndWait(world.buyer, world.buyer.account, call);
  });

  it("is one transaction with a second signature that says who subscribes", async () => {
    const { steps, licenseId } = await purchase(world, offer, { runway: 4 * RUNWAY, funding: "authorization" });
    expect(steps).toEqual(["signature", "signature", "transaction"]);
    expect(await state(licenseId)).toMatchObject({ standing: "Current", payer: buyer() });
  });

  it("takes the buyer's own rail data, and refuses permit2, which pays a sum at once", async () => {
    const railData = liveRailData({ buffer: 9n * USDC, wrap: 0n });
    const prepared = await prepareBuy(world.buyer, { ...at(), offer, railData });
    expect(prepared.flow).toMatchObject({ buffer: 9n * USDC, wrap: 0n });
    await expect(prepareBuy(world.buyer, { ...at(), offer, funding: "permit2" })).rejects.toMatchObject({
      code: "input",
    });
  });
});

describe("money", () => {
  it("reaches contributors while it flows, and the owner once it is settled and collected", async () => {
    const { licenseId } = await subscribe();
    const paid = { ...at(), datasetId: offer.datasetId, split: offer.split, token: world.usdc };
    const inPool = async () => (await prepareCollectRevenue(world.ada, paid)).inPool;
    const before = await inPool();
    await world.pass(10 * HOUR);
    // Four licenses by now, 0.4 USDC an hour each, less the protocol's fee.
    expect(await inPool()).toBeGreaterThan(before + 14n * USDC);
    const [contributors, rest] = (await state(licenseId)).vaults;
    expect(unitsToBase(contributors?.unbooked ?? 0n, 6)).toBeGreaterThan(3n * USDC);

    const mine = { ...paid, split: 0 };
    expect((await prepareCollectRevenue(world.owner, mine)).fromStreams).toBe(0n);
    const settled = await waitForSuccess(world.ben, await settleLive(world.ben, { ...at(), licenseId, offer }));
    const passed = settleLive.extractEvent(settled.logs);
    expect(passed).toMatchObject({ licenseId });
    expect(passed.rest).toBeGreaterThanOrEqual(rest?.unbooked ?? 0n);
    const held = await world.balance(world.owner.account.address);
    const sent = await collectRevenue(world.owner, mine);
    expect(sent.map(({ step }) => step.kind)).toEqual(["collect-live", "claim-streams", "unwrap"]);
    const got = (await world.balance(world.owner.account.address)) - held;
    // 0.6 USDC an hour but for the fee.
    expect(got).toBeGreaterThan(5n * USDC);
    expect(got).toBeLessThanOrEqual(6n * USDC);
    expect((await prepareCollectRevenue(world.owner, mine)).steps).toEqual([]);
    const { superToken } = await state(licenseId);
    expect(await liveCollectorOf(world.ben, { ...at(), superToken })).toMatch(/^0x/);
  });
});

describe("a stop", () => {
  it("by the payer's pause ends access and cuts nothing else; reopening brings the same license back", async () => {
    const [other, { licenseId }] = [await subscribe(), await subscribe()];
    const deal = { ...at(), licenseId, offer };
    const { live } = await state(licenseId);
    await world.pass(HOUR);
    expect(await pauseLiveSync(world.buyer, deal)).toMatchObject({ licenseId, on: false });
    expect(await state(licenseId)).toMatchObject({ standing: "Lapsed", comes: false, passes: false });
    expect(await access(licenseId)).toBe("PaymentLapsed");
    expect(await access(other.licenseId)).toBe("Granted");
    await expect(prepareReopenLive(world.ada, deal)).rejects.toMatchObject({ code: "input" });

    await world.pass(HOUR);
    const reopened = await prepareReopenLive(world.buyer, { ...deal, runway: HOUR });
    // What is in the vaults is enough, and ten days are wrapped: only the permission was used up.
    expect(reopened.flow).toMatchObject({ rate, buffer: 0n, wrap: 0n });
    expect(reopened.requirements.map(({ type }) => type)).toEqual(["permission"]);
    const { receipt } = await execute(world.buyer, reopened);
    expect(reopenLive.extractEvents(receipt.logs).map(({ on }) => on)).toEqual([false, true]);
    expect(await access(licenseId)).toBe("Granted");
    const after = await liveOf(world.buyer, { ...at(), licenseId });
    expect(after).toMatchObject({ rest: live.rest, contributors: live.contributors });
  });

  it("on Superfluid itself leaves the buffer to pay until anyone settles, and reopening fills it again", async () => {
    const { licenseId } = await subscribe();
    const deal = { ...at(), licenseId, offer };
    const { superToken, vaults } = await state(licenseId);
    for (const { vault } of vaults) await stopFlow(superToken, vault);
    expect(await state(licenseId)).toMatchObject({ standing: "Grace", comes: false, passes: true });
    expect(await access(licenseId)).toBe("Granted");
    await world.pass((HOUR * 3) / 4);
    await waitForSuccess(world.ben, await settleLive(world.ben, deal));
    expect(await liveStanding(world.buyer, deal)).toBe("Lapsed");
    const reopened = await prepareReopenLive(world.buyer, { ...deal, runway: HOUR });
    expect(unitsToBase(reopened.flow.buffer * 10n ** 12n, 6)).toBeGreaterThan(USDC / 2n);
    expect(reopened.requirements.map(({ type }) => type)).toContain("approval");
    await execute(world.buyer, reopened);
    expect(await liveStanding(world.buyer, deal)).toBe("Current");
  });

  it("with notice ends the license and returns what is left of the buffer", async () => {
    const { licenseId } = await subscribe();
    const deal = { ...at(), licenseId, offer };
    const noticed = await waitForSuccess(world.buyer, await closeLive(world.buyer, deal));
    const { endsAt } = closeLive.extractEvent(noticed.logs);
    expect(endsAt).toBe(Number((await world.buyer.getBlock()).timestamp) + DAY);
    await world.pass(DAY + 60);
    expect(await liveStanding(world.buyer, deal)).toBe("Closed");
    expect(await access(licenseId)).not.toBe("Granted");
    await waitForSuccess(world.ada, await closeLive(world.ada, deal));
    expect((await liveOf(world.buyer, { ...at(), licenseId })).ended).toBe(true);
    // A gift to a vault that is done is the payer's.
    const { superToken, live } = await state(licenseId);
    await sendAndWait(world.buyer, world.buyer.account, {
      to: superToken,
      data: encodeFunctionData({ abi: erc20Abi, functionName: "transfer", args: [live.rest, 1000n] }),
      value: 0n,
    });
    expect(await sweepLiveSync(world.ada, { ...at(), licenseId })).toMatchObject({ payer: buyer(), units: 1000n });
    await expect(settleLive(world.ada, deal)).rejects.toMatchObject({
      data: { errorName: "LiveStreamRail_WrongState" },
      hint: expect.stringMatching(/liveOf/),
    });
  });
});

/** The payer ends its flow on Superfluid itself. */
async function stopFlow(superToken: Hex, receiver: Hex) {
  const { host, flows } = await superfluidOf(world.buyer, superToken);
  const deleteFlow = encodeFunctionData({
    abi: parseAbi(["function deleteFlow(address token, address sender, address receiver, bytes ctx)"]),
    args: [superToken, buyer(), receiver, "0x"],
  });
  const data = encodeFunctionData({
    abi: parseAbi(["function callAgreement(address agreementClass, bytes callData, bytes userData)"]),
    args: [flows, deleteFlow, "0x"],
  });
  await sendAndWait(world.buyer, world.buyer.account, { to: host, data, value: 0n });
}

describe("a token for which Superfluid asks for a least deposit", () => {
  /** Some five USDC, more than four hours of the rate; Superfluid stores deposits in multiples of 2^32. */
  const LEAST = 5n * 2n ** 32n * 5n ** 12n;

  it("is bought and reopened with what is asked for, each vault and each flow with a deposit of its own", async () => {
    const { ada } = world;
    const { superToken } = await liveDealOf(ada, { ...at(), offer });
    await setLeastDeposit(world, superToken, LEAST);
    await world.mint(ada.account.address, 1_000n * USDC);
    const prepared = await prepareBuy(ada, { ...at(), offer, runway: HOUR });
    expect(prepared.flow?.deposit).toBe(2n * LEAST);
    await execute(ada, prepared);
    const licenseId = (await licensesMintedTo(ada, { ...at(), licensee: ada.account.address })).at(-1) as bigint;
    const seen = await state(licenseId);
    expect(seen).toMatchObject({ standing: "Current", comes: true, passes: true });
    for (const vault of seen.vaults) expect(vault.buffer).toBeGreaterThanOrEqual(LEAST);
    expect(seen.balance.deposit).toBeGreaterThanOrEqual(2n * LEAST);
    // By rate the smaller vault would have got less than its deposit.
    const buffer = prepared.flow?.buffer as bigint;
    const byRate = seen.vaults.map((vault) => (buffer * vault.rate) / rate);
    expect(byRate.some((part) => part < LEAST / 10n ** 12n)).toBe(true);

    const deal = { ...at(), licenseId, offer };
    await pauseLiveSync(ada, deal);
    const reopened = await prepareReopenLive(ada, { ...deal, runway: HOUR });
    expect(reopened.flow.buffer).toBe(0n);
    await execute(ada, reopened);
    expect((await state(licenseId)).standing).toBe("Current");
  });
});

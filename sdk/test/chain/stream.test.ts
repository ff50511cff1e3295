import { encodeFunctionData, type Hex, parseAbi } from "viem";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  accessOf,
  availableAt,
  batchOf,
  closeStream,
  concedeEpochsSync,
  contestEpochsSync,
  execute,
  licensesMintedTo,
  liquidationTime,
  type Offer,
  pauseStreamSync,
  prepareBuy,
  prepareRaise,
  prepareReopen,
  readStream,
  ruleEpochsSync,
  runwaySeconds,
  type StreamState,
  settleEpochs,
  settleEpochsSync,
  signServiceReport,
  streamDealOf,
  streamedAt,
  streamOf,
  streamStanding,
  submitServiceReport,
  submitServiceReportSync,
  sweepStream,
  unitsToBase,
  vaultReceivedUntil,
  verifyServiceReport,
  waitForSuccess,
} from "../../src/index.js";
import { sendAndWait } from "../../src/prepare/execute.js";
import { superfluidOf } from "../../src/prepare/superfluid.js";
import { DAY, openAnother, publishAndOffer, purchase, setLeastDeposit, startWorld, type World } from "./support.js";

let world: World;
/** 720 USDC for 30 days, a USDC an hour. */
let byTime: Offer;
let byReport: Offer;
const at = () => ({ deployment: world.deployment });
const buyer = () => world.buyer.account.address;
const USDC = 1_000_000n;
const HOUR = 3600;
const RUNWAY = 10 * DAY;

beforeAll(async () => {
  world = await startWorld();
  const first = await publishAndOffer(world);
  const terms = { price: 720n * USDC, arbitrator: world.ben.account.address };
  byTime = await openAnother(world, first, {
    ...terms,
    railTerms: { rail: "stream", proof: "Time", epoch: HOUR, notice: DAY, grace: HOUR },
  });
  byReport = await openAnother(world, first, {
    ...terms,
    railTerms: { rail: "stream", epoch: HOUR, window: HOUR, openFor: DAY, defaultAfter: DAY, notice: 0 },
  });
  await world.mint(buyer(), 100_000n * USDC);
});
afterAll(() => world?.chain.stop());

const subscribe = (offer = byTime) => purchase(world, offer, { runway: RUNWAY });
const now = async () => Number((await world.buyer.getBlock()).timestamp);
const state = (licenseId: bigint): Promise<StreamState> => readStream(world.buyer, { ...at(), licenseId });

describe("subscribing", () => {
  it("takes a plain account one signature and two transactions, wrapping included", async () => {
    const { prepared, steps, licenseId } = await subscribe();
    expect(steps).toEqual(["signature", "permission", "transaction"]);
    expect(prepared).toMatchObject({ due: 0n, funding: "permit" });
    const { flow } = prepared;
    if (!flow) throw new Error("expected a flow");
    expect(unitsToBase(flow.rate * BigInt(HOUR), 6)).toBe(USDC - 1n);
    // 10 days at a USDC an hour and the four-hour deposit, rounded up.
    expect(Number(flow.wrap - 244n * USDC)).toBeLessThanOrEqual(2);
    const seen = await state(licenseId);
    expect(seen).toMatchObject({
      standing: "Current",
      payer: buyer(),
      agreedRate: flow.rate,
      runningRate: flow.rate,
      paused: false,
      decimals: 6,
    });
    expect(Math.abs((runwaySeconds(seen.balance, seen.balance.at) ?? 0) - RUNWAY)).toBeLessThan(5);
  });

  it("is one batch for accounts that send several calls at once, and asks such an account for no signature", async () => {
    const prepared = await prepareBuy(world.buyer, { ...at(), offer: byTime, funding: "allowance", runway: RUNWAY });
    expect(prepared.requirements.map(({ type }) => type)).toEqual(["approval", "permission"]);
    const calls = batchOf(prepared);
    expect(calls.map(({ to }) => to)).toHaveLength(3);
    for (const call of calls) await sendAndWait(world.buyer, world.buyer.account, call);
  });

  it("needs no more than the purchase once enough is wrapped and permitted", async () => {
    const prepared = await prepareBuy(world.buyer, { ...at(), offer: byTime, runway: RUNWAY });
    const permission = prepared.requirements.find(({ type }) => type === "permission");
    if (permission?.type !== "permission") throw new Error("expected a permission");
    await execute(world.buyer, { requirements: prepared.requirements.slice(0, -1), build: permission.build });
    expect((await prepareBuy(world.buyer, { ...at(), offer: byTime, runway: RUNWAY - DAY })).requirements).toEqual([]);
  });

  it("is one transaction with a second signature, an authorization of nothing that says who subscribes", async () => {
    const { prepared, steps, licenseId } = await purchase(world, byTime, {
      runway: 4 * RUNWAY,
      funding: "authorization",
    });
    expect(steps).toEqual(["signature", "signature", "transaction"]);
    expect(prepared).toMatchObject({ due: 0n, funding: "authorization" });
    expect(await state(licenseId)).toMatchObject({ standing: "Current", payer: buyer() });
  });

  it("refuses permit2, which pays a sum at once", async () => {
    const parameters = { ...at(), offer: byTime, funding: "permit2" } as const;
    await expect(prepareBuy(world.buyer, parameters)).rejects.toMatchObject({ code: "input" });
  });
});

describe("epochs", () => {
  it("count by the second as the pure functions say, and are released by time", async () => {
    const { licenseId } = await subscribe();
    const seen = await state(licenseId);
    await world.pass(3 * HOUR + 7);
    const time = await now();
    const { vault } = await streamOf(world.buyer, { ...at(), licenseId });
    expect(streamedAt(seen.streamed, time)).toBe(
      await vaultReceivedUntil(world.buyer, { address: vault, time: BigInt(time) }),
    );
    const later = await state(licenseId);
    expect(availableAt(seen.balance, later.balance.at)).toBe(later.balance.available);
    const settled = await settleEpochsSync(world.ada, { ...at(), licenseId, offer: byTime });
    expect(settled).toMatchObject({ fromEpoch: 0, toEpoch: 3, outcome: 0, refunded: 0n });
    expect(settled.released).toBe(unitsToBase(seen.agreedRate * BigInt(3 * HOUR), 6));
    await expect(settleEpochs(world.ada, { ...at(), licenseId, offer: byTime })).rejects.toMatchObject({
      data: { errorName: "PaymentRail_TooEarly" },
    });
  });

  it("are proven by the provider's report, contested, ruled and conceded", async () => {
    const { licenseId } = await subscribe(byReport);
    const deal = { ...at(), licenseId, offer: byReport };
    await world.pass(2 * HOUR);
    const signed = async (epochFrom: number, epochTo: number) => {
      const report = {
        licenseId,
        datasetId: byReport.datasetId,
        epochFrom,
        epochTo,
        servedRoot: `0x${"5e".repeat(32)}` as Hex,
        deliveries: 3n,
        bytesServed: 1_000n,
        deadline: 4_000_000_000,
      };
      return { report, signature: await signServiceReport(world.provider, { ...at(), message: report }) };
    };
    const first = await signed(0, 2);
    expect(
      await verifyServiceReport(world.buyer, {
        ...at(),
        message: first.report,
        signature: first.signature,
        signer: byReport.provider,
      }),
    ).toBe(true);
    expect(await submitServiceReportSync(world.ada, { ...deal, ...first })).toMatchObject({ fromEpoch: 0, toEpoch: 2 });
    expect((await streamOf(world.buyer, deal)).flagNames).toEqual(["opened", "reported"]);
    await world.pass(HOUR + 1);
    expect(await settleEpochsSync(world.ada, deal)).toMatchObject({ toEpoch: 2, outcome: 0, refunded: 0n });

    await submitServiceReportSync(world.ada, { ...deal, ...(await signed(2, 3)) });
    await contestEpochsSync(world.buyer, deal);
    expect(await ruleEpochsSync(world.ben, { ...deal, refundAmount: USDC / 2n })).toMatchObject({
      outcome: 2,
      refunded: USDC / 2n,
    });
    await world.pass(HOUR);
    expect(await concedeEpochsSync(world.provider, { ...deal, toEpoch: 4 })).toMatchObject({
      outcome: 1,
      released: 0n,
    });
    await world.pass(HOUR);
    const wrong = await signed(0, 5);
    await expect(submitServiceReport(world.ada, { ...deal, ...wrong })).rejects.toMatchObject({
      data: { errorName: "StreamRail_WrongReport" },
      shortMessage: expect.stringMatching(/epochFrom/),
    });
  });
});

describe("changing and ending", () => {
  it("pauses, reopens and raises the rate", async () => {
    const { licenseId } = await subscribe();
    const deal = { ...at(), licenseId, offer: byTime };
    await pauseStreamSync(world.buyer, deal);
    expect(await state(licenseId)).toMatchObject({ standing: "Lapsed", paused: true, runningRate: 0n });
    await execute(world.buyer, await prepareReopen(world.buyer, { ...deal, runway: DAY }));
    const { agreedRate, standing } = await state(licenseId);
    expect(standing).toBe("Current");
    const raise = (rate: bigint) => prepareRaise(world.buyer, { ...deal, rate, runway: DAY });
    await expect(raise(agreedRate)).rejects.toMatchObject({ code: "input" });
    await execute(world.buyer, await raise(2n * agreedRate));
    expect(await state(licenseId)).toMatchObject({ agreedRate: 2n * agreedRate, runningRate: 2n * agreedRate });
    await expect(prepareReopen(world.ada, deal)).rejects.toMatchObject({ code: "input" });
  });

  it("ends with notice, and returns what does not count", async () => {
    const { licenseId } = await subscribe();
    const deal = { ...at(), licenseId, offer: byTime };
    const noticed = await waitForSuccess(world.buyer, await closeStream(world.buyer, deal));
    const { endsAt } = closeStream.extractEvent(noticed.logs);
    expect(endsAt).toBe((await now()) + DAY);
    await world.pass(DAY + 60);
    expect(await streamStanding(world.buyer, deal)).toBe("Closed");
    await waitForSuccess(world.ada, await closeStream(world.ada, deal));
    const { start } = await streamOf(world.buyer, deal);
    // The notice may have come some seconds after the start: what they begin is an epoch, too.
    expect(await settleEpochsSync(world.ada, deal)).toMatchObject({ toEpoch: Math.ceil((endsAt - start) / 3600) });
    const { flagNames } = await streamOf(world.buyer, deal);
    expect(flagNames).toContain("done");
    await waitForSuccess(world.ada, await sweepStream(world.ada, { ...at(), licenseId }));
  });

  it("is liquidated from exactly the second that liquidationTime names, which cuts access until it is reopened", async () => {
    const { ada } = world;
    await world.mint(ada.account.address, 1_000n * USDC);
    const prepared = await prepareBuy(ada, { ...at(), offer: byTime, runway: 2 * HOUR });
    await execute(ada, prepared);
    const licenseId = await licenseOfLast(ada.account.address);
    const { balance, superToken, stream } = await state(licenseId);
    const end = liquidationTime(balance) as number;
    const liquidate = await liquidation(superToken, ada.account.address, stream.vault);
    await world.owner.setNextBlockTimestamp({ timestamp: BigInt(end - 1) });
    await world.owner.mine({ blocks: 1 });
    await expect(world.ben.call({ ...liquidate, account: world.ben.account })).rejects.toThrow();
    await world.owner.setNextBlockTimestamp({ timestamp: BigInt(end) });
    await sendAndWaitForced(liquidate);
    await world.pass(HOUR + 60);
    const ask = () =>
      accessOf(ada, { ...at(), licenseId, user: ada.account.address, version: 1, uses: ["train"] as const });
    expect(await ask()).toBe("PaymentLapsed");
    const deal = { ...at(), licenseId, offer: byTime };
    await execute(ada, await prepareReopen(ada, { ...deal, runway: DAY }));
    expect(await ask()).toBe("Granted");
  });
});

describe("a token for which Superfluid asks for a least deposit", () => {
  /** Some six USDC; Superfluid stores deposits in multiples of 2^32. */
  const LEAST = 6n * 2n ** 32n * 5n ** 12n;

  it("is subscribed to with exactly what is asked for, a deposit for each license", async () => {
    const { ben } = world;
    const account = ben.account.address;
    await world.mint(account, 1_000n * USDC);
    const { superToken } = await streamDealOf(ben, { ...at(), offer: byTime });
    await setLeastDeposit(world, superToken, LEAST);
    for (const count of [1n, 2n]) {
      const prepared = await prepareBuy(ben, { ...at(), offer: byTime, runway: HOUR });
      expect(prepared.flow?.deposit).toBe(LEAST);
      await execute(ben, prepared);
      const { balance } = await state(await licenseOfLast(account));
      expect(balance.deposit).toBe(count * LEAST);
    }
    expect(await streamStanding(ben, { ...at(), licenseId: await licenseOfLast(account) })).toBe("Current");
  });
});

async function licenseOfLast(payer: Hex): Promise<bigint> {
  return (await licensesMintedTo(world.buyer, { ...at(), licensee: payer })).at(-1) as bigint;
}

/** Anybody's deletion of a flow whose sender ran dry. */
async function liquidation(superToken: Hex, sender: Hex, receiver: Hex) {
  const { host, flows } = await superfluidOf(world.buyer, superToken);
  const deleteFlow = encodeFunctionData({
    abi: parseAbi(["function deleteFlow(address token, address sender, address receiver, bytes ctx)"]),
    args: [superToken, sender, receiver, "0x"],
  });
  const data = encodeFunctionData({
    abi: parseAbi(["function callAgreement(address agreementClass, bytes callData, bytes userData)"]),
    args: [flows, deleteFlow, "0x"],
  });
  return { to: host, data, value: 0n };
}

/** Without trying it first: a trial would run in the block before. */
async function sendAndWaitForced(transaction: { to: Hex; data: Hex; value: bigint }) {
  const hash = await world.ben.sendTransaction({ ...transaction, gas: 2_000_000n });
  await waitForSuccess(world.ben, hash);
}

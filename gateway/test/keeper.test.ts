/** The keeper on the real contracts: it does what is due, once, within its fees, and goes on where another one died. */
import { meterRailAbi, streamRailAbi } from "@colophon-protocol/contracts";
import { closeMeterSync, meterOf, type Offer, signUsageVoucher, streamOf } from "@colophon-protocol/sdk";
import { root, toHex } from "@colophon-protocol/sdk/formats";
import { pino } from "pino";
import { decodeFunctionData, type Hex } from "viem";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { keeperTransactions } from "../src/db/schema.js";
import { DEFAULT_KEEPER, type KeeperConfig } from "../src/keeper/config.js";
import { Keeper } from "../src/keeper/keeper.js";
import { OPERATOR_TOKEN } from "./support/gateway.js";
import { DAY, HOUR, type PaidWorld, startPaidWorld, USDC } from "./support/paid.js";
import { DATABASES, startPostgres, type TestPostgres } from "./support/postgres.js";
import { RawClient } from "./support/raw.js";

const RUNWAY = 10 * DAY;

describe.each(DATABASES)("the keeper on %s", (kind) => {
  let postgres: TestPostgres | undefined;
  let world: PaidWorld;
  let byRow: Offer;
  let key: Hex;

  beforeAll(async () => {
    postgres = kind === "postgres" ? await startPostgres() : undefined;
    world = await startPaidWorld({ databaseUrl: await postgres?.database() });
    await world.mint(world.buyer.account.address, 100_000n * USDC);
    byRow = await world.offer({ price: USDC, railTerms: { rail: "meter", kind: "Rows", scale: 3, thaw: 2 * DAY } });
  }, 240_000);
  afterAll(async () => {
    await world?.stop();
    await postgres?.remove();
  });
  beforeEach(async () => {
    key = generatePrivateKey();
    await world.owner.setBalance({ address: privateKeyToAccount(key).address, value: 10n ** 20n });
  });

  const keeper = (change: Partial<KeeperConfig> = {}) =>
    new Keeper(
      world.gateway.services,
      { ...DEFAULT_KEEPER, key, lookEvery: 0, maxFeePerDay: 10n ** 19n, ...change },
      pino({ level: process.env.KEEPER_LOG ?? "silent" }),
    );
  const sent = async () => {
    const rows = await world.gateway.services.db.run((db) => db.select().from(keeperTransactions));
    const mine = rows.filter(({ sender }) => sender === privateKeyToAccount(key).address);
    return mine.sort((a, b) => a.nonce - b.nonce);
  };
  const metric = async (line: RegExp) => {
    const text = await world.gateway.services.metrics.registry.metrics();
    return Number(line.exec(text)?.[1] ?? 0);
  };
  const at = () => ({ deployment: world.deployment });

  /** Counts rows under a license, and hands in the voucher that they ask for. */
  async function use(licenseId: bigint, units: number) {
    const base = `${world.gateway.url}/v1/licenses/${licenseId}`;
    const headers = { authorization: `Bearer ${OPERATOR_TOKEN}` };
    const body = JSON.stringify({ key: `use-${Math.random()}`, units });
    const counted = await fetch(`${base}/meter/events`, { method: "POST", headers, body });
    if (counted.status !== 201) throw new Error(await counted.text());
    const { due } = (await (await fetch(`${base}/meter`, { headers })).json()) as { due: Record<string, string> };
    const big = (name: string) => BigInt(due[name] as string);
    const message = { licenseId, units: big("units"), amount: big("amount"), sequence: big("sequence") };
    const signature = await signUsageVoucher(world.buyer, { ...at(), message });
    const answer = await fetch(`${base}/vouchers`, {
      method: "POST",
      body: JSON.stringify({ voucher: due, signature }),
    });
    if (answer.status !== 201) throw new Error(await answer.text());
    return message;
  }
  const billed = async (licenseId: bigint) => (await meterOf(world.buyer, { ...at(), licenseId })).units;

  it("redeems vouchers that are worth it in one transaction, and leaves the others", async () => {
    const ids: bigint[] = [];
    for (const units of [900, 20_000, 30_000]) {
      const licenseId = await world.purchase(byRow, { deposit: 100n * USDC });
      ids.push(licenseId);
      await use(licenseId, units);
    }
    await keeper().run();
    expect(await Promise.all(ids.map(billed))).toEqual([0n, 20_000n, 30_000n]);
    const [transaction, ...more] = await sent();
    expect(more).toEqual([]);
    expect(transaction).toMatchObject({ kind: "redeem", state: "mined" });
    const { functionName, args } = decodeFunctionData({ abi: meterRailAbi, data: transaction?.data as Hex });
    expect(functionName).toBe("redeemMany");
    expect(args?.[0]).toHaveLength(1);
    await keeper().run();
    expect((await sent()).length).toBe(1);
    await keeper({ redeemAfter: 0 }).run();
    expect(await billed(ids[0] as bigint)).toBe(900n);
    expect(await metric(/vouchers_redeemed_total (\d+)/)).toBeGreaterThanOrEqual(3);
  });

  it("redeems before a window ends whatever it is worth, and puts off what the chain refuses without paying for it", async () => {
    const [closing, frozen] = [
      await world.purchase(byRow, { deposit: USDC }),
      await world.purchase(byRow, { deposit: USDC }),
    ];
    await use(closing, 10);
    await use(frozen, 10);
    await world.buyer.writeContract({
      address: world.address("LicenseToken"),
      abi: [
        {
          type: "function",
          name: "transferFrom",
          stateMutability: "nonpayable",
          inputs: [{ type: "address" }, { type: "address" }, { type: "uint256" }],
          outputs: [],
        },
      ],
      functionName: "transferFrom",
      args: [world.buyer.account.address, world.owner.account.address, frozen],
    });
    await closeMeterSync(world.buyer, { ...at(), licenseId: closing, offer: byRow });
    await keeper({ redeemMargin: HOUR }).run();
    expect(await billed(closing)).toBe(0n);
    const failures = await metric(/keeper_failures_total\{kind="voucher"\} (\d+)/);
    await keeper({ redeemMargin: 2 * DAY, redeemAfter: 0 }).run();
    expect(await billed(closing)).toBe(10n);
    expect((await sent()).length).toBe(1);
    expect(await metric(/keeper_failures_total\{kind="voucher"\} (\d+)/)).toBe(failures + 1);
  });

  it("sends nothing above its fee caps", async () => {
    const licenseId = await world.purchase(byRow, { deposit: 100n * USDC });
    await use(licenseId, 20_000);
    await keeper({ maxFeePerGas: 1n, maxPriorityFeePerGas: 0n }).run();
    await keeper({ maxFeePerDay: 1n }).run();
    expect(await sent()).toEqual([]);
    expect(await metric(/deferred_total\{why="fee"\} (\d+)/)).toBeGreaterThan(0);
    expect(await metric(/deferred_total\{why="budget"\} (\d+)/)).toBeGreaterThan(0);
    await keeper().run();
    expect(await billed(licenseId)).toBe(20_000n);
  });

  it("follows what another process signed before it died, with a higher fee under the same nonce", async () => {
    const licenseId = await world.purchase(byRow, { deposit: 100n * USDC });
    await use(licenseId, 20_000);
    await world.owner.setAutomine(false);
    await keeper({ waitFor: 0 }).run();
    const [first] = await sent();
    expect(first).toMatchObject({ state: "sent", nonce: 0, earlier: [] });
    await keeper({ waitFor: 0, resendAfter: -1 }).run();
    const [second] = await sent();
    expect(second).toMatchObject({ state: "sent", nonce: 0, earlier: [first?.hash] });
    expect(BigInt(second?.maxFeePerGas ?? 0)).toBeGreaterThan(BigInt(first?.maxFeePerGas ?? 0));
    await world.owner.mine({ blocks: 1 });
    await world.owner.setAutomine(true);
    await keeper().run();
    const rows = await sent();
    expect(rows.map(({ state }) => state)).toEqual(["mined"]);
    expect(BigInt(rows[0]?.fee ?? 0)).toBeGreaterThan(0n);
    expect(await billed(licenseId)).toBe(20_000n);
  });

  it("is alone on its database: two at once send once", async () => {
    const licenseId = await world.purchase(byRow, { deposit: 100n * USDC });
    await use(licenseId, 20_000);
    await Promise.all([keeper().run(), keeper().run(), keeper().run()]);
    expect((await sent()).length).toBe(1);
    expect(await metric(/runs_total\{outcome="elsewhere"\} (\d+)/)).toBeGreaterThan(0);
  });

  it("settles streams by time, any number of epochs at once, and nothing before they are over", async () => {
    const railTerms = { rail: "stream", proof: "Time", epoch: HOUR, notice: 0, grace: HOUR } as const;
    const offer = await world.offer({ price: 720n * USDC, railTerms });
    const licenseId = await world.purchase(offer, { runway: RUNWAY });
    await keeper().run();
    expect(await sent()).toEqual([]);
    await world.pass(3 * HOUR);
    await keeper().run();
    expect((await streamOf(world.buyer, { ...at(), licenseId })).settled).toBe(3);
    expect((await sent()).map(({ kind: what, state }) => [what, state])).toEqual([["settle", "mined"]]);
    await keeper().run();
    expect((await sent()).length).toBe(1);
  });

  it("reports what was served, and settles once nobody contested it", async () => {
    const railTerms = {
      rail: "stream",
      epoch: HOUR,
      window: HOUR,
      openFor: DAY,
      defaultAfter: DAY,
      notice: 0,
    } as const;
    const licenseId = await world.purchase(await world.offer({ price: 720n * USDC, railTerms }), { runway: RUNWAY });
    const raw = await RawClient.signedIn(world.gateway.url, { scope: `license:31337:${licenseId}` });
    const chunks = `/v1/datasets/${world.datasetId}/versions/1/encodings/1/chunks?first=0&count=2`;
    await (await raw.get(chunks)).arrayBuffer();
    await world.gateway.services.accounting.flush();
    await world.pass(HOUR);
    await keeper().run();
    const report = (await sent()).find(({ kind: what, subject }) => what === "report" && subject === String(licenseId));
    const { args } = decodeFunctionData({ abi: streamRailAbi, data: report?.data as Hex });
    const message = args?.[2] as { epochFrom: number; epochTo: number; servedRoot: Hex; bytesServed: bigint };
    const bytes = BigInt((world.dataset.chunks[0]?.length ?? 0) + (world.dataset.chunks[1]?.length ?? 0));
    expect(message).toMatchObject({ epochFrom: 0, epochTo: 1, bytesServed: bytes });
    expect(message.servedRoot).not.toBe(toHex(root([])));
    await world.pass(HOUR);
    await keeper().run();
    expect(await streamOf(world.buyer, { ...at(), licenseId })).toMatchObject({ settled: 1 });
    // Nothing was asked for in the second hour: the report says so.
    await keeper().run();
    const empty = (await sent()).filter(({ kind: what }) => what === "report").at(-1);
    const second = decodeFunctionData({ abi: streamRailAbi, data: empty?.data as Hex }).args?.[2];
    expect(second).toMatchObject({ epochFrom: 1, epochTo: 2, servedRoot: toHex(root([])), deliveries: 0n });
  });
});

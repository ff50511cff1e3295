/** The keeper on the real contracts: it does what is due, once, within its fees, and goes on where another one died. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { meterRailAbi } from "@colophon-protocol/contracts";
import { closeMeterSync, meterOf, type Offer, redeemVoucherSync, signUsageVoucher } from "@colophon-protocol/sdk";
import { decodeFunctionData, type Hex } from "viem";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { OPERATOR_TOKEN, PROVIDER_KEY } from "./support/gateway.js";
import { keeperWorld } from "./support/keeper.js";
import { DAY, HOUR, type PaidWorld, USDC } from "./support/paid.js";
import { DATABASES } from "./support/postgres.js";

const BIN = path.join(path.dirname(fileURLToPath(import.meta.url)), "../dist/bin/keeper.js");

describe.each(DATABASES)("the keeper on %s", (kind) => {
  const set = keeperWorld(kind);
  let world: PaidWorld;
  let byRow: Offer;
  beforeAll(async () => {
    ({ world } = set);
    byRow = await world.offer({ price: USDC, railTerms: { rail: "meter", kind: "Rows", scale: 3, thaw: 2 * DAY } });
  });
  const { keeper, sent, metric } = set;
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

  it("collects a post-paid debt once its debtor's allowance pays it, as often as there is one", async () => {
    const railTerms = { rail: "meter", kind: "Rows", scale: 3, mode: "Postpaid", cap: 200_000n, thaw: HOUR } as const;
    const offer = await world.offer({ price: USDC, railTerms });
    const licenseId = await world.purchase(offer, { spendingLimit: 0n });
    const debt = async () => (await meterOf(world.buyer, { ...at(), licenseId })).debt;
    const mine = async () => (await sent()).filter(({ subject }) => subject === String(licenseId));
    for (const round of [1, 2]) {
      const voucher = await use(licenseId, 20_000);
      const signature = await signUsageVoucher(world.buyer, { ...at(), message: voucher });
      await redeemVoucherSync(world.owner, { ...at(), offer, voucher, signature });
      await keeper().run();
      expect(await debt()).toBe(20n * USDC);
      await keeper().run();
      expect((await mine()).length).toBe(round - 1);
      await world.approve(world.buyer, world.address("MeterRail"), 20n * USDC);
      await keeper().run();
      expect(await debt()).toBe(0n);
      expect((await mine()).map(({ kind: what, state }) => [what, state])).toEqual(
        Array.from({ length: round }, () => ["debt", "mined"]),
      );
      await keeper().run();
      expect((await mine()).length).toBe(round);
    }
  });

  it("runs as a program of its own, tells what it does, and ends on SIGTERM", async () => {
    // PGlite belongs to one process: there the gateway keeps by itself.
    const url = kind === "postgres" ? { DATABASE_URL: set.databaseUrl } : {};
    const licenseId = await world.purchase(byRow, { deposit: 100n * USDC });
    if (kind === "postgres") await use(licenseId, 20_000);
    const child = spawn(process.execPath, [BIN], {
      env: {
        PATH: process.env.PATH,
        COLOPHON_RPC_URL: world.url,
        COLOPHON_DEPLOYMENT: world.deploymentFile,
        COLOPHON_GATEWAY_BLOBS: world.gateway.folder,
        COLOPHON_GATEWAY_PROVIDER_KEY: PROVIDER_KEY,
        COLOPHON_GATEWAY_LOG_LEVEL: "warn",
        COLOPHON_KEEPER_KEY: set.key,
        COLOPHON_KEEPER_PORT: "0",
        ...url,
      },
      stdio: ["ignore", "pipe", "inherit"],
    });
    const { port } = JSON.parse(String((await once(child.stdout, "data"))[0])) as { port: number };
    const told = async () => (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    await vi.waitFor(async () => expect(await told()).toMatch(/runs_total\{outcome="done"\} [1-9]/), 20_000);
    expect((await fetch(`http://127.0.0.1:${port}/health`)).status).toBe(200);
    expect(await billed(licenseId)).toBe(kind === "postgres" ? 20_000n : 0n);
    child.kill("SIGTERM");
    expect((await once(child, "exit"))[0]).toBe(0);
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
});

/** The keeper on the real contracts: it does what is due, once, within its fees, and goes on where another one died. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { meterRailAbi, streamRailAbi } from "@colophon-protocol/contracts";
import {
  claimable,
  claimableInLivePool,
  closeLive,
  closeMeterSync,
  meterOf,
  type Offer,
  publishEnclavePolicySync,
  readLive,
  receiptLicensesHash,
  recordComputeReceiptSync,
  redeemVoucherSync,
  registerEnclaveSignerSync,
  signComputeReceipt,
  signUsageVoucher,
  streamOf,
  streamProvenAt,
  vaultDealOf,
  vaultFlowOf,
  waitForSuccess,
} from "@colophon-protocol/sdk";
import { root, toHex } from "@colophon-protocol/sdk/formats";
import { pino } from "pino";
import { decodeFunctionData, encodeFunctionData, type Hex, keccak256, parseAbi, toBytes } from "viem";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { keeperTransactions } from "../src/db/schema.js";
import { DEFAULT_KEEPER, type KeeperConfig } from "../src/keeper/config.js";
import { Keeper } from "../src/keeper/keeper.js";
import { OPERATOR_TOKEN, PROVIDER_KEY } from "./support/gateway.js";
import { DAY, HOUR, type PaidWorld, startPaidWorld, USDC } from "./support/paid.js";
import { DATABASES, startPostgres, type TestPostgres } from "./support/postgres.js";
import { RawClient } from "./support/raw.js";

const BIN = path.join(path.dirname(fileURLToPath(import.meta.url)), "../dist/bin/keeper.js");
const RUNWAY = 10 * DAY;
const SUPERFLUID = parseAbi([
  "function getHost() view returns (address)",
  "function getAgreementClass(bytes32 agreementType) view returns (address)",
  "function callAgreement(address agreementClass, bytes callData, bytes userData) returns (bytes)",
  "function deleteFlow(address token, address sender, address receiver, bytes ctx) returns (bytes)",
]);

describe.each(DATABASES)("the keeper on %s", (kind) => {
  let postgres: TestPostgres | undefined;
  let world: PaidWorld;
  let byRow: Offer;
  let key: Hex;
  let databaseUrl: string | undefined;

  beforeAll(async () => {
    postgres = kind === "postgres" ? await startPostgres() : undefined;
    databaseUrl = await postgres?.database();
    world = await startPaidWorld({ databaseUrl });
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
  /** A receipt of the buyer's job in a simulated enclave that ends now, recorded by anyone. */
  const recordReceipt = async (licenseId: bigint) => {
    const enclave = privateKeyToAccount(generatePrivateKey());
    const policy = {
      platform: "simulated",
      rootHash: keccak256(toBytes("root")),
      minimumTcb: 0n,
      simulated: true,
      debugForbidden: false,
      measurements: [keccak256(toBytes(enclave.address))],
      deniedAdvisories: [],
    };
    const { policy: id } = await publishEnclavePolicySync(world.owner, { ...at(), ...policy });
    const present = Number((await world.owner.getBlock()).timestamp);
    const evidenceHash = keccak256(toBytes("quote"));
    const evidence = {
      measurement: policy.measurements[0] as Hex,
      evidenceHash,
      tcb: 0n,
      debug: false,
      advisories: [],
      expiresAt: present + 30 * DAY,
    };
    await registerEnclaveSignerSync(world.owner, { ...at(), policy, signer: enclave.address, evidence });
    const ended = Number((await world.owner.getBlock()).timestamp);
    const receipt = {
      policy: id,
      jobManifestHash: keccak256(toBytes("job")),
      inputsHash: keccak256(toBytes("inputs")),
      outputsHash: keccak256(toBytes("outputs")),
      runManifestHash: keccak256(toBytes("run")),
      evidenceHash,
      licensesHash: receiptLicensesHash([licenseId]),
      signer: enclave.address,
      runner: world.buyer.account.address,
      startedAt: ended,
      endedAt: ended,
    };
    const signature = await signComputeReceipt(world.owner, { ...at(), account: enclave, message: receipt });
    await recordComputeReceiptSync(world.owner, { ...at(), receipt, signature, licenses: [licenseId] });
  };
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

  /** The payer ends its flow on Superfluid itself. */
  async function deleteFlow(superToken: Hex, payer: Hex, vault: Hex) {
    const { buyer } = world;
    const host = await buyer.readContract({ address: superToken, abi: SUPERFLUID, functionName: "getHost" });
    const kindOf = keccak256(toBytes("org.superfluid-finance.agreements.ConstantFlowAgreement.v1"));
    const find = { address: host, abi: SUPERFLUID, functionName: "getAgreementClass", args: [kindOf] } as const;
    const flows = await buyer.readContract(find);
    const args = [superToken, payer, vault, "0x"] as const;
    const call = encodeFunctionData({ abi: SUPERFLUID, functionName: "deleteFlow", args });
    const write = { address: host, abi: SUPERFLUID, functionName: "callAgreement", args: [flows, call, "0x"] } as const;
    await waitForSuccess(buyer, await buyer.writeContract(write));
  }

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
    const url = kind === "postgres" ? { DATABASE_URL: databaseUrl } : {};
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
        COLOPHON_KEEPER_KEY: key,
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

  it("settles streams by evidence as soon as that is recorded, and not before", async () => {
    const railTerms = {
      rail: "stream",
      proof: "ComputeReceipt",
      defaultRefund: true,
      epoch: HOUR,
      openFor: DAY,
      notice: 0,
      grace: HOUR,
    } as const;
    const offer = await world.offer({ price: 720n * USDC, railTerms });
    const licenseId = await world.purchase(offer, { runway: RUNWAY });
    const mine = async () => (await sent()).filter(({ subject }) => subject === String(licenseId));
    await world.pass(2 * HOUR);
    await keeper().run();
    expect(await mine()).toEqual([]);
    expect(await streamProvenAt(world.buyer, { ...at(), licenseId, offer })).toBeUndefined();
    await recordReceipt(licenseId);
    expect(await streamProvenAt(world.buyer, { ...at(), licenseId, offer })).toBeGreaterThan(0);
    await keeper().run();
    expect((await streamOf(world.buyer, { ...at(), licenseId })).settled).toBe(2);
    expect((await mine()).map(({ kind: what, state }) => [what, state])).toEqual([["settle", "mined"]]);
    await world.pass(DAY);
    await keeper().run();
    // The hour under way when the receipt came was proven with it; the next are still open.
    expect((await streamOf(world.buyer, { ...at(), licenseId })).settled).toBe(3);
  });

  it("settles live streams and collects what they passed on, and stops what only a buffer pays", async () => {
    const offer = await world.coveredOffer({ split: 0, price: 720n * USDC, railTerms: { rail: "live", notice: HOUR } });
    const licenseId = await world.purchase(offer, { runway: RUNWAY });
    const deal = { ...at(), licenseId, offer };
    const about = ({ kind: what, subject }: { kind: string; subject: string }) =>
      what === "collect" || subject === String(licenseId);
    const mine = async () => (await sent()).filter(about).map(({ kind: what, state }) => [what, state]);
    await keeper().run();
    expect(await mine()).toEqual([]);
    await world.pass(DAY + HOUR);
    await keeper().run();
    expect(await mine()).toEqual([
      ["settle", "mined"],
      ["collect", "mined"],
    ]);
    const { superToken, payer, vaults } = await readLive(world.buyer, deal);
    expect(vaults[0]?.unbooked).toBeLessThan(10n ** 16n);
    const owner = world.owner.account.address;
    expect(await claimable(world.buyer, { ...at(), account: owner, token: superToken })).toBeGreaterThan(
      24n * 10n ** 18n,
    );
    expect(await claimableInLivePool(world.buyer, { ...at(), superToken })).toBeLessThan(10n ** 16n);

    for (const { vault } of vaults) await deleteFlow(superToken, payer, vault);
    await keeper().run();
    expect(await readLive(world.buyer, deal)).toMatchObject({ standing: "Lapsed", passes: false });
    const settled = await mine();
    expect(settled.length).toBe(4);
    await keeper().run();
    expect(await mine()).toEqual(settled);

    await waitForSuccess(world.buyer, await closeLive(world.buyer, deal));
    await world.pass(HOUR + 1);
    await keeper().run();
    expect((await mine()).slice(4)[0]).toEqual(["close", "mined"]);
    expect((await readLive(world.buyer, deal)).live.ended).toBe(true);
  });

  it("looks at a flow that its payer ended past the rail, so that the seconds without it are known", async () => {
    const railTerms = { rail: "stream", proof: "Time", epoch: DAY, notice: 0, grace: HOUR } as const;
    const licenseId = await world.purchase(await world.offer({ price: 720n * USDC, railTerms }), { runway: RUNWAY });
    const { vault } = await streamOf(world.buyer, { ...at(), licenseId });
    await world.pass(HOUR);
    await keeper().run();
    const mine = async () => (await sent()).filter(({ subject }) => subject === String(licenseId));
    expect(await mine()).toEqual([]);
    const { superToken, payer } = await vaultDealOf(world.buyer, { address: vault });
    await deleteFlow(superToken, payer, vault);
    await world.pass(60);
    await keeper().run();
    expect((await mine()).map(({ kind: what, state }) => [what, state])).toEqual([["sync", "mined"]]);
    expect((await vaultFlowOf(world.buyer, { address: vault })).seenRate).toBe(0n);
    await keeper().run();
    expect((await mine()).length).toBe(1);
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
    await world.pass(HOUR + 1);
    await keeper().run();
    expect(await streamOf(world.buyer, { ...at(), licenseId })).toMatchObject({ settled: 1 });
    // Nothing was asked for in the second hour: the report says so.
    await keeper().run();
    const empty = (await sent()).filter(({ kind: what }) => what === "report").at(-1);
    const second = decodeFunctionData({ abi: streamRailAbi, data: empty?.data as Hex }).args?.[2];
    expect(second).toMatchObject({ epochFrom: 1, epochTo: 2, servedRoot: toHex(root([])), deliveries: 0n });
  });
});

/** The keeper and streams on the real contracts: it settles, reports and looks when it is due, and not before. */
import { streamRailAbi } from "@colophon-protocol/contracts";
import {
  claimable,
  claimableInLivePool,
  closeLive,
  publishEnclavePolicySync,
  readLive,
  receiptLicensesHash,
  recordComputeReceiptSync,
  registerEnclaveSignerSync,
  signComputeReceipt,
  streamOf,
  streamProvenAt,
  vaultDealOf,
  vaultFlowOf,
  waitForSuccess,
} from "@colophon-protocol/sdk";
import { root, toHex } from "@colophon-protocol/sdk/formats";
import { decodeFunctionData, encodeFunctionData, type Hex, keccak256, parseAbi, toBytes } from "viem";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import { beforeAll, describe, expect, it } from "vitest";
import { keeperWorld } from "./support/keeper.js";
import { DAY, HOUR, type PaidWorld, USDC } from "./support/paid.js";
import { DATABASES } from "./support/postgres.js";
import { RawClient } from "./support/raw.js";

const RUNWAY = 10 * DAY;
const SUPERFLUID = parseAbi([
  "function getHost() view returns (address)",
  "function getAgreementClass(bytes32 agreementType) view returns (address)",
  "function callAgreement(address agreementClass, bytes callData, bytes userData) returns (bytes)",
  "function deleteFlow(address token, address sender, address receiver, bytes ctx) returns (bytes)",
]);

describe.each(DATABASES)("the keeper of streams on %s", (kind) => {
  const set = keeperWorld(kind);
  let world: PaidWorld;
  beforeAll(() => {
    ({ world } = set);
  });
  const { keeper, sent } = set;
  const at = () => ({ deployment: world.deployment });

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

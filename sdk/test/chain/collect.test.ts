import { type Address, type Hex, keccak256, parseAbi, stringToBytes } from "viem";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  claimFromList,
  collectFromList,
  collectRevenue,
  confirmDeliverySync,
  contributorListAddress,
  contributorProof,
  createContributorListSync,
  execute,
  findContributorList,
  type Offer,
  paidFromList,
  prepareCollectFromList,
  prepareCollectRevenue,
  prepareTopUp,
  provenAt,
  ReleaseCondition,
  readStream,
  receivedByList,
  runwaySeconds,
  settleEpochsSync,
  settleHoldSync,
  streamOf,
  vaultDue,
} from "../../src/index.js";
import { DAY, openAnother, publishAndOffer, purchase, startWorld, type World } from "./support.js";

let world: World;
let list: Address;
/** Through escrow; 40 % to Ada, 30 % to a list of Ada and Ben, the rest to the owner. */
let first: Offer;
/** Of the same split, 720 USDC for 30 days. */
let stream: Offer;
const at = () => ({ deployment: world.deployment });
const address = (who: "owner" | "buyer" | "ada" | "ben") => world[who].account.address;
const contributors = () => [
  { account: address("ada"), units: 3n },
  { account: address("ben"), units: 1n },
];
const USDC = 1_000_000n;
const HOUR = 3600;
const PRICE = 100n * USDC;

beforeAll(async () => {
  world = await startWorld();
  await world.mint(address("buyer"), 1_000_000n * USDC);
  first = await publishAndOffer(world, { price: PRICE }, async (datasetId) => {
    const place = { ...at(), datasetId, contributors: contributors() };
    list = await contributorListAddress(world.owner, place);
    expect(await createContributorListSync(world.owner, place)).toMatchObject({ list, totalUnits: 4n });
    return [
      { account: address("ada"), shareBps: 4000 },
      { account: list, shareBps: 3000 },
    ];
  });
  const railTerms = { rail: "stream", proof: "Time", epoch: HOUR, notice: 0, grace: HOUR } as const;
  stream = await openAnother(world, first, { price: 720n * USDC, railTerms });
  const { licenseId } = await purchase(world, first);
  await confirmDeliverySync(world.buyer, { ...at(), licenseId, offer: first });
});
afterAll(() => world?.chain.stop());

const kinds = (steps: readonly { kind: string }[]) => steps.map(({ kind }) => kind);

describe("a list of contributors", () => {
  const claimOf = () => ({ ...at(), list, token: first.token });

  it("is found again by its event, whole", async () => {
    const { datasetId, contributors: found } = await findContributorList(world.ben, { ...at(), list });
    expect(datasetId).toBe(first.datasetId);
    expect([...found].sort((a, b) => Number(b.units - a.units))).toEqual(contributors());
    const nobody = address("buyer");
    await expect(findContributorList(world.ben, { ...at(), list: nobody })).rejects.toMatchObject({ code: "input" });
  });

  it("brings its part of a release out of the pool, pays it by units, and unwraps it, as one flow", async () => {
    const plan = await prepareCollectFromList(world.ada, claimOf());
    expect(kinds(plan.steps)).toEqual(["claim-pool", "claim-super", "unwrap"]);
    expect(plan).toMatchObject({ units: 3n, totalUnits: 4n, due: 0n });
    const before = await world.balance(address("ada"));
    const sent = await collectFromList(world.ada, claimOf());
    expect(kinds(sent.map(({ step }) => step))).toEqual(kinds(plan.steps));
    expect(await world.balance(address("ada"))).toBe(before + plan.dueWrapped);
    // Fee and rounding aside: three quarters of 30 %.
    expect(Number(plan.dueWrapped) / Number(PRICE)).toBeCloseTo(0.3 * 0.75, 1);
    expect(await collectFromList(world.ada, claimOf())).toEqual([]);
    expect((await prepareCollectFromList(world.ben, claimOf())).dueWrapped).toBe(plan.dueWrapped / 3n);
  });

  it("pays what else reaches it, and nothing without a proof", async () => {
    await world.mint(list, 103n);
    const sent = await collectFromList(world.ada, claimOf());
    expect(sent.map(({ step }) => [step.kind, step.amount])).toEqual([["claim", 77n]]);
    const account = address("ben");
    const claim = { address: list, token: first.token, account, ...contributorProof(contributors(), account) };
    await expect(claimFromList(world.ben, { ...claim, units: 2n })).rejects.toMatchObject({
      data: { errorName: "ContributorList_NotListed" },
      hint: expect.stringMatching(/contributorProof/),
    });
    await expect(prepareCollectFromList(world.buyer, claimOf())).rejects.toMatchObject({ code: "input" });
    expect(await paidFromList(world.ben, claim)).toBe(0n);
    expect(await receivedByList(world.ben, claim)).toBe(103n);
  });
});

describe("what streams released to the owner", () => {
  const place = () => ({ ...at(), datasetId: stream.datasetId, split: 0, token: stream.token });

  it("is collected from the vaults, claimed and unwrapped by one call", async () => {
    const licenses = [await purchase(world, stream, { runway: 10 * DAY }), await purchase(world, stream)];
    await world.pass(3 * HOUR);
    for (const { licenseId } of licenses) {
      await settleEpochsSync(world.ben, { ...at(), licenseId, offer: stream });
      const { vault } = await streamOf(world.buyer, { ...at(), licenseId });
      expect(await vaultDue(world.buyer, { address: vault })).toBeGreaterThan(0n);
    }
    const plan = await prepareCollectRevenue(world.owner, place());
    expect(kinds(plan.steps)).toEqual(["collect-stream", "collect-stream", "claim-streams", "unwrap"]);
    const before = await world.balance(address("owner"));
    const sent = await collectRevenue(world.owner, place());
    expect(kinds(sent.map(({ step }) => step))).toEqual(kinds(plan.steps));
    expect(plan.fromStreams).toBeGreaterThan(USDC);
    expect(await world.balance(address("owner"))).toBe(before + plan.fromStreams);
    expect(await prepareCollectRevenue(world.owner, place())).toMatchObject({ fromStreams: 0n, steps: [] });
  });

  it("leaves a payer's own super tokens alone, which its streams live on", async () => {
    const plan = await prepareCollectRevenue(world.buyer, place());
    expect(plan.wrapped).toBeGreaterThan(0n);
    expect(plan.steps).toEqual([]);
  });

  it("is beside what a contributor gets from the pool", async () => {
    const steps = kinds((await prepareCollectRevenue(world.ada, { ...place(), split: stream.split })).steps);
    expect(steps).toEqual(["connect", "unwrap"]);
  });
});

describe("a payer's streams", () => {
  it("last longer once more is wrapped, which says what it needs first", async () => {
    const { licenseId } = await purchase(world, stream, { runway: 2 * DAY });
    const runway = async () => {
      const { balance } = await readStream(world.buyer, { ...at(), licenseId });
      return runwaySeconds(balance, balance.at) ?? 0;
    };
    const { superToken, decimals } = await readStream(world.buyer, { ...at(), licenseId });
    const before = await runway();
    const wrapping = { token: stream.token, superToken, decimals, amount: 500n * USDC };
    const prepared = await prepareTopUp(world.buyer, wrapping);
    expect(kinds(prepared.requirements.map(({ type }) => ({ kind: type })))).toEqual(["approval"]);
    await execute(world.buyer, prepared);
    expect((await runway()) - before).toBeGreaterThan(DAY);
    const poor = await prepareTopUp(world.provider, wrapping);
    expect(poor.requirements[0]).toMatchObject({ type: "balance", missing: wrapping.amount });
  });
});

describe("release by evidence", () => {
  const railTerms = { condition: ReleaseCondition.ComputeReceipt, leastAssurance: 2 } as const;

  it("is refused while nobody keeps that evidence, and releases once it is on record", async () => {
    const keeper = await world.owner.readContract({
      address: world.deployment.contracts.ColophonFactory?.address as Hex,
      abi: parseAbi(["function addressOf(bytes32 salt) view returns (address)"]),
      functionName: "addressOf",
      args: [keccak256(stringToBytes("colophon.ComputeReceipts"))],
    });
    await world.owner.setCode({ address: keeper, bytecode: "0x" });
    await expect(openAnother(world, first, { railTerms })).rejects.toMatchObject({
      data: { errorName: "EscrowRail_NoEvidenceKept" },
      hint: expect.stringMatching(/release condition/),
    });
    // Doubles of the contract that keeps it: one that has recorded nothing, then one that has, in this very second.
    await world.owner.setCode({ address: keeper, bytecode: "0x5f5f5260205ff3" });
    const offer = await openAnother(world, first, { railTerms });
    const { licenseId } = await purchase(world, offer);
    const deal = { ...at(), licenseId, offer };
    expect(await provenAt(world.buyer, deal)).toBeUndefined();
    await expect(settleHoldSync(world.ben, deal)).rejects.toMatchObject({
      data: { errorName: "EscrowRail_EvidenceNeeded" },
    });
    await world.owner.setCode({ address: keeper, bytecode: "0x425f5260205ff3" });
    expect(await provenAt(world.buyer, deal)).toBeGreaterThan(0);
    expect(await settleHoldSync(world.ben, deal)).toMatchObject({ amount: offer.price });
  });
});

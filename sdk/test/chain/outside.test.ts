// Disputes before UMA's oracle and an ERC-792 court, as the contracts' tests have both: what it takes until a ruling is there.
import { disputeManagerAbi } from "@colophon-protocol/contracts";
import { type Abi, getAddress, type Hex } from "viem";
import { estimateGas, readContract } from "viem/actions";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
// @ts-expect-error plain JavaScript, build-time only
import { builtContract, compiledDouble } from "../../../tools/testing/index.mjs";
import {
  type Dispute,
  deliverRuling,
  disputeOf,
  disputeRuling,
  execute,
  isRuled,
  type Offer,
  openDispute,
  outsideCase,
  outsideCaseOf,
  prepareAppealAtCourt,
  prepareContestAssertion,
  prepareOpenDispute,
  prepareOutsideRuling,
  prepareReferDispute,
  respondToDisputeSync,
  submitCourtEvidenceSync,
  waitForSuccess,
} from "../../src/index.js";
import { DAY, openAnother, publishAndOffer, purchase, startWorld, type World } from "./support.js";
import { evidence, type Roles, rolesOf, USDC } from "./trust-support.js";

interface Put {
  abi: Abi;
  address: Hex;
}
let world: World;
let roles: Roles;
let first: Offer;
const at = () => ({ deployment: world.deployment });
const addressOf = (name: string) => world.deployment.contracts[name]?.address as Hex;

beforeAll(async () => {
  world = await startWorld();
  roles = await rolesOf(world);
  first = await publishAndOffer(world);
  for (const who of ["owner", "buyer", "ben"] as const) await world.mint(world[who].account.address, 100_000n * USDC);
});
afterAll(() => world?.chain.stop());

async function put({ abi, bytecode }: { abi: Abi; bytecode: Hex }, args: readonly unknown[]): Promise<Put> {
  const { contractAddress } = await waitForSuccess(
    world.ada,
    await world.ada.deployContract({ abi, bytecode, args } as never),
  );
  return { abi, address: getAddress(contractAddress as Hex) };
}
const call = async (contract: Put, functionName: string, args: readonly unknown[]) =>
  waitForSuccess(world.ada, await world.ada.writeContract({ ...contract, functionName, args } as never));

/** Governance lists an adapter, and the seller's offer names it. */
async function offerUnder({ address }: Put, windowOf = 14 * DAY): Promise<Offer> {
  const args = [address, 0, windowOf] as const;
  const list = { address: addressOf("DisputeManager"), abi: disputeManagerAbi, functionName: "setArbitrator" } as const;
  await waitForSuccess(roles.governor, await roles.governor.writeContract({ ...list, args }));
  return openAnother(world, first, { arbitrator: address });
}

/** A buyer's claim, answered and brought to the offer's judge. */
async function asked(offer: Offer): Promise<bigint> {
  const { licenseId } = await purchase(world, offer);
  const occurredAt = Number((await world.owner.getBlock()).timestamp);
  const claim = { reason: "NotAsDescribed", id: licenseId, occurredAt } as const;
  const given = { ...at(), claim, offer, evidence: evidence("A tenth is noise") };
  const { receipt } = await execute(world.buyer, await prepareOpenDispute(world.buyer, given));
  const { disputeId } = openDispute.extractEvent(receipt.logs);
  await respondToDisputeSync(world.owner, { ...at(), disputeId, offer, evidence: evidence("It is not") });
  await execute(world.ben, await prepareReferDispute(world.ben, { ...at(), disputeId }));
  return disputeId;
}
/** Whether there is a ruling, and whether it upholds. */
const ruledOn = async (disputeId: bigint) => [
  isRuled((await disputeOf(world.ada, { ...at(), disputeId })) as Dispute),
  (await disputeRuling(world.ada, { ...at(), disputeId })).upheld,
];
const phaseOf = async (disputeId: bigint) => (await disputeOf(world.ada, { ...at(), disputeId }))?.phase;

describe("UMA's oracle", () => {
  let oracle: Put;
  let adapter: Put;
  let offer: Offer;
  beforeAll(async () => {
    oracle = await put(compiledDouble("OracleDouble"), []);
    adapter = await put(builtContract("UmaArbitrator"), [addressOf("DisputeManager"), oracle.address, world.usdc]);
    offer = await offerUnder(adapter);
  });

  it("rules when nobody contests, with no more gas than its estimate says", async () => {
    const disputeId = await asked(offer);
    expect(await outsideCase(world.ada, { ...at(), disputeId })).toMatchObject({
      ...{ arbitrator: adapter.address, round: 0, result: "Asked", oracle: oracle.address },
    });
    await expect(prepareAppealAtCourt(world.ada, { ...at(), disputeId })).rejects.toMatchObject({ code: "guard" });
    await world.pass(2 * DAY + 1);
    const prepared = await prepareOutsideRuling(world.ada, { ...at(), disputeId });
    expect(prepared.step).toBe("settle");
    const { to, data } = prepared.build();
    const account = world.ada.account;
    const gas = await estimateGas(world.ada, { account, to, data });
    await waitForSuccess(world.ada, await world.ada.sendTransaction({ to, data, gas }));
    expect(await phaseOf(disputeId)).toBe("Ruled");
    const found = await outsideCaseOf(world.ada, { disputeId, address: adapter.address });
    expect(found).toMatchObject({ result: "Upheld", delivered: true });
    await expect(prepareOutsideRuling(world.ada, { ...at(), disputeId })).rejects.toMatchObject({ code: "guard" });
  });

  it("is contested against a bond, and its voters decide", async () => {
    const disputeId = await asked(offer);
    const prepared = await prepareContestAssertion(world.owner, { ...at(), disputeId });
    expect(prepared.cost).toMatchObject({ token: world.usdc, amount: 25n * USDC });
    const before = await world.balance(world.owner.account.address);
    await execute(world.owner, prepared);
    expect(await world.balance(world.owner.account.address)).toBe(before - 25n * USDC);
    await call(oracle, "resolve", [prepared.key, false]);
    await execute(world.ada, await prepareOutsideRuling(world.ada, { ...at(), disputeId }));
    expect(await ruledOn(disputeId)).toEqual([true, false]);
  });

  it("has an answer delivered later that came while the dispute manager did not take it", async () => {
    const disputeId = await asked(offer);
    await world.pass(2 * DAY + 1);
    const { key } = await outsideCase(world.ada, { ...at(), disputeId });
    const address = addressOf("DisputeManager");
    const code = (await world.owner.getCode({ address })) as Hex;
    await world.owner.setCode({ address, bytecode: "0x60006000fd" });
    await call(oracle, "settleAssertion", [key]);
    await world.owner.setCode({ address, bytecode: code });
    expect(await phaseOf(disputeId)).toBe("Asked");
    const prepared = await prepareOutsideRuling(world.ada, { ...at(), disputeId });
    expect(prepared).toMatchObject({ step: "deliver", result: "Upheld", delivered: false });
    await execute(world.ada, prepared);
    expect(await phaseOf(disputeId)).toBe("Ruled");
    await expect(deliverRuling(world.ada, { disputeId, address: adapter.address })).rejects.toMatchObject({
      data: { errorName: "ExternalArbitrator_NothingToDeliver" },
    });
  });
});

describe("an ERC-792 court", () => {
  it("takes evidence and appeals of its own, and rules with no more gas than its estimate says", async () => {
    const court = await put(compiledDouble("CourtDouble"), []);
    const adapter = await put(builtContract("Erc792Arbitrator"), [addressOf("DisputeManager"), court.address, "0x07"]);
    const disputeId = await asked(await offerUnder(adapter));
    await expect(prepareContestAssertion(world.ada, { ...at(), disputeId })).rejects.toMatchObject({ code: "guard" });
    await expect(prepareOutsideRuling(world.ada, { ...at(), disputeId })).rejects.toThrow(/has not come/);
    const { address } = adapter;
    const shown = await submitCourtEvidenceSync(world.buyer, { disputeId, uri: "ipfs://e", address });
    expect(shown._party).toBe(world.buyer.account.address);
    const appeal = await prepareAppealAtCourt(world.owner, { ...at(), disputeId });
    expect(appeal.cost.native).toBe(10n ** 17n);
    await execute(world.owner, appeal);
    const cases = { ...court, functionName: "cases", args: [0n] } as const;
    const [, , , appeals] = (await readContract(world.ada, cases as never)) as readonly bigint[];
    expect(appeals).toBe(1n);
    await call(court, "giveRuling", [0n, 2n]);
    expect(await phaseOf(disputeId)).toBe("Ruled");
    expect(await ruledOn(disputeId)).toEqual([true, false]);
  });
});

describe("the council", () => {
  it("is no other protocol", async () => {
    const disputeId = await asked(first);
    const refused = { code: "guard", message: expect.stringMatching(/not before an oracle or court/) };
    await expect(outsideCase(world.ada, { ...at(), disputeId })).rejects.toMatchObject(refused);
    await expect(outsideCase(world.ada, { ...at(), disputeId: 99n })).rejects.toMatchObject({ code: "input" });
  });
});

// Disputes that other courts hear, that are appealed, that a counter-bond answers, and that both sides settle: through the SDK's actions.
import {
  type ClaimInput,
  concludeDisputeSync,
  execute,
  type Offer,
  openDispute,
  openOfferSync,
  prepareAppeal,
  prepareCounterBond,
  prepareOpenDispute,
  prepareReferDispute,
  respondToDisputeSync,
  settleDisputeSync,
  versionClaimId,
  voteOnDisputeSync,
} from "@colophon-protocol/sdk";
import { rpc } from "@colophon-protocol/tools/testing";
import { type Address, type Hex, keccak256, numberToHex, stringToBytes } from "viem";
import { callOn, type Deployed, deployCourt, deployOracle, lookOn } from "./doubles.js";
import { actor, buyLicense, type publish, type World } from "./history.js";
import { pass } from "./live.js";
import { WHO } from "./market.js";
import { at, send } from "./rails.js";

const DAY = 86_400;
const RULING_WINDOW = 7 * DAY;
/** Number of the council among the arbitrators, as the deployment lists it. */
const COUNCIL_JUDGE = 1;
const COUNCIL = [10, 11, 12];
const GOVERNOR = WHO.sponsor;
type Sale = Awaited<ReturnType<typeof publish>>;

const hash = (text: string): Hex => keccak256(stringToBytes(text));
const evidence = (text: string) => ({ hash: hash(text), uri: `data:text/plain,${encodeURIComponent(text)}` });
const now = async (world: World): Promise<number> =>
  Number((await actor(world, 0).client.getBlock({ blockTag: "latest" })).timestamp);

/** Gives everybody who posts a bond the means for it. */
export async function fundParties(world: World): Promise<void> {
  for (const who of [WHO.buyer, WHO.owner, WHO.friend, WHO.keeper])
    await send(world, who, "TestUSDC", "mint", [actor(world, who).address, 10n ** 10n]);
  for (const member of COUNCIL)
    await rpc(world.url, "anvil_setBalance", [actor(world, member).address, numberToHex(10n ** 18n)]);
}

/** Governance lists an arbitrator, with the council above it. */
async function list(world: World, arbitrator: Address): Promise<void> {
  await send(world, GOVERNOR, "DisputeManager", "setArbitrator", [arbitrator, COUNCIL_JUDGE, RULING_WINDOW]);
}

/** The same offer under another arbitrator. */
async function offerUnder(world: World, { offer }: Sale, arbitrator: Address): Promise<Offer> {
  const other = { ...offer, salt: offer.salt + BigInt(arbitrator.slice(0, 18)), arbitrator };
  await openOfferSync(actor(world, WHO.owner).client, { offer: other, deployment: world.deployment });
  return other;
}

/** Raises a claim. @returns its number */
async function raise(world: World, who: number, claim: ClaimInput, offer?: Offer): Promise<bigint> {
  const { client } = actor(world, who);
  const { deployment } = world;
  const given = { claim, evidence: evidence("What went wrong"), deployment, ...(offer && { offer }) };
  const { receipt } = await execute(client, await prepareOpenDispute(client, given));
  return openDispute.extractEvent(receipt.logs).disputeId;
}

/** A buyer's claim that the data is not as described, answered and brought to the offer's arbitrator. */
async function asked(world: World, offer: Offer): Promise<bigint> {
  const { deployment } = world;
  const [owner, keeper] = [actor(world, WHO.owner).client, actor(world, WHO.keeper).client];
  const licenseId = await buyLicense(world, { offer });
  const claim = { reason: "NotAsDescribed", id: licenseId, occurredAt: await now(world) } as const;
  const disputeId = await raise(world, WHO.buyer, claim, offer);
  await respondToDisputeSync(owner, { disputeId, offer, evidence: evidence("It is"), deployment });
  await execute(keeper, await prepareReferDispute(keeper, { disputeId, deployment }));
  return disputeId;
}

/**
 * The oracle's assertion is disputed and upheld by its voters; the respondent appeals to the council, which rules the other way.
 * @returns the dispute, the adapter, the oracle's number of the case and the appeal's bond
 */
export async function hearAtOracle(world: World, sale: Sale) {
  const { deployment } = world;
  const { oracle, adapter } = await deployOracle(world);
  await list(world, adapter.address);
  const offer = await offerUnder(world, sale, adapter.address);
  const disputeId = await asked(world, offer);
  const key = await lookOn<Hex>(world, oracle, "lastId");
  await send(world, WHO.friend, "TestUSDC", "approve", [oracle.address, 10n ** 9n]);
  await callOn(world, WHO.friend, oracle, "disputeAssertion", [key, actor(world, WHO.friend).address]);
  await callOn(world, WHO.keeper, oracle, "resolve", [key, true]);
  await callOn(world, WHO.keeper, oracle, "settleAssertion", [key]);

  const owner = actor(world, WHO.owner).client;
  const appeal = await prepareAppeal(owner, { disputeId, offer, deployment });
  await execute(owner, appeal);
  const ruling = { upheld: false, reasons: hash("It is as described") };
  for (const member of COUNCIL)
    await voteOnDisputeSync(actor(world, member).client, { disputeId, round: 1, ruling, deployment });
  await pass(world, 1);
  await concludeDisputeSync(actor(world, WHO.keeper).client, { disputeId, offer, deployment });
  return { disputeId, adapter, key, bond: appeal.bond };
}

/** Somebody appeals at the court itself, which then rules when nobody waits for it any more. @returns the dispute and the adapter */
export async function hearAtCourt(world: World, sale: Sale) {
  const { court, adapter } = await deployCourt(world);
  await list(world, adapter.address);
  const offer = await offerUnder(world, sale, adapter.address);
  const disputeId = await asked(world, offer);
  await callOn(world, WHO.friend, adapter, "appealAtCourt", [disputeId, 0], 10n ** 17n);
  await pass(world, RULING_WINDOW + 60);
  const { deployment } = world;
  await concludeDisputeSync(actor(world, WHO.keeper).client, { disputeId, offer, deployment });
  await callOn(world, WHO.keeper, court, "giveRuling", [0n, 1n]);
  return { disputeId, adapter: adapter as Deployed };
}

/**
 * Somebody claims the copyright of a version, whose sales stop; the owner posts a counter-bond, and both settle.
 * @returns the dispute, the counter-bond and what was settled on
 */
export async function takeDownAndSettle(world: World, { datasetId }: Sale) {
  const { deployment } = world;
  const [owner, friend] = [actor(world, WHO.owner).client, actor(world, WHO.friend).client];
  const claim = { reason: "Copyright", id: versionClaimId(datasetId, 1), occurredAt: await now(world) } as const;
  const disputeId = await raise(world, WHO.friend, claim);
  const counter = await prepareCounterBond(owner, { disputeId, deployment });
  await execute(owner, counter);
  const terms = { disputeId, refund: 0n, revoke: false, claimantBond: 1_000_003n, deadline: (await now(world)) + DAY };
  await settleDisputeSync(friend, { terms, deployment });
  await settleDisputeSync(owner, { terms, deployment });
  return { disputeId, counterBond: counter.bond, terms };
}

/** Where the dispute manager and its own council stand. */
export const councilOf = (world: World): Address => at(world, "CouncilArbitrator");

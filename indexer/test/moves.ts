// Random moves over all rails: what parties may try at any time. A move that the contracts refuse leaves no trace, as on any chain.
import { streamVaultAbi } from "@colophon-protocol/contracts";
import { type Contributor, claimFromList, contributorProof, poolOf } from "@colophon-protocol/sdk";
import { createInvoiceDetails, invoiceDetailsBytes, invoiceDetailsHash } from "@colophon-protocol/sdk/formats";
import { rpc } from "@colophon-protocol/tools/testing";
import {
  type Address,
  encodeAbiParameters,
  type Hex,
  keccak256,
  maxUint256,
  parseAbi,
  stringToBytes,
  stringToHex,
} from "viem";
import { type Dice, dice } from "./dice.js";
import { actor, type World } from "./history.js";
import { liveBuffer, liveMoves, stopLives } from "./live.js";
import { type Bought, type Priced, purchase, WHO } from "./market.js";
import { at, attempt, disputeManager, dropFlow, impersonate, look, type Stack, send, sign } from "./rails.js";

const FAR = 4_000_000_000;
const poolAbi = parseAbi(["function claimAll(address member) returns (bool)"]);

/** What the buyer of the first license keeps off chain; its purchase refers to it. */
export const details = createInvoiceDetails(
  {
    purchaseReference: "PO <417>",
    buyer: {
      name: "Müller & Söhne GmbH",
      address: ["Hafenstraße 1", "20457 Hamburg"],
      country: "DE",
      taxId: "DE123456789",
    },
    tax: { treatment: "charged", rateBps: 1_900, country: "DE" },
  },
  new Uint8Array(32).fill(7),
);
const hash = (text: string) => keccak256(stringToBytes(text));
const uint128 = (value: bigint): Hex => encodeAbiParameters([{ type: "uint128" }], [value]);

export type Chain = World & { deployment: Stack };
export type Move = (chain: Chain, license: Bought, roll: Dice) => Promise<unknown>;

/** Lets time pass on the chain. */
async function wait(world: World, seconds: number): Promise<void> {
  await rpc(world.url, "evm_increaseTime", [seconds]);
  await rpc(world.url, "evm_mine");
}

/** The chain's time, in seconds. */
const now = async (world: World): Promise<number> =>
  Number((await actor(world, 0).client.getBlock({ blockTag: "latest" })).timestamp);

const refundByRuling =
  (rail: string, most: number): Move =>
  async (chain, { licenseId, offer }, roll) =>
    impersonate(chain, await disputeManager(chain), rail, "refund", [licenseId, offer, BigInt(roll.below(most))]);

const escrowMoves: Move[] = [
  (chain, { licenseId, offer, holder }) => attempt(chain, holder, "EscrowRail", "confirm", [licenseId, offer]),
  deliver,
  async (chain, license, roll) => {
    await deliver(chain, license, roll);
    const { licenseId, offer, holder } = license;
    await attempt(chain, holder, "EscrowRail", "contest", [licenseId, offer, hash("late")]);
  },
  (chain, { licenseId, offer }, roll) =>
    attempt(chain, WHO.arbitrator, "EscrowRail", "rule", [licenseId, offer, BigInt(roll.pick([0, 1, 777_777]))]),
  (chain, { licenseId, offer }) => attempt(chain, WHO.keeper, "EscrowRail", "applyDefault", [licenseId, offer]),
  (chain, { licenseId, offer }) => attempt(chain, WHO.keeper, "EscrowRail", "refundUndelivered", [licenseId, offer]),
  refundByRuling("EscrowRail", 1_000_003),
];

async function deliver(chain: Chain, { licenseId, offer }: Bought, _roll?: Dice) {
  const { encodingRoot } = await look<{ encodingRoot: Hex }>(chain, "DatasetRegistry", "encodingOf", [
    offer.datasetId,
    1,
    1,
  ]);
  const time = await now(chain);
  const receipt = {
    licenseId,
    datasetId: offer.datasetId,
    version: 1,
    encoding: 1,
    encodingRoot,
    servedRoot: encodingRoot,
    chunks: 3n,
    bytesServed: 1234n,
    sequence: 1n,
    servedFrom: time - 1,
    servedUntil: time,
    deadline: FAR,
  };
  const signature = await sign(chain, WHO.provider, "DeliveryReceipt", receipt);
  return attempt(chain, WHO.provider, "EscrowRail", "submitReceipt", [licenseId, offer, receipt, signature]);
}

interface StreamState {
  vault: Address;
  settled: number;
  start: number;
}
const streamOf = (chain: Chain, { licenseId }: Bought) =>
  look<StreamState>(chain, "StreamRail", "streamOf", [licenseId]);

const streamMoves: Move[] = [
  settle("StreamRail"),
  settle("StreamRail"),
  async (chain, license, roll) => {
    const { settled, start } = await streamOf(chain, license);
    const over = Math.floor(((await now(chain)) - start) / 3_600);
    const report = {
      licenseId: license.licenseId,
      datasetId: license.offer.datasetId,
      epochFrom: settled,
      epochTo: over,
      servedRoot: hash("log"),
      deliveries: 1n,
      bytesServed: 1n,
      deadline: FAR,
    };
    const signature = await sign(chain, WHO.provider, "ServiceReport", report);
    const { licenseId, offer, holder } = license;
    await attempt(chain, WHO.provider, "StreamRail", "submitReport", [licenseId, offer, report, signature]);
    if (roll.below(2) === 0) await attempt(chain, holder, "StreamRail", "contest", [licenseId, offer, hash("bad")]);
  },
  (chain, { licenseId, offer }, roll) =>
    attempt(chain, WHO.arbitrator, "StreamRail", "rule", [licenseId, offer, BigInt(roll.pick([0, 1, 333]))]),
  async (chain, license) => {
    const { settled } = await streamOf(chain, license);
    const { licenseId, offer } = license;
    await attempt(chain, WHO.provider, "StreamRail", "concede", [licenseId, offer, settled + 1]);
  },
  (chain, { licenseId, offer, payer }) => attempt(chain, payer, "StreamRail", "pause", [licenseId, offer]),
  (chain, { licenseId, offer, payer }) => attempt(chain, payer, "StreamRail", "reopen", [licenseId, offer]),
  async (chain, { licenseId, offer, payer }, roll) => {
    const rate = BigInt(2e14) + BigInt(roll.below(1e9)) * 100_000n;
    await attempt(chain, roll.pick([payer, WHO.owner]), "StreamRail", "changeRate", [licenseId, offer, rate]);
  },
  async (chain, license, roll) => {
    if (await dropFlow(chain, license.payer, (await streamOf(chain, license)).vault))
      await wait(chain, roll.below(9_000));
  },
  (chain, { licenseId }) => attempt(chain, WHO.keeper, "StreamRail", "sync", [licenseId]),
  (chain, { licenseId }) => attempt(chain, WHO.keeper, "StreamRail", "sweep", [licenseId]),
  collect,
  (chain, { licenseId, offer, holder }, roll) =>
    roll.below(4) === 0 ? attempt(chain, holder, "StreamRail", "close", [licenseId, offer]) : Promise.resolve(),
  (chain, license, roll) =>
    roll.below(4) === 0 ? refundByRuling("StreamRail", 400)(chain, license, roll) : Promise.resolve(),
];

/** Brings what a vault released to the distributor. */
async function collect(chain: Chain, license: Bought) {
  const { client, account } = actor(chain, WHO.keeper);
  const { vault: address } = await streamOf(chain, license);
  const call = { address, abi: streamVaultAbi, functionName: "collect", account } as const;
  try {
    await client.simulateContract(call);
  } catch {
    return;
  }
  await client.waitForTransactionReceipt({ hash: await client.writeContract(call) });
}

const meterMoves: Move[] = [
  redeem,
  redeem,
  redeem,
  async (chain, { licenseId, offer, holder }, roll) => {
    const { payer } = await look<{ payer: Address }>(chain, "MeterRail", "meterOf", [licenseId]);
    await attempt(chain, holder, "MeterRail", "deposit", [licenseId, offer, BigInt(roll.below(9_999_999)), payer]);
  },
  (chain, { licenseId, offer, payer }, roll) =>
    attempt(chain, payer, "MeterRail", "requestWithdrawal", [licenseId, offer, BigInt(roll.below(99_999))]),
  (chain, { licenseId, offer }) => attempt(chain, WHO.keeper, "MeterRail", "completeWithdrawal", [licenseId, offer]),
  (chain, { payer }, roll) =>
    attempt(chain, payer, "TestUSDC", "approve", [at(chain, "MeterRail"), roll.pick([0n, 12_345n, maxUint256])]),
  settle("MeterRail"),
  (chain, { licenseId, offer, holder }, roll) =>
    roll.below(4) === 0 ? attempt(chain, holder, "MeterRail", "close", [licenseId, offer]) : Promise.resolve(),
  (chain, license, roll) =>
    roll.below(4) === 0 ? refundByRuling("MeterRail", 5_000)(chain, license, roll) : Promise.resolve(),
];

export async function redeem(chain: Chain, { licenseId, offer, holder }: Bought, roll: Dice) {
  const meter = await look<{ units: bigint; sequence: bigint }>(chain, "MeterRail", "meterOf", [licenseId]);
  const units = meter.units + BigInt(1 + roll.below(4_000));
  const amount = await look<bigint>(chain, "MeterRail", "amountFor", [offer, units]);
  const voucher = { licenseId, units, amount: amount - BigInt(roll.below(2)), sequence: meter.sequence + 1n };
  const signature = await sign(chain, holder, "UsageVoucher", voucher);
  if (roll.below(2) === 0) return attempt(chain, WHO.keeper, "MeterRail", "redeem", [offer, voucher, signature]);
  const entry = { offer: 0n, voucher, signature };
  // The second of the same is refused and leaves the first alone.
  return attempt(chain, WHO.keeper, "MeterRail", "redeemMany", [[offer], [entry, entry], 900_000n]);
}

const shareMoves: Move[] = [
  settle("RevenueShareRail"),
  state,
  state,
  state,
  async (chain, license, roll) => {
    const message = await statementOf(chain, license, roll, roll.pick([0, -1]));
    const signature = await sign(chain, WHO.arbitrator, "RevenueAudit", message);
    const { licenseId, offer } = license;
    await attempt(chain, WHO.keeper, "RevenueShareRail", "submitAudit", [licenseId, offer, message, signature]);
  },
  async (chain, { licenseId, offer, holder }) => {
    const { debt } = await look<{ debt: bigint }>(chain, "RevenueShareRail", "accountOf", [licenseId]);
    await attempt(chain, holder, "RevenueShareRail", "payDebt", [licenseId, offer, (debt + 1n) / 2n]);
  },
  (chain, { licenseId, offer }) => attempt(chain, WHO.keeper, "RevenueShareRail", "remind", [licenseId, offer]),
  (chain, license, roll) =>
    roll.below(4) === 0 ? refundByRuling("RevenueShareRail", 5_000)(chain, license, roll) : Promise.resolve(),
];

async function state(chain: Chain, license: Bought, roll: Dice) {
  const message = await statementOf(chain, license, roll, 0);
  const signature = await sign(chain, license.holder, "RevenueStatement", message);
  const { licenseId, offer, holder } = license;
  return attempt(chain, holder, "RevenueShareRail", "submitStatement", [licenseId, offer, message, signature, "0x"]);
}

async function statementOf(chain: Chain, { licenseId, offer }: Bought, roll: Dice, offset: number) {
  const { nextPeriod } = await look<{ nextPeriod: number }>(chain, "RevenueShareRail", "accountOf", [licenseId]);
  const revenue = BigInt(roll.below(200_000_000));
  const signedAt = await now(chain);
  return { licenseId, period: nextPeriod + offset, token: offer.token, revenue, reportHash: hash("books"), signedAt };
}

function settle(rail: string): Move {
  return (chain, { licenseId, offer }) => attempt(chain, WHO.keeper, rail, "settle", [licenseId, offer]);
}

/** What holders and the dataset's owner do where terms give the owner the first refusal. */
const resaleMoves: Move[] = [
  announce,
  announce,
  (chain, { licenseId, holder }, roll) =>
    roll.below(4) === 0 ? attempt(chain, holder, "LicenseToken", "cancelResale", [licenseId]) : Promise.resolve(),
  take,
  take,
  async (chain, license) => {
    const { licenseId, holder } = license;
    const [from, to] = [actor(chain, holder).address, actor(chain, WHO.friend).address];
    await wait(chain, 8 * 86_400);
    if (await attempt(chain, holder, "LicenseToken", "transferFrom", [from, to, licenseId]))
      license.holder = WHO.friend;
  },
];

function announce(chain: Chain, { licenseId, holder }: Bought, roll: Dice) {
  const price = BigInt(roll.below(50_000_000));
  return attempt(chain, holder, "LicenseToken", "announceResale", [licenseId, actor(chain, WHO.friend).address, price]);
}

/** The owner takes an announced license, which is its own from then on. */
async function take(chain: Chain, license: Bought, _roll?: Dice) {
  const { licenseId, offer } = license;
  const { price } = await look<{ price: bigint }>(chain, "LicenseToken", "resaleOf", [licenseId]);
  if (await attempt(chain, WHO.owner, "LicenseMarket", "takeResale", [licenseId, offer, price]))
    license.holder = WHO.owner;
}

const MOVES = { escrow: escrowMoves, stream: streamMoves, meter: meterMoves, share: shareMoves, live: liveMoves };

/** Brings to the list what its pool has for it, then pays one contributor in one token. */
async function claimFromTheList(chain: Chain, { child, list, contributors }: Family, roll: Dice) {
  const { client, account: keeper } = actor(chain, WHO.keeper);
  const usdc = at(chain, "TestUSDC");
  const token = roll.pick([usdc, chain.deployment.external.testUSDCx]);
  const pool = await poolOf(client, { datasetId: child, split: 1, token: usdc, deployment: chain.deployment });
  const { account } = roll.pick(contributors);
  const claim = { address: list, token, account, ...contributorProof(contributors, account) };
  try {
    const bring = { address: pool, abi: poolAbi, functionName: "claimAll", args: [list], account: keeper } as const;
    await client.waitForTransactionReceipt({ hash: await client.writeContract({ ...bring, chain: client.chain }) });
    await client.waitForTransactionReceipt({ hash: await claimFromList(client, claim) });
  } catch {
    // There is no pool yet, or nothing is due: no trace, as with every move.
  }
}

/** What accounts and keepers do with money after release. */
async function afterRelease(chain: Chain, family: Family, roll: Dice) {
  if (roll.below(4) === 0) return claimFromTheList(chain, family, roll);
  const { parent, grandparent, list } = family;
  const { testUSDCx } = chain.deployment.external;
  const token = roll.pick([at(chain, "TestUSDC"), testUSDCx]);
  const some = [WHO.owner, WHO.contributor, WHO.friend].map((who) => actor(chain, who).address);
  const claimant = roll.pick([...some, list]);
  const [name, args] = roll.pick<[string, unknown[]]>([
    ["payRoyalty", [parent, 1, token]],
    ["payRoyalty", [grandparent, 1, token]],
    ["collectFees", [token]],
    ["noteArrival", [testUSDCx]],
    ["claim", [claimant, token, claimant]],
  ]);
  if (token === testUSDCx) await attempt(chain, WHO.keeper, "LiveStreamRail", "collect", [token]);
  await attempt(chain, WHO.keeper, "RevenueDistributor", name, args);
}

interface Family {
  child: bigint;
  parent: bigint;
  grandparent: bigint;
  list: Address;
  contributors: readonly Contributor[];
  offers: readonly Priced[];
}

/** Buys from an offer at random, for oneself or for somebody else. */
async function buyAny(chain: Chain, offers: readonly Priced[], roll: Dice): Promise<Bought> {
  const priced = roll.pick(offers);
  const holder = WHO.buyer;
  const payer = roll.pick([WHO.buyer, WHO.buyer, WHO.sponsor]);
  const railDataOf: Partial<Record<Bought["rail"], Hex>> = {
    meter: uint128(BigInt(roll.below(4_000_000))),
    live: liveBuffer,
  };
  const railData = railDataOf[priced.rail] ?? "0x";
  return purchase(chain, priced, {
    payer,
    holder,
    railData,
    reference: stringToHex(`PO-${roll.below(1e6)}`, { size: 32 }),
  });
}

/**
 * What must be in every history, however the dice fall: a lost contest, a withdrawal, a bill, a debt after an audit,
 * a stream that pays its pool out of its own vault, a license that the owner takes, a list that pays in both tokens.
 */
async function rehearse(chain: Chain, family: Family, roll: Dice): Promise<Bought[]> {
  const { offers } = family;
  const buyFrom = async (name: string, railData: Hex = "0x", reference?: Hex) => {
    const priced = offers.find((each) => each.name === name) as Priced;
    return purchase(chain, priced, { payer: WHO.buyer, holder: WHO.buyer, railData, ...(reference && { reference }) });
  };
  const contested = await buyFrom("escrow, pool", "0x", invoiceDetailsHash(invoiceDetailsBytes(details)));
  await deliver(chain, contested);
  const deal = (license: Bought) => [license.licenseId, license.offer] as const;
  await send(chain, WHO.buyer, "EscrowRail", "contest", [...deal(contested), hash("late")]);
  await send(chain, WHO.arbitrator, "EscrowRail", "rule", [...deal(contested), 0n]);
  const prepaid = await buyFrom("meter, prepaid", uint128(1_000_000n));
  const { address } = actor(chain, WHO.buyer);
  await send(chain, WHO.sponsor, "MeterRail", "deposit", [...deal(prepaid), 250_000n, address]);
  await send(chain, WHO.buyer, "MeterRail", "requestWithdrawal", [...deal(prepaid), 500_000n]);
  const postpaid = await buyFrom("meter, post-paid", uint128(0n));
  await redeem(chain, postpaid, roll);
  const share = await buyFrom("revenue share");
  const stream = await buyFrom("stream by time");
  await wait(chain, 90_000);
  await send(chain, WHO.keeper, "StreamRail", "settle", deal(stream));
  await send(chain, WHO.keeper, "MeterRail", "completeWithdrawal", deal(prepaid));
  await state(chain, share, roll);
  const audit = { ...(await statementOf(chain, share, roll, -1)), revenue: 10n ** 12n };
  const signature = await sign(chain, WHO.arbitrator, "RevenueAudit", audit);
  await send(chain, WHO.keeper, "RevenueShareRail", "submitAudit", [...deal(share), audit, signature]);
  await send(chain, WHO.sponsor, "RevenueShareRail", "payDebt", [...deal(share), 1_234_567n]);
  const resold = await buyFrom("escrow, resold");
  await announce(chain, resold, roll);
  await take(chain, resold);
  // Plain tokens reach the list as anybody's gift; the pool's come wrapped.
  await send(chain, WHO.keeper, "TestUSDC", "mint", [family.list, 1_000_003n]);
  for (let i = 0; i < 8; i++) await claimFromTheList(chain, family, roll);
  return [contested, prepaid, postpaid, share, stream, resold];
}

/** Makes a history: what must be in it, each offer bought once, then `steps` random moves. @returns the licenses */
export async function makeRandomHistory(chain: Chain, family: Family, seed: number, steps: number): Promise<Bought[]> {
  const roll = dice(seed);
  const licenses = await rehearse(chain, family, roll);
  for (const offer of family.offers) licenses.push(await buyAny(chain, [offer], roll));
  for (let step = 0; step < steps; step++) {
    await wait(chain, roll.pick([60, 3_700, 3_700, 7_300, 90_000]));
    const kind = roll.below(10);
    if (kind === 0) licenses.push(await buyAny(chain, family.offers, roll));
    else if (kind < 3) await afterRelease(chain, family, roll);
    else {
      const license = roll.pick(licenses);
      const moves = license.resold ? [...MOVES[license.rail], ...resaleMoves] : MOVES[license.rail];
      await roll.pick(moves)(chain, license, roll);
    }
  }
  // What a pool has of a live stream grows by the second: statements tell of what was booked, so all of it is.
  await stopLives(chain, licenses);
  return licenses;
}

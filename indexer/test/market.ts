// A family of three datasets, each with a price on every rail: what the random history buys from.
import { createHash } from "node:crypto";
import { licenseMarketAbi } from "@colophon-protocol/contracts";
import {
  addEncodingSync,
  buildOffer,
  type Contributor,
  contributorListAddress,
  createContributorListSync,
  createSplitSync,
  openOfferSync,
  publishDatasetSync,
  registerTermsSync,
} from "@colophon-protocol/sdk";
import { termsId, termsStruct, termsTemplates } from "@colophon-protocol/sdk/formats";
import { type Address, type Hex, pad, parseEventLogs, zeroHash } from "viem";
import { actor, type World } from "./history.js";
import { at, look, RAIL, send, sign } from "./rails.js";

const DAY = 86_400;
const FAR = 4_000_000_000;
const sha = (text: string): Hex => `0x${createHash("sha256").update(text).digest("hex")}`;

/** Who is who among the chain's accounts. */
export const WHO = {
  keeper: 0,
  owner: 1,
  contributor: 2,
  buyer: 3,
  provider: 4,
  friend: 5,
  parent: 6,
  grandparent: 7,
  arbitrator: 8,
  sponsor: 9,
} as const;

type Offer = ReturnType<typeof buildOffer>;

/** An offer and what it is sold by. */
export interface Priced {
  name: string;
  rail: keyof typeof RAIL;
  offer: Offer;
  /** Whether its licenses can be sold on, after the owner's refusal. */
  resold?: boolean;
}

/** A dataset to derive from, and the share that it asks. */
interface Parent {
  id: bigint;
  owner: number;
  shareBps: number;
  bundle?: boolean;
}

/** A dataset with one encoding, below a parent when one is given. @returns its id */
async function dataset(world: World, owner: number, name: string, parent?: Parent): Promise<bigint> {
  const { client, address } = actor(world, owner);
  const contentRoot = sha(`content of ${name}`);
  const input = { contentRoot, recordRoot: sha("records"), manifestHash: sha(name) };
  const counts = { chunkCount: 3, recordCount: 9n, byteSize: 1234n };
  const parents = parent ? [await linkTo(world, parent, address, contentRoot)] : [];
  const { deployment } = world;
  const { datasetId } = await publishDatasetSync(client, {
    owner: address,
    input: { ...input, ...counts },
    parents,
    deployment,
  });
  const provider = actor(world, WHO.provider).address;
  const roots = { encodingRoot: sha(`encoding of ${name}`), envelopeHash: sha("envelope") };
  const acceptance = { datasetId, version: 1, encoding: 1, ...roots, provider, retirementNotice: 3600, deadline: FAR };
  const signature = await sign(world, WHO.provider, "EncodingAcceptance", acceptance);
  await addEncodingSync(client, { datasetId, version: 1, input: { ...acceptance, signature }, deployment });
  return datasetId;
}

async function linkTo(world: World, parent: Parent, childOwner: Address, childContentRoot: Hex) {
  const link = { parentId: parent.id, parentVersion: 1, shareBps: parent.shareBps, bundle: parent.bundle ?? false };
  const grant = { ...link, childOwner, childContentRoot, nonce: 1n, deadline: FAR };
  const signature = await sign(world, parent.owner, "ParentGrant", grant);
  return { ...link, licenseId: 0n, nonce: 1n, deadline: FAR, signature };
}

/** Publishes the family and opens the offers. */
export async function openMarket(world: World) {
  const grandparent = await dataset(world, WHO.grandparent, "grandparent");
  const parent = await dataset(world, WHO.parent, "parent", {
    id: grandparent,
    owner: WHO.grandparent,
    shareBps: 2_000,
  });
  const child = await dataset(world, WHO.owner, "child", {
    id: parent,
    owner: WHO.parent,
    shareBps: 1_234,
    bundle: true,
  });
  const { client } = actor(world, WHO.owner);
  const { deployment } = world;
  const contributors = listed(world);
  const place = { datasetId: child, contributors, deployment };
  const list = await contributorListAddress(client, place);
  await createContributorListSync(client, place);
  const few = [
    { account: actor(world, WHO.contributor).address, shareBps: 3_333 },
    { account: actor(world, WHO.friend).address, shareBps: 1_111 },
    { account: list, shareBps: 557 },
  ];
  await createSplitSync(client, { datasetId: child, members: few, deployment });
  // More than a release makes a pool for: until somebody prepares it, the members are credited. Nobody's share may fall unsigned.
  const many = Array.from({ length: 15 }, (_, i) => ({
    account: pad(`0x${(i + 1).toString(16)}`, { size: 20 }),
    shareBps: 7,
  }));
  await createSplitSync(client, { datasetId: child, members: [...few, ...many], deployment });
  const terms = termsStruct(termsTemplates["train-only"]);
  const flags = [...termsTemplates["train-only"].flags, "transferable", "first-refusal"] as const;
  const resaleTerms = termsStruct({ ...termsTemplates["train-only"], flags });
  // An earlier dataset may have registered them.
  for (const each of [terms, resaleTerms])
    await registerTermsSync(client, { terms: each, deployment }).catch(() => undefined);
  const open = async (name: string, rail: keyof typeof RAIL, by: number, fields: Partial<Offer>, railTerms: Hex[]) => {
    const provider = actor(world, WHO.provider).address;
    const arbitrator = actor(world, WHO.arbitrator).address;
    const base = { seller: actor(world, by).address, termsId: termsId(terms), provider, arbitrator };
    const offer = {
      ...buildOffer({ ...base, datasetId: child, token: at(world, "TestUSDC"), price: 1_000_003n, ...fields }),
      rail: RAIL[rail],
      railTerms: railTerms as [Hex, Hex],
    };
    await openOfferSync(actor(world, by).client, { offer, deployment });
    return { name, rail, offer };
  };
  const packed = await packedTerms(world);
  const { owner } = WHO;
  const forResale = { termsId: termsId(resaleTerms), split: 1 };
  return {
    child,
    parent,
    grandparent,
    list,
    contributors,
    offers: [
      await open("escrow, pool", "escrow", owner, { split: 1, price: 250_000_007n }, packed.escrow),
      await open("escrow, credits", "escrow", owner, { split: 2, price: 99_999_989n }, packed.escrow),
      await open("escrow of the parent", "escrow", WHO.parent, { datasetId: parent }, packed.escrow),
      await open("stream by time", "stream", owner, { split: 1, price: 720_000_019n }, packed.streamByTime),
      await open("stream by reports", "stream", owner, { split: 0, price: 360_000_001n }, packed.streamByReport),
      await open("meter, prepaid", "meter", owner, { split: 1, price: 1_009n }, packed.prepaid),
      await open("meter, post-paid", "meter", owner, { split: 0, price: 997n }, packed.postpaid),
      await open("revenue share", "share", owner, { split: 1, price: 5_000_011n }, packed.share),
      await open("live, pool", "live", owner, { split: 1, price: 720_000_019n }, packed.live),
      await open("live, owner", "live", owner, { split: 0, price: 360_000_001n }, packed.live),
      {
        ...(await open("escrow, resold", "escrow", owner, { ...forResale, price: 40_000_003n }, packed.escrow)),
        resold: true,
      },
      {
        ...(await open("meter, resold", "meter", owner, { ...forResale, price: 991n }, packed.prepaid)),
        resold: true,
      },
    ] as Priced[],
  };
}

/** Contributors of the child who share through a list. */
const listed = (world: World): Contributor[] =>
  [WHO.contributor, WHO.friend, WHO.grandparent].map((who, i) => ({
    account: actor(world, who).address,
    units: [3n, 1n, 7n][i] as bigint,
  }));

/** Rail terms, packed by the rails themselves. */
async function packedTerms(world: World) {
  const pack = (contract: string, terms: object) => look<Hex[]>(world, contract, "packTerms", [terms]);
  const windows = { challengeWindow: DAY, sla: 7 * DAY, defaultAfter: 2 * DAY };
  const none = { from: 0, priceBps: 0 };
  const tiers = [{ from: 1_000, priceBps: 7_500 }, { from: 5_000, priceBps: 3_333 }, none, none];
  const meter = { kind: 1, scale: 0, thaw: 3_600, included: 10n, minimum: 0, tiers };
  const stream = { period: 30 * DAY, epoch: 3_600, notice: DAY, grace: 7_200, holdbackBps: 10_000, leastAssurance: 0 };
  const live = { epoch: 0, grace: 0, holdbackBps: 0 };
  const byTime = { window: 0, openFor: 0, defaultAfter: 0, proof: 0, defaultRefund: false, contestBond: 0n };
  const byReport = {
    window: 3_600,
    openFor: DAY,
    defaultAfter: DAY,
    proof: 1,
    defaultRefund: true,
    contestBond: 2_000_003n,
  };
  return {
    escrow: await pack("EscrowRail", {
      ...windows,
      coolingOff: 0,
      objectionWindow: 0,
      defaultRefund: true,
      contestBond: 1_000_001n,
      condition: 0,
      leastAssurance: 0,
    }),
    streamByTime: await pack("StreamOffers", { ...stream, ...byTime }),
    streamByReport: await pack("StreamOffers", { ...stream, ...byReport }),
    live: await pack("StreamOffers", { ...stream, ...byTime, ...live }),
    prepaid: await pack("MeterRail", { ...meter, mode: 0, grace: 0, cap: 0n }),
    postpaid: await pack("MeterRail", { ...meter, mode: 1, grace: 3_600, cap: 1_000_000n }),
    share: await pack("RevenueShareRail", {
      period: DAY,
      due: DAY,
      cure: DAY,
      auditWindow: 3 * DAY,
      shareBps: 777,
      countersigned: false,
      auditor: actor(world, WHO.arbitrator).address,
    }),
  };
}

/** A license as its history knows it. */
export interface Bought extends Priced {
  licenseId: bigint;
  holder: number;
  payer: number;
}

/** Buys a license. */
export async function purchase(
  world: World,
  priced: Priced,
  {
    payer,
    holder,
    railData = "0x",
    reference = zeroHash,
  }: { payer: number; holder: number; railData?: Hex; reference?: Hex },
): Promise<Bought> {
  const args = [priced.offer, actor(world, holder).address, reference, railData];
  const { logs } = await send(world, payer, "LicenseMarket", "buy", args);
  const [sold] = parseEventLogs({ abi: licenseMarketAbi, logs, eventName: "LicenseSold" });
  if (!sold) throw new Error("The purchase sold no license.");
  return { ...priced, licenseId: sold.args.licenseId, holder, payer };
}

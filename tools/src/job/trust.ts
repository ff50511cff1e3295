import { join } from "node:path";
import { type BlobName, FolderBlobStore } from "@colophon-protocol/ingest";
import {
  allocateBondSync,
  buildOffer,
  buy,
  checkClaim,
  concludeDisputeSync,
  coverOf,
  disputeNumbers,
  disputeOf,
  execute,
  type Offer,
  openDispute,
  openOfferSync,
  prepareBuy,
  prepareDepositBond,
  prepareOpenDispute,
  prepareReferDispute,
  proveWrongContentSync,
  registerProviderSync,
  respondToDisputeSync,
  voteOnDisputeSync,
  wrongContentEvidence,
} from "@colophon-protocol/sdk";
import {
  CHUNK_LEAF_SIZE,
  type ChunkLeaf,
  chunkLeafHash,
  decodeChunkLeaf,
  type Message,
  root,
  sha256,
  toHex,
  typedData,
} from "@colophon-protocol/sdk/formats";
import type { Hex } from "viem";
import { advanceClock, type Context, chainTime, fund, gasOf, usdcBalance, usdcText, usdcUnits } from "./context.js";
import type { Published } from "./publish.js";
import type { Report } from "./report.js";

const PRICE = usdcUnits(100);
const BOND = usdcUnits(1_000);
const ALLOCATED = usdcUnits(500);

/** What a wrong turn costs: a provider is bonded, caught, and judged. */
export async function putRight(context: Context, report: Report, published: Published): Promise<void> {
  const { offer } = await report.step("the provider bonds, and a purchase is covered", () =>
    bondAndOffer(context, published.offer),
  );
  await report.step("it signs for a wrong chunk: slashed at once, the buyer refunded", () =>
    catchWrongChunk(context, published, offer),
  );
  await report.step("a dispute is raised, answered, ruled by the council, and paid", () =>
    dispute(context, report, offer),
  );
}

async function bondAndOffer(context: Context, sold: Offer) {
  const { deployment, actors, usdc: token } = context;
  const { rightsholder, provider } = actors;
  const { seller, datasetId, termsId, split } = sold;
  const offer = buildOffer({
    ...{ seller, datasetId, termsId, token, split, provider: provider.address, price: PRICE },
    arbitrator: addressOf(context, "CouncilArbitrator"),
  });
  const opened = await openOfferSync(rightsholder.client, { offer, deployment });
  const registered = await registerProviderSync(provider.client, {
    payout: provider.address,
    endpoints: context.endpoints.gatewayUrl,
    endpointsHash: hashOf(context.endpoints.gatewayUrl),
    termsHash: hashOf("The provider answers for what it signs."),
    deployment,
  });
  await fund(context, provider, BOND);
  const deposited = await execute(
    provider.client,
    await prepareDepositBond(provider.client, { token, amount: BOND, deployment }),
  );
  const allocated = await allocateBondSync(provider.client, {
    offer,
    amount: ALLOCATED,
    valueAtRisk: 2n * PRICE,
    deployment,
  });
  const cover = await coverOf(context.reader, { offer, deployment });
  const values = {
    bond: usdcText(BOND),
    "behind this offer": usdcText(cover.allocated),
    required: usdcText(cover.required),
    "each purchase is covered to": usdcText(cover.perPurchase),
  };
  return {
    offer,
    gas: gasOf(opened.receipt, registered.receipt, deposited.receipt, allocated.receipt),
    values,
  };
}

/** The licensee buys; what is still held is refunded if things go wrong. */
async function purchase(context: Context, offer: Offer) {
  const { deployment, actors } = context;
  const { client } = actors.licensee;
  await fund(context, actors.licensee, offer.price);
  const { receipt } = await execute(client, await prepareBuy(client, { offer, deployment }));
  return { licenseId: buy.extractEvent(receipt.logs).licenseId, receipt };
}

/** The provider delivers one chunk with a flipped bit and signs for it, as if nobody looked. */
async function catchWrongChunk(context: Context, { folder, ingested }: Published, offer: Offer) {
  const { deployment, actors } = context;
  const bought = await purchase(context, offer);
  const before = await usdcBalance(context, actors.licensee.address);
  const encoding = await encodingLeaves(folder, ingested.record.encodingLeaves);
  const [first] = encoding;
  if (!first) throw new Error("The encoding has no chunk.");
  const served = [{ ...first, digest: first.digest.map((byte, i) => (i === 0 ? byte ^ 1 : byte)) }];
  const { receipt, signature } = await signedFor(context, offer, {
    licenseId: bought.licenseId,
    encodingRoot: ingested.record.encodingRoot,
    served,
  });
  const proof = wrongContentEvidence({ served, encoding, receipt });
  if (!proof) throw new Error("The wrong chunk went unnoticed.");
  const signed = { receipt, signature, signer: actors.provider.address };
  const proven = await proveWrongContentSync(actors.licensee.client, { offer, signed, proof, deployment });
  const gained = (await usdcBalance(context, actors.licensee.address)) - before;
  const values = {
    license: bought.licenseId,
    "given back by the escrow": usdcText(proven.refunded),
    "reporter's reward out of the bond": usdcText(gained - proven.refunded),
    "gas of proving": proven.receipt.gasUsed,
  };
  if (proven.refunded !== offer.price) throw new Error("The buyer did not get the whole price back.");
  return { gas: gasOf(bought.receipt, proven.receipt), values };
}

/** A receipt over `served`, signed with the provider's own key. */
async function signedFor(
  context: Context,
  offer: Offer,
  { licenseId, encodingRoot, served }: { licenseId: bigint; encodingRoot: Hex; served: readonly ChunkLeaf[] },
) {
  const { endpoints, licenseToken, actors } = context;
  const now = Number(await chainTime(context));
  const receipt: Message<"DeliveryReceipt"> = {
    licenseId,
    datasetId: offer.datasetId,
    version: offer.version,
    encoding: offer.encoding,
    encodingRoot,
    servedRoot: toHex(root(served.map((leaf) => chunkLeafHash(leaf)))),
    chunks: BigInt(served.length),
    bytesServed: BigInt(served.reduce((sum, { size }) => sum + size, 0)),
    sequence: 1n,
    servedFrom: now,
    servedUntil: now,
    deadline: now + 3600,
  };
  const data = typedData("DeliveryReceipt", { chainId: endpoints.chainId, licenseToken }, receipt);
  return { receipt, signature: await actors.provider.account.signTypedData(data) };
}

async function dispute(context: Context, report: Report, offer: Offer) {
  const { deployment, actors, reader } = context;
  const { licensee, rightsholder, stranger } = actors;
  const bought = await purchase(context, offer);
  const { licenseId } = bought;
  const claim = { reason: "NotAsDescribed", id: licenseId, occurredAt: Number(await chainTime(context)) } as const;
  const evidence = (text: string) => ({ hash: hashOf(text), uri: `data:text/plain,${encodeURIComponent(text)}` });
  const { bond } = await checkClaim(reader, { claim, offer, claimant: licensee.address, deployment });
  await fund(context, licensee, bond);
  const before = await usdcBalance(context, licensee.address);
  const prepared = await prepareOpenDispute(licensee.client, {
    ...{ claim, offer, deployment },
    evidence: evidence("A tenth of the digits is upside down."),
  });
  const filed = await execute(licensee.client, prepared);
  const { disputeId } = openDispute.extractEvent(filed.receipt.logs);
  const answered = await respondToDisputeSync(rightsholder.client, {
    ...{ disputeId, offer, deployment },
    evidence: evidence("They are as the people wrote them."),
  });
  const referred = await execute(
    stranger.client,
    await prepareReferDispute(stranger.client, { disputeId, deployment }),
  );
  // Half the price goes back: what was right is paid.
  const ruling = { upheld: true, refund: offer.price / 2n, reasons: hashOf("Half of what was promised.") };
  const votes = [];
  for (const member of [actors.firstCouncillor, actors.secondCouncillor]) {
    votes.push(await voteOnDisputeSync(member.client, { disputeId, ruling, deployment }));
  }
  const { appealWindow } = await windowsOf(context, disputeId);
  await advanceClock(context, appealWindow + 1);
  report.say(`The chain's clock was advanced by ${appealWindow + 1} seconds, past the time for an appeal.`);
  const concluded = await concludeDisputeSync(stranger.client, { disputeId, offer, deployment });
  const gained = (await usdcBalance(context, licensee.address)) - before;
  const values = {
    dispute: disputeId,
    license: licenseId,
    bond: usdcText(bond),
    outcome: (await disputeOf(reader, { disputeId, deployment }))?.outcome,
    "back to the licensee": usdcText(gained),
    "gas of raising it": filed.receipt.gasUsed,
  };
  if (gained !== ruling.refund) throw new Error(`The licensee got ${usdcText(gained)}, expected half of the price.`);
  const receipts = [bought, filed, answered, referred, ...votes, concluded].map(({ receipt }) => receipt);
  return { gas: gasOf(...receipts), values };
}

async function windowsOf({ reader, deployment }: Context, disputeId: bigint) {
  const found = await disputeOf(reader, { disputeId, deployment });
  if (!found) throw new Error(`There is no dispute ${disputeId}.`);
  return disputeNumbers(reader, { numbers: found.numbers, deployment });
}

const hashOf = (text: string): Hex => toHex(sha256(new TextEncoder().encode(text)));

function addressOf({ deployment }: Context, name: string) {
  const contract = deployment.contracts[name];
  if (contract) return contract.address;
  throw new Error(`The deployment has no ${name}.`);
}

async function encodingLeaves(folder: string, name: string): Promise<ChunkLeaf[]> {
  const bytes = await new FolderBlobStore(join(folder, "store")).get(name as BlobName);
  const count = bytes.length / CHUNK_LEAF_SIZE;
  return Array.from({ length: count }, (_, i) =>
    decodeChunkLeaf(bytes.subarray(i * CHUNK_LEAF_SIZE, (i + 1) * CHUNK_LEAF_SIZE)),
  );
}

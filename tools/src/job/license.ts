import { accessOf, activateLicenseSync, buy, execute, type Offer, offerId, prepareBuy } from "@colophon-protocol/sdk";
import { createDeliveryClient } from "@colophon-protocol/sdk/delivery";
import { readEnvelope, Use } from "@colophon-protocol/sdk/formats";
import { getDataset, IndexerError, offerOf, searchDatasets } from "@colophon-protocol/sdk/indexer";
import { KeyAccessDenied, releaseDatasetKey, type WrappedKey } from "@colophon-protocol/sdk/keys";
import { litKeyGate } from "@colophon-protocol/sdk/keys/lit";
import { stringToHex } from "viem";
import { type Actor, type Context, fund, gasOf, until, usdcText } from "./context.js";
import { PRICE, type Published } from "./publish.js";
import type { Report } from "./report.js";

/** Finds the offer, buys with a permit, and gets the key: steps 4 to 6. @returns the license's id */
export async function buyLicense(context: Context, report: Report, published: Published): Promise<bigint> {
  const { offer } = await report.step("find it through the indexer's GraphQL", () => findOffer(context, published));
  const { licenseId } = await report.step("buy with a permit, in one transaction", () => buyWithPermit(context, offer));
  await report.step("key nodes release to the licensee, refuse a stranger", () =>
    releaseAndRefuse(context, published, licenseId),
  );
  return licenseId;
}

const INDEXER_SECONDS = 240;

function ifIndexerError(error: unknown): undefined {
  if (!(error instanceof IndexerError)) throw error;
}

async function findOffer(context: Context, { datasetId, offer }: Published) {
  const { indexerUrl: url, chainId } = context.endpoints;
  // The indexer starts beside the first steps and may not answer yet.
  const entity = await until("The offer, in the indexer,", INDEXER_SECONDS, async () => {
    const dataset = await getDataset({ url }, { chainId, datasetId }).catch(ifIndexerError);
    return dataset?.name ? dataset.offers.find((entry) => entry.offerId === offerId(offer)) : undefined;
  });
  const found = await searchDatasets({ url }, { q: "handwritten digits", use: Use.Train });
  const row = found.items.find((item) => item.datasetId === datasetId);
  if (!row) throw new Error("Searching for handwritten digits did not find the dataset.");
  const values = { found: row.name, results: found.total, price: usdcText(entity.price), sold: entity.sold };
  return { offer: offerOf(entity), values };
}

async function buyWithPermit(context: Context, offer: Offer) {
  const { deployment, actors } = context;
  const { licensee } = actors;
  await fund(context, licensee, PRICE);
  const prepared = await prepareBuy(licensee.client, {
    offer,
    deployment,
    funding: "permit",
    maxPrice: PRICE,
    reference: stringToHex("PO-2026-0042", { size: 32 }),
  });
  const { receipt } = await execute(licensee.client, prepared);
  const { licenseId } = buy.extractEvent(receipt.logs);
  const values = {
    license: licenseId,
    paid: usdcText(prepared.due),
    requirements: prepared.requirements.map((needed) => needed.type).join(", "),
  };
  return { licenseId, gas: gasOf(receipt), values };
}

/** The wrapped key of the license's encoding, from the gateway's envelope. */
export async function wrappedKey(
  context: Context,
  { datasetId, ingested }: Published,
  licenseId: bigint,
): Promise<WrappedKey> {
  const { gatewayUrl, chainId } = context.endpoints;
  const { account } = context.actors.licensee;
  const delivery = createDeliveryClient({ gatewayUrl, chainId, licenseId, account });
  const envelope = readEnvelope(await delivery.envelope({ datasetId, version: 1, encoding: 1 }));
  if (envelope.encodingRoot !== ingested.record.encodingRoot) throw new Error("The envelope is of another encoding.");
  return envelope.key as WrappedKey;
}

/** Asks the key nodes as `actor`. */
async function askKeyNodes(context: Context, actor: Actor, wrapped: WrappedKey, licenseId: bigint) {
  const { licenseToken } = context;
  const license = { chainId: context.endpoints.chainId, licenseToken, licenseId, encoding: 1 };
  return releaseDatasetKey({ network: context.keys, wrapped, license, account: actor.account });
}

/** The reason with which the key nodes refuse `actor`; throws when they do not. */
export async function refusalOf(
  context: Context,
  actor: Actor,
  wrapped: WrappedKey,
  licenseId: bigint,
): Promise<string> {
  try {
    await askKeyNodes(context, actor, wrapped, licenseId);
  } catch (error) {
    if (error instanceof KeyAccessDenied) return error.reason;
    throw error;
  }
  throw new Error(`The key nodes released the key to ${actor.address}, which must be refused.`);
}

async function releaseAndRefuse(context: Context, published: Published, licenseId: bigint) {
  const { deployment, actors } = context;
  const { licensee, stranger } = actors;
  const wrapped = await wrappedKey(context, published, licenseId);
  const { key, usedNodes } = await askKeyNodes(context, licensee, wrapped, licenseId);
  requireSameKey(key, published);
  const refused = await refusalOf(context, stranger, wrapped, licenseId);
  const asked = { licenseId, user: stranger.address, version: 1, uses: Use.ReadRaw, deployment };
  if ((await accessOf(context.reader, asked)) !== refused) throw new Error("Nodes and chain give different reasons.");

  // Lit's conditions know no license id: the licensee selects the license once.
  const { datasetId } = published;
  const activated = await activateLicenseSync(licensee.client, { licenseId, datasetId, version: 1, deployment });
  requireSameKey(await releaseThroughLit(context, licensee, wrapped, licenseId), published);
  const values = {
    "released by nodes": usedNodes.join(" and "),
    stranger: `refused: ${refused}`,
    "Lit's client": "same key",
  };
  return { gas: gasOf(activated.receipt), values };
}

function requireSameKey(key: Uint8Array, { ingested }: Published): void {
  if (Buffer.compare(key, ingested.datasetKey) !== 0) throw new Error("The released key is not the dataset's.");
}

async function releaseThroughLit(context: Context, actor: Actor, wrapped: WrappedKey, licenseId: bigint) {
  const { endpoints } = context;
  const gate = litKeyGate({
    rpcUrl: endpoints.rpcUrl,
    keyNetwork: context.keyNetwork,
    account: actor.account,
    chainId: endpoints.chainId,
    nodeProtocol: "http://",
    domain: "localhost",
  });
  try {
    const { licenseToken } = context;
    return await gate.release({
      wrapped,
      license: { chainId: endpoints.chainId, licenseToken, licenseId, encoding: 1 },
    });
  } finally {
    await gate.close();
  }
}

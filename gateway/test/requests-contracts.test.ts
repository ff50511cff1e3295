/** A later encoding on the real contracts: asked for by signature, opened, delivered, and paid for out of escrow. */
import {
  addEncodingSync,
  buildOffer,
  buy,
  createSplitSync,
  type Deployment,
  delegateAccess,
  execute,
  holdOf,
  type Offer,
  openOfferSync,
  parseDeployment,
  prepareBuy,
  publishDatasetSync,
  registerTerms,
  retireEncoding,
  submitReceipt,
  submitReceiptOfLaterEncodingSync,
  waitForSuccess,
} from "@colophon-protocol/sdk";
import {
  createDeliveryClient,
  type DeliveryClient,
  deliverLicensed,
  memorySink,
  offerEncoding,
  type SignEncodingRequestParameters,
  signEncodingRequest,
} from "@colophon-protocol/sdk/delivery";
import { type TermsStruct, termsId } from "@colophon-protocol/sdk/formats";
import { createClient, type Hex, http, parseAbi, publicActions, walletActions, zeroHash } from "viem";
import { foundry } from "viem/chains";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
// @ts-expect-error plain JavaScript, for tests only
import { startTestChain } from "../../tools/testing/index.mjs";
import { account, startNetwork } from "./keys-support.js";
import type { TestChain } from "./support/chain.js";
import { blobsOf, makeDataset, storeBlobs, type TestDataset } from "./support/dataset.js";
import { provider, startTestGateway, type TestGateway } from "./support/gateway.js";

const DAY = 86_400;
const FILES = { "a.bin": 1_048_560 + 5, "b.bin": 700 };
const terms: TermsStruct = {
  uses: 3,
  flags: 0,
  duration: 30 * DAY,
  revocationNotice: 0,
  derivativeShareBps: 0,
  resaleRoyaltyBps: 0,
  quota: 0n,
  territoryHash: zeroHash,
  documentHash: `0x${"d0".repeat(32)}`,
};
const [owner, buyer, delegate, stranger] = [account(1), account(2), account(5), account(6)];

let chain: { url: string; stop: () => Promise<unknown> };
let deployment: Deployment;
let keys: Awaited<ReturnType<typeof startNetwork>>;
let gateway: TestGateway;
let datasetId: bigint;
let first: TestDataset;
let second: TestDataset;
let offer: Offer;
let licenseId: bigint;

const clientOf = (signer: typeof owner) =>
  createClient({ account: signer, chain: foundry, transport: http(chain.url), pollingInterval: 20 })
    .extend(publicActions)
    .extend(walletActions);
const address = (name: string) => deployment.contracts[name]?.address as Hex;

beforeAll(async () => {
  chain = await startTestChain();
  deployment = parseDeployment((chain as unknown as { deployment: unknown }).deployment);
  keys = await startNetwork({ rpcUrl: chain.url } as Parameters<typeof startNetwork>[0], address("LicenseToken"));
  const config = {
    chainId: 31337,
    rpcUrl: chain.url,
    licenseToken: address("LicenseToken"),
    datasetRegistry: address("DatasetRegistry"),
    confirmations: 0,
    maxHeadAge: 0,
    rpcTimeoutMs: 5000,
    fromBlock: 0n,
  };
  gateway = await startTestGateway({ config } as TestChain);
  await publish();
  await sell();
}, 240_000);

afterAll(async () => {
  await gateway?.stop();
  await keys?.close();
  await chain?.stop();
});

/** Makes an encoding of the same contents under a new key, has the provider accept it, and adds it on chain. */
async function addEncoding(encoding: number, from: TestDataset): Promise<TestDataset> {
  const licenseToken = address("LicenseToken");
  const network = keys.network.publicKey;
  const made = await makeDataset({ datasetId, provider: provider.address, licenseToken, from, network });
  storeBlobs(gateway.folder, blobsOf(made));
  const at = { datasetId, version: 1, encoding };
  const publisher = { gatewayUrl: gateway.url, chainId: 31337, account: owner, datasetId };
  const { acceptance, signature } = await offerEncoding(publisher, { ...at, ...made });
  await addEncodingSync(clientOf(owner), { deployment, datasetId, version: 1, input: { ...acceptance, signature } });
  return made;
}

async function publish() {
  const licenseToken = address("LicenseToken");
  const contents = await makeDataset({ datasetId: 1n, provider: provider.address, licenseToken, files: FILES });
  const input = {
    contentRoot: contents.contentRoot,
    recordRoot: zeroHash,
    manifestHash: contents.manifestHash,
    chunkCount: contents.chunks.length,
    recordCount: 0n,
    byteSize: 1_050_000n,
  };
  ({ datasetId } = await publishDatasetSync(clientOf(owner), { deployment, owner: owner.address, input }));
  first = await addEncoding(1, contents);
}

/** The offer names encoding 1; encoding 2 comes after the sale. */
async function sell() {
  const seller = clientOf(owner);
  const members = [{ account: owner.address, shareBps: 10_000 }];
  const { split } = await createSplitSync(seller, { deployment, datasetId, members });
  await waitForSuccess(seller, await registerTerms(seller, { deployment, terms }));
  const [token, price] = [address("TestUSDC"), 1_000_000n];
  const id = termsId(terms);
  const sold = { seller: owner.address, datasetId, termsId: id, token, price, provider: provider.address, split };
  offer = buildOffer(sold);
  await openOfferSync(seller, { deployment, offer });
  const abi = parseAbi(["function mint(address to, uint256 amount)"]);
  const mint = { address: token, abi, functionName: "mint", args: [buyer.address, price] } as const;
  await waitForSuccess(seller, await seller.writeContract(mint));
  const holder = clientOf(buyer);
  const prepared = await prepareBuy(holder, { deployment, offer, reference: zeroHash, maxPrice: price });
  const { receipt } = await execute(holder, prepared);
  ({ licenseId } = buy.extractEvent(receipt.logs, address("LicenseMarket")) as { licenseId: bigint });
  const until = Math.floor(Date.now() / 1000) + DAY;
  const delegated = { deployment, licenseId, delegate: delegate.address, until };
  await waitForSuccess(holder, await delegateAccess(holder, delegated));
  second = await addEncoding(2, first);
}

const deliver = (more: Partial<Parameters<typeof deliverLicensed>[1]> = {}) =>
  deliverLicensed(clientOf(delegate), {
    licenseId,
    chainId: 31337,
    deployment,
    gatewayUrl: gateway.url,
    account: delegate,
    keys: keys.network,
    sink: memorySink(),
    ...more,
  });
const sign = (change: Partial<SignEncodingRequestParameters> = {}) =>
  signEncodingRequest({
    chainId: 31337,
    licenseToken: address("LicenseToken"),
    licenseId,
    version: 1,
    encoding: 2,
    signer: buyer,
    ...change,
  });
const clientAs = (signer: typeof owner): DeliveryClient =>
  createDeliveryClient({ gatewayUrl: gateway.url, chainId: 31337, licenseId, account: signer });

describe("a later encoding on the real contracts", () => {
  it("is refused to wrong signers, for wrong versions, unknown and retired encodings", async () => {
    const client = clientAs(delegate);
    const asked = await Promise.all([
      sign({ signer: delegate }),
      sign({ signer: stranger }),
      sign({ version: 2 }),
      sign({ encoding: 7 }),
      sign({ now: Date.now() - 2 * DAY * 1000 }),
    ]);
    const statuses = await Promise.all(asked.map((one) => client.requestEncoding(one).catch(({ status }) => status)));
    expect(statuses).toEqual([403, 403, 400, 404, 409]);
    await addEncoding(3, first);
    const seller = clientOf(owner);
    await waitForSuccess(seller, await retireEncoding(seller, { deployment, datasetId, version: 1, encoding: 3 }));
    await expect(client.requestEncoding(await sign({ encoding: 3 }))).rejects.toThrow("is retired");
    await expect(deliver({ encoding: 2 })).rejects.toThrow("encodingSigner");
  });

  it("is delivered to a delegate once the holder asked, keys and chunks, without another signature later", async () => {
    const sink = memorySink();
    const delivered = await deliver({ encoding: 2, encodingSigner: buyer, sink });
    expect(delivered).toMatchObject({ encoding: 2, encodingRoot: second.encodingRoot, provider: provider.address });
    expect(sink.files).toEqual(first.files);
    const again = memorySink();
    await deliver({ encoding: 2, sink: again });
    expect(again.files).toEqual(first.files);
    const asked = await delivered.delivery.encodingRequest(2);
    expect(asked?.signer).toBe(buyer.address);
    await expect(clientAs(buyer).requestEncoding(asked as never)).rejects.toMatchObject({ status: 409 });
  });

  it("is paid for: the provider's receipt opens the challenge window with the request, and not without", async () => {
    const signed = await clientAs(delegate).requestReceipt(2);
    const { receipt, signature, encodingRequest } = signed;
    expect(receipt).toMatchObject({ encoding: 2, encodingRoot: second.encodingRoot, servedRoot: second.encodingRoot });
    const anyone = clientOf(stranger);
    const deal = { deployment, licenseId, offer, receipt, signature };
    await expect(submitReceipt.simulate(anyone, deal)).rejects.toThrow("EscrowRail_WrongReceipt");
    if (!encodingRequest) throw new Error("the receipt came without its request");
    const { request, signature: requestSignature } = encodingRequest;
    await submitReceiptOfLaterEncodingSync(anyone, { ...deal, request, requestSignature });
    expect((await holdOf(anyone, { deployment, licenseId })).state).toBe("Delivered");
  });
});

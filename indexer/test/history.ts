// A short history of one market, made through the SDK: who publishes, offers, buys, delivers and is paid.
import { createHash } from "node:crypto";
import {
  activateLicenseSync,
  addEncodingSync,
  buildOffer,
  buy,
  closeOfferSync,
  confirmDeliverySync,
  createSplitSync,
  type Deployment,
  delegateAccessSync,
  execute,
  offerId,
  openOfferSync,
  prepareBuy,
  publishDatasetSync,
  registerTermsSync,
  undelegateAccessSync,
} from "@colophon-protocol/sdk";
import { termsId, termsStruct, termsTemplates, typedData } from "@colophon-protocol/sdk/formats";
import { MNEMONIC, rpc } from "@colophon-protocol/tools/testing";
import { createWalletClient, defineChain, type Hex, http, parseAbi, publicActions } from "viem";
import { mnemonicToAccount } from "viem/accounts";

/** What is needed to act on a test chain. */
export interface World {
  url: string;
  deployment: Deployment;
}

/** A wallet for one of the chain's known accounts. */
export function actor({ url, deployment }: World, addressIndex: number) {
  const chain = defineChain({
    id: deployment.chainId,
    name: "test",
    nativeCurrency: { name: "Ether", symbol: "ETH", decimals: 18 },
    rpcUrls: { default: { http: [url] } },
  });
  const account = mnemonicToAccount(MNEMONIC, { addressIndex });
  const options = { account, chain, transport: http(url), pollingInterval: 25, cacheTime: 0 };
  return { account, address: account.address, client: createWalletClient(options).extend(publicActions) };
}

/** Canonical-enough bytes of a manifest for the catalogue, and their hash. */
export function manifest(name: string, extra: object = {}): { bytes: Uint8Array; hash: Hex } {
  const body = { description: "Scanned letters.", modality: ["image"], source: { license: "CC-BY-4.0" }, ...extra };
  const bytes = new TextEncoder().encode(JSON.stringify({ name, ...body }));
  return { bytes, hash: `0x${createHash("sha256").update(bytes).digest("hex")}` };
}

const root = (text: string): Hex => `0x${createHash("sha256").update(text).digest("hex")}`;

/** Publishes a dataset with one accepted encoding and an open offer at `price` base units. */
export async function publish(world: World, manifestHash: Hex, price: bigint) {
  const { deployment } = world;
  const [owner, contributor, provider] = [actor(world, 1), actor(world, 2), actor(world, 4)];
  const contentRoot = root(`content of ${manifestHash}`);
  const input = {
    contentRoot,
    recordRoot: root("records"),
    manifestHash,
    chunkCount: 3,
    recordCount: 9n,
    byteSize: 1234n,
  };
  const { datasetId } = await publishDatasetSync(owner.client, { owner: owner.address, input, deployment });
  const encodingRoot = root(`encoding of ${manifestHash}`);
  const acceptance = {
    datasetId,
    version: 1,
    encoding: 1,
    encodingRoot,
    envelopeHash: root("envelope"),
    provider: provider.address,
    retirementNotice: 3600,
    deadline: 2_000_000_000,
  };
  const domain = { chainId: deployment.chainId, licenseToken: deployment.contracts.LicenseToken?.address as Hex };
  const signature = await provider.account.signTypedData(typedData("EncodingAcceptance", domain, acceptance) as never);
  await addEncodingSync(owner.client, { datasetId, version: 1, input: { ...acceptance, signature }, deployment });
  const { split } = await createSplitSync(owner.client, {
    datasetId,
    members: [
      { account: owner.address, shareBps: 7000 },
      { account: contributor.address, shareBps: 3000 },
    ],
    deployment,
  });
  const terms = termsStruct(termsTemplates["train-only"]);
  await registerTermsSync(owner.client, { terms, deployment }).catch(() => undefined); // Registered by an earlier dataset.
  const offer = buildOffer({
    seller: owner.address,
    datasetId,
    termsId: termsId(terms),
    token: deployment.contracts.TestUSDC?.address as Hex,
    price,
    provider: provider.address,
    split,
  });
  await openOfferSync(owner.client, { offer, deployment });
  return { datasetId, offer, offerId: offerId(offer) };
}

type Sale = Awaited<ReturnType<typeof publish>>;

/** Mints the price, buys with a permit. @returns the license's id */
export async function buyLicense(world: World, { offer }: Pick<Sale, "offer">): Promise<bigint> {
  const { deployment } = world;
  const buyer = actor(world, 3);
  const hash = await buyer.client.writeContract({
    address: offer.token,
    abi: parseAbi(["function mint(address to, uint256 amount)"]),
    functionName: "mint",
    args: [buyer.address, offer.price],
  });
  await buyer.client.waitForTransactionReceipt({ hash });
  const { receipt } = await execute(buyer.client, await prepareBuy(buyer.client, { offer, deployment }));
  return buy.extractEvent(receipt.logs).licenseId;
}

/** Uses a license: selects it, delegates it, confirms delivery, so that the money is distributed. */
export async function useLicense(world: World, { datasetId, offer }: Sale, licenseId: bigint): Promise<void> {
  const { deployment } = world;
  const [buyer, friend] = [actor(world, 3), actor(world, 5)];
  await activateLicenseSync(buyer.client, { licenseId, datasetId, version: 1, deployment });
  await delegateAccessSync(buyer.client, { licenseId, delegate: friend.address, until: 2_000_000_000, deployment });
  await confirmDeliverySync(buyer.client, { licenseId, offer, deployment });
}

/** Delegates a license to the same friend once more, then takes all of it back. @returns the friend's address */
export async function renewAndEndDelegation(world: World, licenseId: bigint): Promise<Hex> {
  const { deployment } = world;
  const [buyer, friend] = [actor(world, 3), actor(world, 5)];
  await delegateAccessSync(buyer.client, { licenseId, delegate: friend.address, until: 2_100_000_000, deployment });
  await undelegateAccessSync(buyer.client, { licenseId, delegate: friend.address, deployment });
  return friend.address;
}

/** Closes an offer for good. */
export async function closeOffer(world: World, { offer }: Pick<Sale, "offer">): Promise<void> {
  await closeOfferSync(actor(world, 1).client, { offer, deployment: world.deployment });
}

/** The newest block's number. */
export const head = async (world: World): Promise<bigint> => BigInt((await rpc(world.url, "eth_blockNumber")) as Hex);

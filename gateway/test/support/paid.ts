/** The real contracts with a dataset that the gateway serves, and offers of it on any rail: everything through the SDK. */
import {
  addEncodingSync,
  allocateBondSync,
  buildOffer,
  buy,
  checkRailTerms,
  createSplitSync,
  type Deployment,
  execute,
  type Offer,
  type OfferInput,
  openOfferSync,
  type PrepareBuyParameters,
  parseDeployment,
  prepareBuy,
  prepareDepositBond,
  publishDatasetSync,
  registerProviderSync,
  registerTerms,
  waitForSuccess,
} from "@colophon-protocol/sdk";
import { offerEncoding } from "@colophon-protocol/sdk/delivery";
import { type TermsStruct, termsId, typedData } from "@colophon-protocol/sdk/formats";
import {
  createClient,
  type Hex,
  http,
  type PrivateKeyAccount,
  parseAbi,
  publicActions,
  testActions,
  walletActions,
  zeroHash,
} from "viem";
import type { HDAccount } from "viem/accounts";
import { foundry } from "viem/chains";
// @ts-expect-error plain JavaScript, for tests only
import { startTestChain } from "../../../tools/testing/index.mjs";
import type { ChainConfig } from "../../src/chain/reader.js";
import { account, type TestChain } from "./chain.js";
import { blobsOf, makeDataset, storeBlobs, type TestDataset } from "./dataset.js";
import { type GatewayOptions, provider, startTestGateway, type TestGateway } from "./gateway.js";

export const HOUR = 3600;
export const DAY = 24 * HOUR;
export const USDC = 1_000_000n;
const TOKEN = parseAbi([
  "function mint(address to, uint256 amount)",
  "function approve(address spender, uint256 amount) returns (bool)",
  "function balanceOf(address account) view returns (uint256)",
]);
/** Six chunks with the file list. */
const FILES = { "a/large.bin": 4 * 1_048_560 + 12_345 };

/** Licenses may be given away. */
const terms: TermsStruct = {
  uses: 3,
  flags: 2,
  duration: 365 * DAY,
  revocationNotice: 0,
  derivativeShareBps: 0,
  resaleRoyaltyBps: 0,
  quota: 0n,
  territoryHash: zeroHash,
  documentHash: `0x${"d0".repeat(32)}`,
};

export interface PaidWorld {
  url: string;
  deploymentFile: string;
  deployment: Deployment;
  config: ChainConfig;
  gateway: TestGateway;
  dataset: TestDataset;
  datasetId: bigint;
  owner: Actor;
  buyer: Actor;
  address(name: string): Hex;
  clientOf(signer: HDAccount | PrivateKeyAccount): Actor;
  mint(to: Hex, amount: bigint): Promise<unknown>;
  approve(actor: Actor, spender: Hex, amount: bigint): Promise<unknown>;
  balanceOf(account: Hex): Promise<bigint>;
  /** Lets time pass, and mines. */
  pass(seconds: number): Promise<void>;
  now(): Promise<number>;
  offer(change: Partial<OfferInput>): Promise<Offer>;
  /** The same, with the provider's bond behind it. Once: the provider registers for it. */
  coveredOffer(change: Partial<OfferInput>): Promise<Offer>;
  purchase(offer: Offer, options?: Partial<PrepareBuyParameters>): Promise<bigint>;
  /** Publishes the next dataset as a bundle with the first one as component. */
  publishBundle(): Promise<{ datasetId: bigint; dataset: TestDataset }>;
  stop(): Promise<void>;
}

/** A parent of a dataset, without the share that it asks. */
interface Link {
  parentId: bigint;
  bundle: boolean;
}

type Actor = ReturnType<typeof actorOf>;

function actorOf(url: string, signer: HDAccount | PrivateKeyAccount) {
  return createClient({ account: signer, chain: foundry, transport: http(url), pollingInterval: 20 })
    .extend(publicActions)
    .extend(walletActions)
    .extend(testActions({ mode: "anvil" }));
}

/** Starts chain and gateway, and publishes. */
export async function startPaidWorld(options: GatewayOptions = {}): Promise<PaidWorld> {
  const chain = await startTestChain();
  const deployment = parseDeployment(chain.deployment);
  const address = (name: string) => deployment.contracts[name]?.address as Hex;
  const config: ChainConfig = {
    chainId: 31337,
    rpcUrl: chain.url,
    licenseToken: address("LicenseToken"),
    datasetRegistry: address("DatasetRegistry"),
    licenseMarket: address("LicenseMarket"),
    meterRail: address("MeterRail"),
    streamRail: address("StreamRail"),
    liveStreamRail: address("LiveStreamRail"),
    recalls: address("Recalls"),
    proofRegistry: address("ProofRegistry"),
    computeReceipts: address("ComputeReceipts"),
    confirmations: 0,
    maxHeadAge: 0,
    rpcTimeoutMs: 10_000,
    fromBlock: 0n,
  };
  const gateway = await startTestGateway({ config } as TestChain, options);
  const clientOf = (signer: HDAccount | PrivateKeyAccount) => actorOf(chain.url, signer);
  const [owner, buyer] = [clientOf(account(1)), clientOf(account(2))] as [Actor, Actor];
  const write = async (actor: Actor, functionName: "mint" | "approve", args: readonly [Hex, bigint]) =>
    waitForSuccess(
      actor,
      await actor.writeContract({ address: address("TestUSDC"), abi: TOKEN, functionName, args } as never),
    );
  const { datasetId, dataset, sold } = await publish({ owner, deployment, gateway });
  return {
    url: chain.url,
    deploymentFile: chain.deploymentFile,
    deployment,
    config,
    gateway,
    dataset,
    datasetId,
    owner,
    buyer,
    address,
    clientOf,
    mint: (to, amount) => write(owner, "mint", [to, amount]),
    approve: (actor, spender, amount) => write(actor, "approve", [spender, amount]),
    balanceOf: (of) =>
      owner.readContract({ address: address("TestUSDC"), abi: TOKEN, functionName: "balanceOf", args: [of] }),
    pass: async (seconds) => {
      await owner.increaseTime({ seconds });
      await owner.mine({ blocks: 1 });
    },
    now: async () => Number((await owner.getBlock()).timestamp),
    offer: async (change) => {
      const offer = buildOffer({ ...sold, price: USDC, ...change });
      await checkRailTerms(owner, { deployment, offer });
      await openOfferSync(owner, { deployment, offer });
      return offer;
    },
    coveredOffer: async (change) => {
      const offer = buildOffer({ ...sold, price: USDC, ...change });
      const [served, amount] = [clientOf(provider), 1_000n * USDC];
      await owner.setBalance({ address: provider.address, value: 10n ** 20n });
      await write(owner, "mint", [provider.address, amount]);
      const named = {
        endpoints: "https://provider.example",
        endpointsHash: terms.documentHash,
        termsHash: terms.documentHash,
      };
      await registerProviderSync(served, { deployment, payout: provider.address, ...named });
      await execute(served, await prepareDepositBond(served, { deployment, token: offer.token, amount }));
      await allocateBondSync(served, { deployment, offer, amount, valueAtRisk: offer.price });
      await checkRailTerms(owner, { deployment, offer });
      await openOfferSync(owner, { deployment, offer });
      return offer;
    },
    purchase: async (offer, more = {}) => {
      const { receipt } = await execute(buyer, await prepareBuy(buyer, { deployment, offer, ...more }));
      return buy.extractEvent(receipt.logs, address("LicenseMarket")).licenseId;
    },
    publishBundle: () =>
      publish({ owner, deployment, gateway }, datasetId + 1n, [{ parentId: datasetId, bundle: true }]),
    stop: async () => {
      await gateway.stop();
      await chain.stop();
    },
  };
}

/** Publishes a dataset whose id is known before, because ids count up. */
async function publish(
  { owner, deployment, gateway }: Pick<PaidWorld, "owner" | "deployment" | "gateway">,
  next = 1n,
  links: readonly Link[] = [],
) {
  const licenseToken = deployment.contracts.LicenseToken?.address as Hex;
  const dataset = await makeDataset({ datasetId: next, provider: provider.address, licenseToken, files: FILES });
  const input = {
    contentRoot: dataset.contentRoot,
    recordRoot: zeroHash,
    manifestHash: dataset.manifestHash,
    chunkCount: dataset.chunks.length,
    recordCount: 0n,
    byteSize: 4_200_000n,
  };
  const parents = await Promise.all(links.map((link) => granted(owner, licenseToken, dataset.contentRoot, link)));
  const { datasetId } = await publishDatasetSync(owner, {
    deployment,
    owner: owner.account.address,
    input,
    parents,
  });
  storeBlobs(gateway.folder, blobsOf(dataset));
  const publisher = { gatewayUrl: gateway.url, chainId: 31337, account: owner.account, datasetId };
  const accepted = await offerEncoding(publisher, { datasetId, version: 1, encoding: 1, ...dataset });
  const encoding = { ...accepted.acceptance, signature: accepted.signature };
  await addEncodingSync(owner, { deployment, datasetId, version: 1, input: encoding });
  const members = [{ account: owner.account.address, shareBps: 10_000 }];
  const { split } = await createSplitSync(owner, { deployment, datasetId, members });
  await waitForSuccess(owner, await registerTerms(owner, { deployment, terms }));
  const token = deployment.contracts.TestUSDC?.address as Hex;
  const seller = owner.account.address;
  return {
    datasetId,
    dataset,
    sold: { seller, datasetId, termsId: termsId(terms), token, provider: provider.address, split },
  };
}

/** A link that the parent's owner, who owns the child too, grants. */
async function granted(owner: Actor, licenseToken: Hex, childContentRoot: Hex, link: Link) {
  const terms = { ...link, parentVersion: 1, shareBps: 0, nonce: 1n, deadline: 4_000_000_000 };
  const message = { ...terms, childOwner: owner.account.address, childContentRoot };
  const signature = await owner.signTypedData(typedData("ParentGrant", { chainId: 31337, licenseToken }, message));
  return { ...terms, licenseId: 0n, signature };
}

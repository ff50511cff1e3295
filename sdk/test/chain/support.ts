import {
  createClient,
  encodeFunctionData,
  type Hex,
  http,
  parseAbi,
  publicActions,
  testActions,
  walletActions,
} from "viem";
import { mnemonicToAccount } from "viem/accounts";
import { foundry } from "viem/chains";
// @ts-expect-error plain JavaScript, build-time only
import { MNEMONIC, startTestChain } from "../../../tools/testing/index.mjs";
import { typedData } from "../../src/formats/index.js";
import { type TermsStruct, termsId } from "../../src/formats/terms.js";
import {
  addEncodingSync,
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
  type PreparedBuy,
  parseDeployment,
  prepareBuy,
  publishDatasetSync,
  registerTerms,
  type SplitMember,
  waitForSuccess,
} from "../../src/index.js";
import { superfluidOf } from "../../src/prepare/superfluid.js";

const word = (byte: string): Hex => `0x${byte.repeat(32)}`;
export const DAY = 86_400;
export const PRICE = 250_000_000n;

/** Train and read raw, one year. */
export const terms: TermsStruct = {
  uses: 3,
  flags: 0,
  duration: 365 * DAY,
  revocationNotice: 0,
  derivativeShareBps: 0,
  resaleRoyaltyBps: 0,
  quota: 0n,
  territoryHash: word("00"),
  documentHash: word("d0"),
};

/** A chain with everything deployed, and one client per actor. */
export async function startWorld() {
  const chain = await startTestChain();
  const deployment: Deployment = parseDeployment(chain.deployment);
  const clientOf = (addressIndex: number) =>
    createClient({
      account: mnemonicToAccount(MNEMONIC, { addressIndex }),
      chain: foundry,
      transport: http(chain.url),
      pollingInterval: 20,
    })
      .extend(publicActions)
      .extend(walletActions)
      .extend(testActions({ mode: "anvil" }));
  const [owner, buyer, provider, ada, ben] = [1, 2, 3, 4, 5].map(clientOf) as [Actor, Actor, Actor, Actor, Actor];
  type Actor = ReturnType<typeof clientOf>;
  const usdc = deployment.contracts.TestUSDC?.address as Hex;
  const mint = async (to: Hex, amount: bigint) =>
    waitForSuccess(
      owner,
      await owner.writeContract({ address: usdc, abi: tokenAbi, functionName: "mint", args: [to, amount] }),
    );
  const balance = (of: Hex) =>
    owner.readContract({ address: usdc, abi: tokenAbi, functionName: "balanceOf", args: [of] });
  const pass = async (seconds: number) => {
    await owner.increaseTime({ seconds });
    await owner.mine({ blocks: 1 });
  };
  return { chain, deployment, owner, buyer, provider, ada, ben, usdc, mint, balance, pass };
}
export type World = Awaited<ReturnType<typeof startWorld>>;

const tokenAbi = parseAbi([
  "function mint(address to, uint256 amount)",
  "function balanceOf(address account) view returns (uint256)",
  "function approve(address spender, uint256 amount) returns (bool)",
]);

type MembersOf = (datasetId: bigint) => Promise<SplitMember[]>;

/** Publishes a dataset with one encoding and a 70/30 split, registers terms, opens an offer; all through the SDK. */
export async function publishAndOffer(
  world: World,
  change: Partial<OfferInput> = {},
  membersOf?: MembersOf,
  content: { contentRoot?: Hex; chunkCount?: number } = {},
): Promise<Offer> {
  const { owner, deployment, provider, ada, ben, usdc } = world;
  const input = {
    contentRoot: word("c0"),
    recordRoot: word("00"),
    manifestHash: word("aa"),
    chunkCount: 8,
    recordCount: 0n,
    byteSize: 8_000_000n,
    ...content,
  };
  const { datasetId } = await publishDatasetSync(owner, { deployment, owner: owner.account.address, input });
  await addEncodingSync(owner, { deployment, datasetId, version: 1, input: await acceptedEncoding(world, datasetId) });
  const members = (await membersOf?.(datasetId)) ?? [
    { account: ada.account.address, shareBps: 7000 },
    { account: ben.account.address, shareBps: 3000 },
  ];
  const { split } = await createSplitSync(owner, { deployment, datasetId, members });
  await waitForSuccess(owner, await registerTerms(owner, { deployment, terms }));
  const offer = buildOffer({
    seller: owner.account.address,
    datasetId,
    termsId: termsId(terms),
    token: usdc,
    price: PRICE,
    provider: provider.account.address,
    split,
    ...change,
  });
  await openOfferSync(owner, { deployment, offer });
  return offer;
}

/** Opens another offer of what a first one sells, with other rail terms or price. */
export async function openAnother(
  { owner, deployment }: World,
  first: Offer,
  change: Partial<OfferInput>,
): Promise<Offer> {
  const { seller, datasetId, termsId, token, provider, split, price } = first;
  const offer = buildOffer({ seller, datasetId, termsId, token, provider, split, price, ...change });
  await checkRailTerms(owner, { deployment, offer });
  await openOfferSync(owner, { deployment, offer });
  return offer;
}

/** Prepares and carries out a purchase; returns the license and which steps it took. */
export async function purchase(
  { buyer, deployment }: World,
  offer: Offer,
  options: Partial<PrepareBuyParameters> = {},
): Promise<{ licenseId: bigint; prepared: PreparedBuy; steps: string[] }> {
  const prepared = await prepareBuy(buyer, { deployment, offer, ...options });
  const steps: string[] = [];
  const { receipt } = await execute(buyer, prepared, {
    onStep: ({ kind, status }) => status === "done" && steps.push(kind),
  });
  const { licenseId } = buy.extractEvent(receipt.logs, deployment.contracts.LicenseMarket?.address);
  return { licenseId, prepared, steps };
}

async function acceptedEncoding({ provider, deployment }: World, datasetId: bigint) {
  const acceptance = {
    datasetId,
    version: 1,
    encoding: 1,
    encodingRoot: word("e0"),
    envelopeHash: word("e1"),
    provider: provider.account.address,
    retirementNotice: 30 * DAY,
    deadline: 4_000_000_000,
  };
  const signature = await provider.signTypedData(typedData("EncodingAcceptance", domainOf(deployment), acceptance));
  return { ...acceptance, signature };
}

/** The provider's signature under a full delivery. */
export async function deliver({ provider, deployment }: World, licenseId: bigint, datasetId: bigint, now: number) {
  const receipt = {
    licenseId,
    datasetId,
    version: 1,
    encoding: 1,
    encodingRoot: word("e0"),
    servedRoot: word("e0"),
    chunks: 8n,
    bytesServed: 8_000_000n,
    sequence: 1n,
    servedFrom: now,
    servedUntil: now,
    deadline: 4_000_000_000,
  };
  return {
    receipt,
    signature: await provider.signTypedData(typedData("DeliveryReceipt", domainOf(deployment), receipt)),
  };
}

const domainOf = (deployment: Deployment) => ({
  chainId: deployment.chainId,
  licenseToken: deployment.contracts.LicenseToken?.address as Hex,
});

const governanceAbi = parseAbi([
  "function getGovernance() view returns (address)",
  "function owner() view returns (address)",
  "function setSuperTokenMinimumDeposit(address host, address superToken, uint256 value)",
]);

/** Superfluid's governance asks for a least deposit per flow of this token, as it does on public networks. Units. */
export async function setLeastDeposit({ owner }: World, superToken: Hex, value: bigint): Promise<void> {
  const { host } = await superfluidOf(owner, superToken);
  const read = (address: Hex, functionName: "getGovernance" | "owner") =>
    owner.readContract({ address, abi: governanceAbi, functionName });
  const governance = await read(host, "getGovernance");
  const account = await read(governance, "owner");
  await owner.impersonateAccount({ address: account });
  await owner.setBalance({ address: account, value: 10n ** 20n });
  const data = encodeFunctionData({
    abi: governanceAbi,
    functionName: "setSuperTokenMinimumDeposit",
    args: [host, superToken, value],
  });
  await waitForSuccess(owner, await owner.sendUnsignedTransaction({ from: account, to: governance, data }));
  await owner.stopImpersonatingAccount({ address: account });
}

// The same stack's other payment models: a stream, a meter and a revenue share, offered through the SDK, used in Chromium.
import {
  buildOffer,
  closeOfferSync,
  type Deployment,
  offerId,
  openOfferSync,
  type RailTermsInput,
} from "@colophon-protocol/sdk";
import { termsId, termsStruct, termsTemplates } from "@colophon-protocol/sdk/formats";
import { getDataset, offerOf } from "@colophon-protocol/sdk/indexer";
import { createPublicClient, createWalletClient, defineChain, type Hex, http } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { expect, vi } from "vitest";

const HOUR = 3600;
const DAY = 24 * HOUR;
const USDC = 1_000_000n;

/** What the tests need of the stack's endpoints. */
interface Endpoints {
  chainId: number;
  rpcUrl: string;
  indexerUrl: string;
  deployment: Deployment;
  accounts: Record<string, { address: Hex; privateKey: Hex }>;
}

/** What is offered of dataset 1: prices in base units. */
const OFFERS: readonly { price: bigint; railTerms: RailTermsInput }[] = [
  { price: 30n * USDC, railTerms: { rail: "stream", proof: "Time", period: 30 * DAY, epoch: HOUR, notice: 7 * DAY } },
  {
    price: 2n * USDC,
    railTerms: { rail: "meter", kind: "Rows", scale: 3, included: 500n, cap: 5_000_000n, minimum: 5 },
  },
  { price: 40n * USDC, railTerms: { rail: "share", shareBps: 500, period: DAY, due: 3 * DAY, cure: 2 * DAY } },
];

function clients({ chainId, rpcUrl, accounts }: Endpoints) {
  const chain = defineChain({
    id: chainId,
    name: "test",
    nativeCurrency: { name: "Ether", symbol: "ETH", decimals: 18 },
    rpcUrls: { default: { http: [rpcUrl] } },
  });
  const options = { chain, transport: http(rpcUrl), pollingInterval: 50, cacheTime: 0 };
  const account = privateKeyToAccount(accounts.rightsholder?.privateKey as Hex);
  return { reader: createPublicClient(options), seller: createWalletClient({ ...options, account }) };
}

/**
 * Opens a stream, a meter and a revenue share beside the escrow offer of dataset 1, under the same terms and split, and
 * waits until the indexer has them.
 */
export async function offerEveryModel(endpoints: Endpoints): Promise<void> {
  const { deployment, accounts } = endpoints;
  const { seller } = clients(endpoints);
  await closeOthers(endpoints);
  const opened = new Set<string>();
  for (const { price, railTerms } of OFFERS) {
    const offer = buildOffer({
      seller: seller.account.address,
      datasetId: 1n,
      termsId: termsId(termsStruct(termsTemplates["train-only"])),
      token: deployment.contracts.TestUSDC?.address as Hex,
      price,
      provider: accounts.provider?.address as Hex,
      split: 1,
      railTerms,
    });
    await openOfferSync(seller, { offer, deployment });
    opened.add(offerId(offer));
  }
  await vi.waitFor(async () => expect(await indexedOf(endpoints, opened)).toBe(opened.size), {
    timeout: 60_000,
    interval: 500,
  });
}

const ESCROW_RAIL = 1;

/** Closes what the main job offered beside the escrow, so that one offer of each model is compared. */
async function closeOthers(endpoints: Endpoints): Promise<void> {
  const { indexerUrl: url, chainId, deployment } = endpoints;
  const others = async () => {
    const dataset = await getDataset({ url }, { chainId, datasetId: 1n });
    return (dataset?.offers ?? []).filter(({ rail, status }) => rail !== ESCROW_RAIL && status === "OPEN");
  };
  const { seller } = clients(endpoints);
  for (const entity of await others()) await closeOfferSync(seller, { offer: offerOf(entity), deployment });
  await vi.waitFor(async () => expect(await others()).toEqual([]), { timeout: 60_000, interval: 500 });
}

async function indexedOf({ indexerUrl: url, chainId }: Endpoints, ids: ReadonlySet<string>): Promise<number> {
  const dataset = await getDataset({ url }, { chainId, datasetId: 1n });
  return dataset?.offers.filter((offer) => ids.has(offer.offerId)).length ?? 0;
}

/** Moves the chain's clock forward. */
export async function passTime(endpoints: Endpoints, seconds: number): Promise<void> {
  const { request } = clients(endpoints).reader as {
    request: (call: { method: string; params: unknown[] }) => unknown;
  };
  await request({ method: "evm_increaseTime", params: [seconds] });
  await request({ method: "evm_mine", params: [] });
}

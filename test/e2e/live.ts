// A live offer of dataset 1, which only sells because its provider's bond covers it; opened through the SDK.
import {
  allocateBondSync,
  buildOffer,
  execute,
  offerId,
  openOfferSync,
  prepareDepositBond,
  waitForSuccess,
} from "@colophon-protocol/sdk";
import { termsId, termsStruct, termsTemplates } from "@colophon-protocol/sdk/formats";
import { getCover } from "@colophon-protocol/sdk/indexer";
import { type Hex, parseAbi } from "viem";
import { expect } from "vitest";
import { actorOf, addressOf, type Endpoints, readerOf, untilIndexed } from "./chain.js";

const DAY = 86_400;
const USDC = 1_000_000n;
/** 0.1 USDC an hour. */
const PRICE = 72n * USDC;
const BOND = 3_000n * USDC;

/** Bonds the provider, who registered in the main job, and opens the offer. Waits until the indexer knows that it is covered. */
export async function offerLive(endpoints: Endpoints): Promise<void> {
  const { deployment, indexerUrl: url } = endpoints;
  const [seller, provider] = [actorOf(endpoints, "rightsholder"), actorOf(endpoints, "provider")];
  const token = addressOf(endpoints, "TestUSDC");
  const offer = buildOffer({
    seller: seller.account.address,
    datasetId: 1n,
    termsId: termsId(termsStruct(termsTemplates["train-only"])),
    token,
    price: PRICE,
    provider: provider.account.address,
    split: 1,
    railTerms: { rail: "live", period: 30 * DAY, notice: DAY },
  });
  await mint(endpoints, provider.account.address, BOND);
  await execute(provider, await prepareDepositBond(provider, { deployment, token, amount: BOND }));
  await allocateBondSync(provider, { deployment, offer, amount: BOND, valueAtRisk: PRICE });
  await openOfferSync(seller, { deployment, offer });
  await untilIndexed(async () => {
    expect(await getCover({ url }, { offerId: offerId(offer) })).toMatchObject({ covered: true });
  });
}

/** The stack's payment token mints to anyone. */
async function mint(endpoints: Endpoints, to: Hex, amount: bigint): Promise<void> {
  const hash = await actorOf(endpoints, "provider").writeContract({
    address: addressOf(endpoints, "TestUSDC"),
    abi: parseAbi(["function mint(address to, uint256 amount)"]),
    functionName: "mint",
    args: [to, amount],
  });
  await waitForSuccess(readerOf(endpoints), hash);
}

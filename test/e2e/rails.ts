// The same stack's other payment models: a stream, a meter and a revenue share, offered through the SDK, used in Chromium.
import { buildOffer, closeOfferSync, offerId, openOfferSync, type RailTermsInput } from "@colophon-protocol/sdk";
import { termsId, termsStruct, termsTemplates } from "@colophon-protocol/sdk/formats";
import { getDataset, offerOf } from "@colophon-protocol/sdk/indexer";
import type { Hex } from "viem";
import { expect } from "vitest";
import { actorOf, addressOf, type Endpoints, untilIndexed } from "./chain.js";

const HOUR = 3600;
const DAY = 24 * HOUR;
const USDC = 1_000_000n;

/** What is offered of dataset 1: prices in base units. */
const OFFERS: readonly { price: bigint; railTerms: RailTermsInput }[] = [
  { price: 30n * USDC, railTerms: { rail: "stream", proof: "Time", period: 30 * DAY, epoch: HOUR, notice: 7 * DAY } },
  {
    price: 2n * USDC,
    railTerms: { rail: "meter", kind: "Rows", scale: 3, included: 500n, cap: 5_000_000n, minimum: 5 },
  },
  { price: 40n * USDC, railTerms: { rail: "share", shareBps: 500, period: DAY, due: 3 * DAY, cure: 2 * DAY } },
];

/**
 * Opens a stream, a meter and a revenue share beside the escrow offer of dataset 1, under the same terms and split, and
 * waits until the indexer has them.
 */
export async function offerEveryModel(endpoints: Endpoints): Promise<void> {
  const { deployment, accounts } = endpoints;
  const seller = actorOf(endpoints, "rightsholder");
  await closeOthers(endpoints);
  const opened = new Set<string>();
  for (const { price, railTerms } of OFFERS) {
    const offer = buildOffer({
      seller: seller.account.address,
      datasetId: 1n,
      termsId: termsId(termsStruct(termsTemplates["train-only"])),
      token: addressOf(endpoints, "TestUSDC"),
      price,
      provider: accounts.provider?.address as Hex,
      split: 1,
      railTerms,
    });
    await openOfferSync(seller, { offer, deployment });
    opened.add(offerId(offer));
  }
  await untilIndexed(async () => expect(await indexedOf(endpoints, opened)).toBe(opened.size));
}

const ESCROW_RAIL = 1;

/** Closes what the main job offered beside the escrow, so that one offer of each model is compared. */
async function closeOthers(endpoints: Endpoints): Promise<void> {
  const { indexerUrl: url, chainId, deployment } = endpoints;
  const others = async () => {
    const dataset = await getDataset({ url }, { chainId, datasetId: 1n });
    return (dataset?.offers ?? []).filter(({ rail, status }) => rail !== ESCROW_RAIL && status === "OPEN");
  };
  const seller = actorOf(endpoints, "rightsholder");
  for (const entity of await others()) await closeOfferSync(seller, { offer: offerOf(entity), deployment });
  await untilIndexed(async () => expect(await others()).toEqual([]));
}

async function indexedOf({ indexerUrl: url, chainId }: Endpoints, ids: ReadonlySet<string>): Promise<number> {
  const dataset = await getDataset({ url }, { chainId, datasetId: 1n });
  return dataset?.offers.filter((offer) => ids.has(offer.offerId)).length ?? 0;
}

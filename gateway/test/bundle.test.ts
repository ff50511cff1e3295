/** A bundle's license opens its components at the gateway, while it stands, and counts each one's chunks for itself. */
import { accessTo, type Offer, signUsageVoucher } from "@colophon-protocol/sdk";
import { createDeliveryClient, createMetering, type DeliveryClient, memorySink } from "@colophon-protocol/sdk/delivery";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TestDataset } from "./support/dataset.js";
import { versionOf } from "./support/gateway.js";
import { DAY, HOUR, type PaidWorld, startPaidWorld, USDC } from "./support/paid.js";

let world: PaidWorld;
let bundle: { datasetId: bigint; dataset: TestDataset };
const at = () => ({ deployment: world.deployment });

beforeAll(async () => {
  world = await startPaidWorld();
  bundle = await world.publishBundle();
  await world.mint(world.buyer.account.address, 1000n * USDC);
}, 240_000);
afterAll(() => world?.stop());

const buy = (offer: Offer, deposit?: bigint) => world.purchase(offer, deposit === undefined ? {} : { deposit });
const deliver = async (client: DeliveryClient, dataset: TestDataset, datasetId: bigint) => {
  const sink = memorySink();
  await client.fetchVersion({ ...versionOf(dataset, datasetId), sink });
  return sink.files.get("a/large.bin") as Uint8Array;
};

describe("a bundle's license", () => {
  it("is served its component, which a license of the component alone or of no bundle is not the other way round", async () => {
    const licenseId = await buy(await world.offer({ datasetId: bundle.datasetId }));
    const query = { ...at(), licenseId, user: world.buyer.account.address, uses: ["read-raw"] as const };
    expect(await accessTo(world.buyer, { ...query, datasetId: world.datasetId, version: 1 })).toBe("Granted");
    expect(await accessTo(world.buyer, { ...query, datasetId: world.datasetId, version: 2 })).toBe(
      "VersionNotLicensed",
    );
    const client = world.gateway.client({ licenseId });
    const component = await deliver(client, world.dataset, world.datasetId);
    expect(Buffer.compare(component, world.dataset.files.get("a/large.bin") as Uint8Array)).toBe(0);
    const whole = await deliver(client, bundle.dataset, bundle.datasetId);
    expect(Buffer.compare(whole, bundle.dataset.files.get("a/large.bin") as Uint8Array)).toBe(0);

    const alone = world.gateway.client({ licenseId: await buy(await world.offer({})) });
    await expect(deliver(alone, bundle.dataset, bundle.datasetId)).rejects.toMatchObject({
      status: 403,
      problem: "not_allowed",
    });
  });

  it("is served it no longer once the license has expired", async () => {
    const offer = await world.offer({ datasetId: bundle.datasetId, price: 2n * USDC });
    const licenseId = await buy(offer);
    const client = world.gateway.client({ licenseId });
    await deliver(client, world.dataset, world.datasetId);
    await world.pass(400 * DAY);
    // The gateway asks for the head twice a second.
    await new Promise((resolve) => setTimeout(resolve, 600));
    await expect(deliver(client, world.dataset, world.datasetId)).rejects.toMatchObject({ status: 403 });
  });

  it("pays for the chunks of bundle and component alike, each once", async () => {
    const railTerms = { rail: "meter", kind: "Chunks", thaw: HOUR } as const;
    const offer = await world.offer({ datasetId: bundle.datasetId, price: USDC / 2n, railTerms });
    const licenseId = await buy(offer, 10n * USDC);
    let client: DeliveryClient;
    const metering = createMetering({
      chainId: 31337,
      licenseToken: world.address("LicenseToken"),
      licenseId,
      offer,
      session: () => client.session,
      sign: (message) => signUsageVoucher(world.buyer, { ...at(), message }),
    });
    const { account } = world.buyer;
    const { fetch } = metering;
    client = createDeliveryClient({ gatewayUrl: world.gateway.url, chainId: 31337, licenseId, account, fetch });
    for (const again of [false, true]) {
      await deliver(client, bundle.dataset, bundle.datasetId);
      await deliver(client, world.dataset, world.datasetId);
      await metering.pay();
      const chunks = BigInt(bundle.dataset.chunks.length + world.dataset.chunks.length);
      expect((await metering.meter()).used.units, `again: ${again}`).toBe(chunks);
    }
    expect((await metering.meter()).unvouchered.amount).toBe(0n);
  });
});

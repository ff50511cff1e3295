/** The licensee's helper against a real gateway: pays as it goes, and signs for nothing that it did not get. */
import { type Offer, signUsageVoucher } from "@colophon-protocol/sdk";
import {
  createDeliveryClient,
  createMetering,
  type DeliveryClient,
  type MeteringOptions,
  memorySink,
} from "@colophon-protocol/sdk/delivery";
import type { Message } from "@colophon-protocol/sdk/formats";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { OPERATOR_TOKEN, versionOf } from "./support/gateway.js";
import { HOUR, type PaidWorld, startPaidWorld, USDC } from "./support/paid.js";

let world: PaidWorld;
/** Two chunks may go without a voucher. */
let offer: Offer;

beforeAll(async () => {
  world = await startPaidWorld();
  await world.mint(world.buyer.account.address, 1000n * USDC);
  offer = await world.offer({ price: USDC / 2n, railTerms: { rail: "meter", kind: "Chunks", thaw: HOUR } });
}, 240_000);
afterAll(() => world?.stop());

async function licensee(change: Partial<MeteringOptions> = {}) {
  const licenseId = await world.purchase(offer, { deposit: 10n * USDC });
  const vouchers: Message<"UsageVoucher">[] = [];
  let client: DeliveryClient;
  const metering = createMetering({
    chainId: 31337,
    licenseToken: world.address("LicenseToken"),
    licenseId,
    offer,
    session: () => client.session,
    sign: (message) => signUsageVoucher(world.buyer, { deployment: world.deployment, message }),
    onVoucher: (voucher) => vouchers.push(voucher),
    ...change,
  });
  const { account } = world.buyer;
  const { fetch } = metering;
  client = createDeliveryClient({ gatewayUrl: world.gateway.url, chainId: 31337, licenseId, account, fetch });
  const sink = memorySink();
  const deliver = () => client.fetchVersion({ ...versionOf(world.dataset, world.datasetId), sink });
  return { licenseId, vouchers, metering, sink, deliver };
}

/** What a provider that counts too much does. */
const overcount = (licenseId: bigint, key: string) =>
  fetch(`${world.gateway.url}/v1/licenses/${licenseId}/meter/events`, {
    method: "POST",
    headers: { authorization: `Bearer ${OPERATOR_TOKEN}` },
    body: JSON.stringify({ key, units: 1 }),
  });

describe("a metered delivery", () => {
  it("goes through by itself, with vouchers that end at what was received", async () => {
    const { vouchers, metering, sink, deliver } = await licensee();
    await deliver();
    for (const [path, bytes] of world.dataset.files) {
      expect(Buffer.compare(sink.files.get(path) as Uint8Array, bytes)).toBe(0);
    }
    await metering.pay();
    const chunks = BigInt(world.dataset.chunks.length);
    expect(vouchers.length).toBeGreaterThan(1);
    expect(vouchers.at(-1)).toMatchObject({ units: chunks, amount: (chunks * USDC) / 2n });
    expect(await metering.meter()).toMatchObject({ used: { units: chunks }, unvouchered: { amount: 0n } });
    expect(await metering.pay()).toBeUndefined();
    const before = vouchers.length;
    await deliver();
    expect(await metering.pay()).toBeUndefined();
    expect(vouchers.length).toBe(before);
  });

  it("signs nothing for chunks that were not asked for, nor past its budget", async () => {
    const honest = await licensee();
    await honest.deliver();
    await honest.metering.pay();
    expect((await overcount(honest.licenseId, "chunk/1/1/9999")).status).toBe(201);
    await expect(honest.metering.pay()).rejects.toThrow(/counted \d+ units .* Nothing was signed/);
    const poor = await licensee({ budget: USDC });
    await expect(poor.deliver()).rejects.toThrow(/the budget is 1000000/);
    expect(poor.vouchers.at(-1)?.amount ?? 0n).toBeLessThanOrEqual(USDC);
  });
});

import {
  buildOffer,
  buy,
  execute,
  nextVoucher,
  type Offer,
  openOfferSync,
  prepareBuy,
  prepareStatement,
  type RailTermsInput,
  redeemVoucherSync,
  settleEpochsSync,
  signRevenueStatement,
  signUsageVoucher,
  streamOf,
} from "@colophon-protocol/sdk";
import { stringToHex } from "viem";
import { advanceClock, type Context, chainTime, fund, gasOf, usdcText, usdcUnits } from "./context.js";
import type { Published } from "./publish.js";
import type { Report } from "./report.js";

const DAY = 86_400;
const STREAM_DAYS = 10;
const SHARE_PERIOD = 30 * DAY;
const READS = 1_000_000n;

/** How the same data is offered besides: for the month, by the row, for a share of what it earns. Prices in whole USDC. */
const WAYS = {
  stream: { price: 300, terms: { rail: "stream", proof: "Time", epoch: 3600, period: 30 * DAY } },
  meter: { price: 2, terms: { rail: "meter", kind: "Rows", scale: 4 } },
  share: { price: 50, terms: { rail: "share", shareBps: 500, period: SHARE_PERIOD } },
} as const satisfies Record<string, { price: number; terms: RailTermsInput }>;

type Way = keyof typeof WAYS;

/** Sells and pays the same data in the three other ways. */
export async function payOtherwise(context: Context, report: Report, published: Published): Promise<void> {
  const { offers } = await report.step("offer the same data by stream, meter and revenue share", () =>
    openOffers(context, published.offer),
  );
  await report.step(`subscribe; ${STREAM_DAYS} days of hourly epochs are paid in one call`, () =>
    stream(context, report, offers.stream),
  );
  await report.step("one million metered reads settle with one voucher", () => meter(context, offers.meter));
  await report.step("a month's revenue is stated, and its share paid", () => share(context, report, offers.share));
}

async function openOffers(context: Context, sold: Offer) {
  const { deployment, actors } = context;
  const opened = await Promise.all(
    (Object.keys(WAYS) as Way[]).map(async (way) => {
      const { price, terms } = WAYS[way];
      const { seller, datasetId, termsId, token, provider, split } = sold;
      const offer = buildOffer({
        ...{ seller, datasetId, termsId, token, provider, split },
        price: usdcUnits(price),
        railTerms: terms,
      });
      return { way, offer };
    }),
  );
  const receipts = [];
  for (const { offer } of opened) {
    receipts.push((await openOfferSync(actors.rightsholder.client, { offer, deployment })).receipt);
  }
  const offers = Object.fromEntries(opened.map(({ way, offer }) => [way, offer])) as Record<Way, Offer>;
  const values = {
    stream: `${usdcText(offers.stream.price)} for 30 days, second by second`,
    meter: `${usdcText(offers.meter.price)} for 10,000 rows`,
    share: `5 % of revenue, at least ${usdcText(offers.share.price)} for 30 days`,
  };
  return { offers, gas: gasOf(...receipts), values };
}

/** Buys with whatever the rail needs. */
async function purchase(context: Context, offer: Offer, more: { deposit?: bigint; runway?: number } = {}) {
  const { deployment, actors } = context;
  const { client } = actors.licensee;
  const prepared = await prepareBuy(client, { offer, deployment, ...more });
  const { receipt } = await execute(client, prepared);
  return { ...buy.extractEvent(receipt.logs), prepared, receipt };
}

async function stream(context: Context, report: Report, offer: Offer) {
  const { deployment, actors, reader } = context;
  await fund(context, actors.licensee, offer.price * 2n);
  const { licenseId, prepared, receipt } = await purchase(context, offer, { runway: 30 * DAY });
  const { vault } = await streamOf(reader, { licenseId, deployment });
  await advanceClock(context, STREAM_DAYS * DAY);
  report.say(`The chain's clock was advanced by ${STREAM_DAYS} days.`);
  const settled = await settleEpochsSync(actors.stranger.client, { licenseId, offer, deployment });
  const values = {
    license: licenseId,
    vault,
    requirements: prepared.requirements.map(({ type }) => type).join(", "),
    epochs: settled.toEpoch - settled.fromEpoch,
    released: usdcText(settled.released),
    by: "anyone (the stranger did)",
    "gas of settling": settled.receipt.gasUsed,
  };
  return { gas: gasOf(receipt, settled.receipt), values };
}

async function meter(context: Context, offer: Offer) {
  const { deployment, actors } = context;
  const { client } = actors.licensee;
  const deposit = usdcUnits(250);
  await fund(context, actors.licensee, deposit);
  const { licenseId, receipt } = await purchase(context, offer, { deposit });
  const voucher = nextVoucher({ licenseId, offer, used: READS });
  const signature = await signUsageVoucher(client, { message: voucher, deployment });
  const redeemed = await redeemVoucherSync(actors.provider.client, { offer, voucher, signature, deployment });
  const values = {
    license: licenseId,
    reads: redeemed.units.toLocaleString("en-US"),
    released: usdcText(redeemed.released),
    "gas of settling": redeemed.receipt.gasUsed,
  };
  return { gas: gasOf(receipt, redeemed.receipt), values };
}

async function share(context: Context, report: Report, offer: Offer) {
  const { deployment, actors } = context;
  const { client } = actors.licensee;
  const revenue = usdcUnits(12_000);
  await fund(context, actors.licensee, revenue);
  const { licenseId, receipt } = await purchase(context, offer);
  await advanceClock(context, SHARE_PERIOD);
  report.say("The chain's clock was advanced by 30 days.");
  const statement = {
    licenseId,
    period: 1,
    token: offer.token,
    revenue,
    reportHash: stringToHex("books of the first month", { size: 32 }),
    signedAt: Number(await chainTime(context)),
  };
  const signature = await signRevenueStatement(client, { message: statement, deployment });
  const prepared = await prepareStatement(client, { licenseId, offer, statement, signature, deployment });
  const stated = await execute(client, prepared);
  const values = {
    license: licenseId,
    revenue: usdcText(revenue),
    owed: usdcText(prepared.owed),
    "paid before": usdcText(prepared.fromCredit),
    "paid now": usdcText(prepared.due),
  };
  return { gas: gasOf(receipt, stated.receipt), values };
}

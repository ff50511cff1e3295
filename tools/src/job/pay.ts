import {
  accruedFees,
  collectFeesSync,
  collectRevenue,
  licenseOf,
  type Offer,
  settleHoldSync,
  submitReceiptSync,
  unpackEscrowTerms,
} from "@colophon-protocol/sdk";
import type { LicensedDelivery } from "@colophon-protocol/sdk/delivery";
import { advanceClock, type Context, chainTime, gasOf, usdcBalance, usdcText } from "./context.js";
import { refusalOf, wrappedKey } from "./license.js";
import { PRICE, type Published } from "./publish.js";
import type { Report } from "./report.js";

/** What is paid for, and under which license. */
export interface Sale {
  published: Published;
  offer: Offer;
  licenseId: bigint;
  delivered: LicensedDelivery;
}

const FEE_BPS = 250n;
const BPS = 10_000n;

/** Receipt, release and payout: steps 9 and 10. */
export async function payContributors(context: Context, report: Report, sale: Sale): Promise<void> {
  await report.step("the provider's receipt opens the challenge window", () => recordDelivery(context, sale));
  await report.step("after the window, escrow releases", () => releaseEscrow(context, report, sale));
  await report.step("contributors connect, claim and unwrap: 70/30", () => collectAll(context, sale));
}

async function recordDelivery(context: Context, { offer, licenseId, delivered }: Sale) {
  const { receipt: statement, signature } = await delivered.delivery.requestReceipt();
  const { deployment, actors } = context;
  const recorded = await submitReceiptSync(actors.provider.client, {
    licenseId,
    offer,
    receipt: statement,
    signature,
    deployment,
  });
  const values = {
    chunks: statement.chunks,
    "served root": statement.servedRoot,
    "window ends": new Date(Number(recorded.windowEnds) * 1000).toISOString(),
  };
  return { gas: gasOf(recorded.receipt), values };
}

async function releaseEscrow(context: Context, report: Report, { offer, licenseId }: Sale) {
  const { challengeWindow } = unpackEscrowTerms(offer.railTerms);
  await advanceClock(context, challengeWindow + 1);
  report.say(`The chain's clock was advanced by ${challengeWindow + 1} seconds, past the challenge window.`);
  const { deployment, actors } = context;
  const settled = await settleHoldSync(actors.stranger.client, { licenseId, offer, deployment });
  const fees = await accruedFees(context.reader, { token: context.usdc, deployment });
  return {
    gas: gasOf(settled.receipt),
    values: { released: usdcText(settled.amount), by: "anyone (the stranger did)", "fees accrued": usdcText(fees) },
  };
}

async function collectAll(context: Context, { published, offer }: Sale) {
  const { deployment, actors, usdc: token } = context;
  const net = PRICE - (PRICE * FEE_BPS) / BPS;
  const receipts = [];
  const values: Record<string, unknown> = {};
  for (const [role, shareBps] of [
    ["rightsholder", 7_000n],
    ["contributor", 3_000n],
  ] as const) {
    const { client, address, account } = actors[role];
    const before = await usdcBalance(context, address);
    const sent = await collectRevenue(client, {
      datasetId: published.datasetId,
      split: offer.split,
      token,
      account,
      deployment,
    });
    receipts.push(...sent.map(({ receipt }) => receipt));
    const gained = (await usdcBalance(context, address)) - before;
    const expected = (net * shareBps) / BPS;
    if (gained !== expected) throw new Error(`The ${role} got ${usdcText(gained)}, expected ${usdcText(expected)}.`);
    values[role] = `${usdcText(gained)} in plain USDC (${sent.map(({ step }) => step.kind).join(", ")})`;
  }
  const collected = await collectFeesSync(actors.stranger.client, { token, deployment });
  values.treasury = `${usdcText(await usdcBalance(context, actors.treasury.address))} in plain USDC`;
  return { gas: gasOf(...receipts, collected.receipt), values };
}

/** The license expires and the key nodes refuse: step 11. */
export async function expire(context: Context, report: Report, { published, licenseId }: Sale): Promise<void> {
  await report.step("the license expires, the key nodes refuse", async () => {
    const { deployment, reader, actors } = context;
    const { expiry } = await licenseOf(reader, { licenseId, deployment });
    const seconds = expiry - Number(await chainTime(context)) + 1;
    await advanceClock(context, seconds);
    report.say(`The chain's clock was advanced by ${seconds} seconds, past the license's end.`);
    const wrapped = await wrappedKey(context, published, licenseId);
    const refused = await refusalOf(context, actors.licensee, wrapped, licenseId);
    if (refused !== "Expired") throw new Error(`The key nodes refused with ${refused}, expected Expired.`);
    return { values: { expired: new Date(expiry * 1000).toISOString(), licensee: `refused: ${refused}` } };
  });
}

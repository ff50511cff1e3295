import {
  accruedFees,
  collectFeesSync,
  collectRevenue,
  licenseOf,
  type Offer,
  prepareCollectRevenue,
  settleHoldSync,
  submitReceiptSync,
  unpackEscrowTerms,
} from "@colophon-protocol/sdk";
import type { LicensedDelivery } from "@colophon-protocol/sdk/delivery";
import { type Actor, advanceClock, type Context, chainTime, gasOf, usdcBalance, usdcText } from "./context.js";
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
  const earlier = await earnedBefore(context, sale);
  await report.step("after the window, escrow releases", () => releaseEscrow(context, report, sale));
  await report.step("contributors connect, claim and unwrap: 70/30", () => collectAll(context, sale, earlier));
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

/** Base units of USDC that an account has, or will have once it has collected what it earned before this sale. */
interface Earned {
  rightsholder: bigint;
  contributor: bigint;
  treasury: bigint;
}

/** On a chain that is kept, earlier runs of this job left earnings of the same accounts in super tokens, pools and streams. */
async function earnedBefore(context: Context, { published, offer }: Sale): Promise<Earned> {
  const { deployment, actors, usdc: token, reader } = context;
  const earned = async ({ address }: Actor) => {
    const { datasetId } = published;
    const wanted = { datasetId, split: offer.split, token, account: address, deployment };
    const { inPool, fromStreams, wrapped, deferred } = await prepareCollectRevenue(reader, wanted);
    return (await usdcBalance(context, address)) + inPool + fromStreams + wrapped + deferred;
  };
  return {
    rightsholder: await earned(actors.rightsholder),
    contributor: await earned(actors.contributor),
    treasury:
      (await usdcBalance(context, actors.treasury.address)) + (await accruedFees(reader, { token, deployment })),
  };
}

async function collectAll(context: Context, { published, offer }: Sale, earlier: Earned) {
  const { deployment, actors, usdc: token } = context;
  const fee = (PRICE * FEE_BPS) / BPS;
  const receipts = [];
  const values: Record<string, unknown> = {};
  /** What an account got of this sale. */
  const gain = async (role: keyof Earned, expected: bigint) => {
    const gained = (await usdcBalance(context, actors[role].address)) - earlier[role];
    if (gained !== expected) throw new Error(`The ${role} got ${usdcText(gained)}, expected ${usdcText(expected)}.`);
    return `${usdcText(gained)} in plain USDC`;
  };
  for (const [role, shareBps] of [
    ["rightsholder", 7_000n],
    ["contributor", 3_000n],
  ] as const) {
    const { client, account } = actors[role];
    const sent = await collectRevenue(client, {
      datasetId: published.datasetId,
      split: offer.split,
      token,
      account,
      deployment,
    });
    receipts.push(...sent.map(({ receipt }) => receipt));
    const way = sent.map(({ step }) => step.kind).join(", ");
    values[role] = `${await gain(role, ((PRICE - fee) * shareBps) / BPS)} (${way})`;
  }
  const collected = await collectFeesSync(actors.stranger.client, { token, deployment });
  values.treasury = await gain("treasury", fee);
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

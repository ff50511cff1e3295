import type { Hex } from "viem";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  approveTransaction,
  closeShare,
  execute,
  type Offer,
  payShareDebtSync,
  preparePayDebt,
  prepareStatement,
  remindStatement,
  remindStatementSync,
  sendAndWait,
  settleGuaranteeSync,
  shareAccountOf,
  sharePeriodOf,
  shareStanding,
  signRevenueAudit,
  signRevenueStatement,
  submitAuditSync,
  verifyRevenueAudit,
  verifyRevenueStatement,
  waitForSuccess,
} from "../../src/index.js";
import { DAY, openAnother, publishAndOffer, purchase, startWorld, type World } from "./support.js";

let world: World;
/** 5 % of revenue, at least 100 USDC a month; Ada audits. */
let offer: Offer;
const at = () => ({ deployment: world.deployment });
const buyer = () => world.buyer.account.address;
const USDC = 1_000_000n;

beforeAll(async () => {
  world = await startWorld();
  const first = await publishAndOffer(world);
  offer = await openAnother(world, first, {
    price: 100n * USDC,
    railTerms: {
      rail: "share",
      shareBps: 500,
      period: 30 * DAY,
      due: 10 * DAY,
      cure: 5 * DAY,
      auditWindow: 30 * DAY,
      countersigned: true,
      auditor: world.ada.account.address,
    },
  });
  await world.mint(buyer(), 100_000n * USDC);
});
afterAll(() => world?.chain.stop());

const said = async (licenseId: bigint, period: number, revenue: bigint) => ({
  licenseId,
  period,
  token: offer.token,
  revenue,
  reportHash: `0x${"ab".repeat(32)}` as Hex,
  signedAt: Number((await world.buyer.getBlock()).timestamp),
});

async function stated(licenseId: bigint, period: number, revenue: bigint) {
  const statement = await said(licenseId, period, revenue);
  const sign = { ...at(), message: statement };
  const signature = await signRevenueStatement(world.buyer, sign);
  const auditorSignature = await signRevenueStatement(world.ada, sign);
  expect(await verifyRevenueStatement(world.ben, { ...sign, signature, signer: buyer() })).toBe(true);
  return prepareStatement(world.buyer, { ...at(), licenseId, offer, statement, signature, auditorSignature });
}

describe("a revenue share", () => {
  it("takes the first guarantee at purchase, and releases it at once to whoever asks", async () => {
    const { licenseId, prepared } = await purchase(world, offer);
    expect(prepared.due).toBe(100n * USDC);
    expect(await shareAccountOf(world.buyer, { ...at(), licenseId })).toMatchObject({
      nextPeriod: 1,
      lastPeriod: undefined,
      credit: 100n * USDC,
      held: 100n * USDC,
    });
    expect(await settleGuaranteeSync(world.ben, { ...at(), licenseId, offer })).toMatchObject({ amount: 100n * USDC });
  });

  it("states, countersigned, and pays share over guarantee out of an approval that is asked for", async () => {
    const { licenseId } = await purchase(world, offer);
    await world.pass(30 * DAY);
    const prepared = await stated(licenseId, 1, 10_000n * USDC);
    expect(prepared).toMatchObject({ owed: 500n * USDC, fromCredit: 100n * USDC, due: 400n * USDC });
    expect(prepared.requirements).toMatchObject([{ type: "approval", amount: 400n * USDC }]);
    await execute(world.buyer, prepared);
    expect(await sharePeriodOf(world.buyer, { ...at(), licenseId, period: 1 })).toMatchObject({ owed: 500n * USDC });
    expect((await shareAccountOf(world.buyer, { ...at(), licenseId })).nextPeriod).toBe(2);
  });

  it("reminds, breaches, and is cured by the statement", async () => {
    const { licenseId } = await purchase(world, offer);
    const deal = { ...at(), licenseId, offer };
    await expect(remindStatement(world.owner, deal)).rejects.toMatchObject({
      data: { errorName: "PaymentRail_TooEarly" },
    });
    await world.pass(40 * DAY + 60);
    expect(await shareStanding(world.buyer, deal)).toBe("Grace");
    expect(await remindStatementSync(world.owner, deal)).toMatchObject({ licenseId, period: 1 });
    await world.pass(5 * DAY);
    expect(await shareStanding(world.buyer, deal)).toBe("Breach");
    await execute(world.buyer, await stated(licenseId, 1, 0n));
    expect(await shareStanding(world.buyer, deal)).toBe("Current");
  });

  it("trues up after an audit: what was found becomes a debt, which is paid", async () => {
    const { licenseId } = await purchase(world, offer);
    const deal = { ...at(), licenseId, offer };
    await world.pass(30 * DAY);
    await execute(world.buyer, await stated(licenseId, 1, 0n));
    const audit = await said(licenseId, 1, 20_000n * USDC);
    const signature = await signRevenueAudit(world.ada, { ...at(), message: audit });
    const check = { ...at(), message: audit, signature };
    expect(await verifyRevenueAudit(world.ben, { ...check, signer: world.ada.account.address })).toBe(true);
    expect(await submitAuditSync(world.owner, { ...deal, audit, signature })).toMatchObject({
      before: 100n * USDC,
      owed: 1_000n * USDC,
      debt: 900n * USDC,
    });
    const rail = world.deployment.contracts.RevenueShareRail?.address as Hex;
    await sendAndWait(world.buyer, world.buyer.account, approveTransaction(world.usdc, rail, 900n * USDC));
    expect(await payShareDebtSync(world.buyer, { ...deal, amount: 800n * USDC })).toMatchObject({ left: 100n * USDC });
    const above = preparePayDebt(world.buyer, { ...deal, amount: 101n * USDC });
    await expect(above).rejects.toMatchObject({ code: "guard" });
    const rest = await preparePayDebt(world.buyer, deal);
    expect(rest).toMatchObject({ amount: 100n * USDC, debt: 100n * USDC });
    await execute(world.buyer, rest);
    await expect(preparePayDebt(world.buyer, deal)).rejects.toMatchObject({ code: "guard" });
  });

  it("ends with the running period", async () => {
    const { licenseId } = await purchase(world, offer);
    const receipt = await waitForSuccess(world.buyer, await closeShare(world.buyer, { ...at(), licenseId, offer }));
    expect(closeShare.extractEvent(receipt.logs)).toMatchObject({ lastPeriod: 1 });
    expect((await shareAccountOf(world.buyer, { ...at(), licenseId })).lastPeriod).toBe(1);
  });
});

import { toFunctionSelector } from "viem";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  accessOf,
  closeMeterSync,
  execute,
  lastVoucherOf,
  meterAmountFor,
  meterOf,
  meterRedeemableUntil,
  meterStanding,
  nextVoucher,
  type Offer,
  paymentStanding,
  prepareBuy,
  prepareDeposit,
  redeemVoucher,
  redeemVoucherSync,
  redeemVouchers,
  refusedVouchers,
  requestDepositSync,
  settleMeter,
  signUsageVoucher,
  verifyUsageVoucher,
  waitForSuccess,
  withdrawDepositSync,
} from "../../src/index.js";
import { openAnother, publishAndOffer, purchase, startWorld, type World } from "./support.js";

let world: World;
/** 2 USDC per 1,000 rows; from 10,000 rows on half. */
let offer: Offer;
const at = () => ({ deployment: world.deployment });
const buyer = () => world.buyer.account.address;
const USDC = 1_000_000n;
const HOUR = 3600;

beforeAll(async () => {
  world = await startWorld();
  const first = await publishAndOffer(world);
  offer = await openAnother(world, first, {
    price: 2n * USDC,
    railTerms: { rail: "meter", kind: "Rows", scale: 3, thaw: HOUR, minimum: 5, tiers: [{ from: 10, priceBps: 5000 }] },
  });
});
afterAll(() => world?.chain.stop());

async function bought(deposit: bigint) {
  await world.mint(buyer(), deposit);
  return purchase(world, offer, { deposit });
}

async function signed(licenseId: bigint, used: bigint, last = undefined as Parameters<typeof nextVoucher>[0]["last"]) {
  const voucher = nextVoucher({ licenseId, offer, ...(last ? { last } : {}), used });
  return { offer, voucher, signature: await signUsageVoucher(world.buyer, { ...at(), message: voucher }) };
}

describe("a prepaid meter", () => {
  it("is bought with a first deposit of the buyer's choice, in one transaction with a permit", async () => {
    const { licenseId, prepared, steps } = await bought(50n * USDC);
    expect(steps).toEqual(["signature", "transaction"]);
    expect(prepared.due).toBe(50n * USDC);
    expect(await meterOf(world.buyer, { ...at(), licenseId })).toMatchObject({
      payer: buyer(),
      funded: 50n * USDC,
      held: 50n * USDC,
      units: 0n,
    });
    expect(await paymentStanding(world.buyer, { ...at(), licenseId })).toBe("Current");
  });

  it("refuses a deposit below the minimum before anything is signed, and signatures that pay another sum", async () => {
    const quote = (options: object) => prepareBuy(world.buyer, { ...at(), offer, ...options });
    await expect(quote({ deposit: 9n * USDC })).rejects.toMatchObject({ code: "input" });
    await expect(quote({ deposit: 50n * USDC, funding: "authorization" })).rejects.toMatchObject({ code: "input" });
    expect(await quote({})).toMatchObject({ due: 10n * USDC });
  });

  it("bills the difference to the last voucher, from the provider's account", async () => {
    const { licenseId } = await bought(50n * USDC);
    const first = await signed(licenseId, 4_000n);
    const verify = { ...at(), message: first.voucher, signature: first.signature };
    expect(await verifyUsageVoucher(world.provider, { ...verify, signer: buyer() })).toBe(true);
    expect(await verifyUsageVoucher(world.provider, { ...verify, signer: world.ada.account.address })).toBe(false);
    expect(await redeemVoucherSync(world.provider, { ...at(), ...first })).toMatchObject({ released: 8n * USDC });
    const meter = await meterOf(world.buyer, { ...at(), licenseId });
    const second = await signed(licenseId, 8_000n, lastVoucherOf(meter));
    expect(second.voucher).toEqual({ licenseId, units: 12_000n, amount: meterAmountFor(offer, 12_000n), sequence: 2n });
    // 10,000 rows at 2 USDC per 1,000, 2,000 at half of it.
    expect(await redeemVoucherSync(world.provider, { ...at(), ...second })).toMatchObject({ released: 14n * USDC });
    await expect(redeemVoucher(world.provider, { ...at(), ...first })).rejects.toMatchObject({
      data: { errorName: "MeterRail_StaleVoucher" },
      hint: expect.stringMatching(/newest voucher/),
    });
  });

  it("runs dry, which access says, and goes on after a deposit", async () => {
    const { licenseId } = await bought(10n * USDC);
    await redeemVoucherSync(world.provider, { ...at(), ...(await signed(licenseId, 5_000n)) });
    const ask = () => accessOf(world.buyer, { ...at(), licenseId, user: buyer(), version: 1, uses: ["train"] });
    expect(await meterStanding(world.buyer, { ...at(), licenseId })).toBe("Exhausted");
    expect(await ask()).toBe("QuotaExhausted");
    await world.mint(buyer(), 3n * USDC);
    const prepared = await prepareDeposit(world.buyer, { ...at(), licenseId, offer, amount: 3n * USDC });
    expect(prepared.requirements.map(({ type }) => type)).toEqual(["approval"]);
    await execute(world.buyer, prepared);
    expect(await ask()).toBe("Granted");
  });

  it("bills many in one transaction, and one that is refused leaves the others alone", async () => {
    const [one, two] = [await bought(20n * USDC), await bought(20n * USDC)];
    const vouchers = [
      await signed(one.licenseId, 1_000n),
      await signed(two.licenseId, 3_000n),
      { ...(await signed(two.licenseId, 9_999_999n)), signature: `0x${"11".repeat(65)}` as const },
    ];
    const receipt = await waitForSuccess(world.provider, await redeemVouchers(world.provider, { ...at(), vouchers }));
    expect(redeemVouchers.extractEvents(receipt.logs)).toMatchObject([
      { released: 2n * USDC },
      { released: 6n * USDC },
    ]);
    const [refused] = refusedVouchers(receipt.logs);
    expect(refused).toMatchObject({ licenseId: two.licenseId, sequence: 1n });
    expect(refused?.reason).toBe(toFunctionSelector("MeterRail_StaleVoucher(uint256,uint64,uint64)"));
  });

  it("gives back what thawed, as far as vouchers left it", async () => {
    const { licenseId } = await bought(20n * USDC);
    const deal = { ...at(), licenseId, offer };
    await requestDepositSync(world.buyer, { ...deal, amount: 20n * USDC });
    await redeemVoucherSync(world.provider, { ...at(), ...(await signed(licenseId, 4_000n)) });
    await expect(withdrawDepositSync(world.buyer, deal)).rejects.toMatchObject({
      data: { errorName: "PaymentRail_TooEarly" },
    });
    await world.pass(HOUR + 1);
    expect(await withdrawDepositSync(world.ada, deal)).toMatchObject({ payer: buyer(), amount: 12n * USDC });
  });

  it("ends on the holder's word, and returns the rest after the final window", async () => {
    const { licenseId } = await bought(20n * USDC);
    const deal = { ...at(), licenseId, offer };
    expect(await meterRedeemableUntil(world.buyer, deal)).toBeGreaterThan(0n);
    const { redeemableUntil } = await closeMeterSync(world.buyer, deal);
    expect(await meterRedeemableUntil(world.buyer, deal)).toBe(BigInt(redeemableUntil));
    await expect(settleMeter(world.ada, deal)).rejects.toMatchObject({
      data: { errorName: "MeterRail_NothingToSettle" },
    });
    await world.pass(HOUR + 1);
    const receipt = await waitForSuccess(world.ada, await settleMeter(world.ada, deal));
    expect(settleMeter.extractEvent(receipt.logs)).toMatchObject({ payer: buyer(), returned: 20n * USDC });
  });

  it("says that a license of another rail has no meter", async () => {
    await expect(meterOf(world.buyer, { ...at(), licenseId: 999n })).rejects.toMatchObject({
      data: { errorName: "MeterRail_Unknown" },
      hint: "It was bought through another payment rail.",
    });
  });
});

describe("a post-paid meter", () => {
  it("asks for the allowance that pays its bills, and then collects them", async () => {
    const postpaid = await openAnother(world, offer, {
      price: 2n * USDC,
      railTerms: { rail: "meter", kind: "Rows", scale: 3, mode: "Postpaid", cap: 50_000n, thaw: HOUR },
    });
    const { licenseId, prepared, steps } = await purchase(world, postpaid);
    expect(prepared.due).toBe(0n);
    expect(prepared.requirements).toMatchObject([
      { type: "approval", spender: world.deployment.contracts.MeterRail?.address, amount: 100n * USDC },
    ]);
    expect(steps).toEqual(["approval", "transaction"]);
    await world.mint(buyer(), 6n * USDC);
    const voucher = nextVoucher({ licenseId, offer: postpaid, used: 3_000n });
    const signature = await signUsageVoucher(world.buyer, { ...at(), message: voucher });
    const bill = { ...at(), offer: postpaid, voucher, signature };
    expect(await redeemVoucherSync(world.provider, bill)).toMatchObject({ released: 6n * USDC });
    expect(() => nextVoucher({ licenseId, offer: postpaid, last: voucher, used: 50_000n })).toThrow(/cap of 50000/);
  });
});

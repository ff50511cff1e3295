import { type Context, ponder } from "ponder:registry";
import { license, meter, voucher, voucherRefusal } from "ponder:schema";
import type { Address } from "viem";
import { billTo, deferredClaimed, payoutDeferred, recordPayment } from "./money";
import { type AnyEvent, chainId, idOf, logAction, logId } from "./shared";

type Meter = typeof meter.$inferSelect;
type Change = Partial<typeof meter.$inferInsert>;

ponder.on("MeterRail:MeterOpened", async ({ event, context }) => {
  const { licenseId, payer, token, deposit } = event.args;
  const sold = await context.db.find(license, { id: idOf(licenseId) });
  await context.db.insert(meter).values({
    id: idOf(licenseId),
    chainId,
    licenseId,
    sponsor: sold && sold.licensee !== payer ? payer : null,
    token,
    units: 0n,
    spent: 0n,
    funded: deposit,
    released: 0n,
    sequence: 0n,
    vouchers: 0,
    thawing: 0n,
    frozen: false,
    openedAt: event.block.timestamp,
    updatedAt: event.block.timestamp,
  });
});

ponder.on("MeterRail:Deposited", async ({ event, context }) => {
  const { licenseId, by, token, amount, funded } = event.args;
  await setMeter(context, event, licenseId, { funded });
  await recordPayment(context, event, "DEPOSIT", { licenseId, account: by, token, amount });
  await logAction(context.db, event, "DEPOSIT", { actor: by, licenseRef: idOf(licenseId) });
});

ponder.on("MeterRail:VoucherRedeemed", async ({ event, context }) => {
  const { licenseId, signer, units, amount, sequence, released } = event.args;
  const id = idOf(licenseId);
  const before = await context.db.find(meter, { id });
  if (!before) return;
  await context.db.insert(voucher).values({
    id: idOf(licenseId, sequence),
    chainId,
    meterRef: id,
    licenseId,
    sequence,
    signer,
    units,
    amount,
    billedUnits: units - before.units,
    billed: amount - before.spent,
    released,
    at: event.block.timestamp,
    transactionHash: event.transaction.hash,
  });
  const account = await answersFor(context, before, signer);
  await releaseFrom(context, event, before, account, released, {
    units,
    spent: amount,
    sequence,
    vouchers: before.vouchers + 1,
  });
  await logAction(context.db, event, "REDEEM_VOUCHER", { actor: signer, licenseRef: id });
});

ponder.on("MeterRail:VoucherRefused", async ({ event, context }) => {
  const { licenseId, sequence, reason } = event.args;
  await context.db.insert(voucherRefusal).values({
    id: logId(event),
    chainId,
    licenseId,
    sequence,
    reason,
    at: event.block.timestamp,
    transactionHash: event.transaction.hash,
  });
});

ponder.on("MeterRail:PaymentMissed", async ({ event, context }) => {
  const { licenseId, debtor, lapsesAt } = event.args;
  await setMeter(context, event, licenseId, { debtor, lapsesAt: BigInt(lapsesAt) });
  await logAction(context.db, event, "MISS_PAYMENT", { actor: debtor, licenseRef: idOf(licenseId) });
});

ponder.on("MeterRail:DebtPaid", async ({ event, context }) => {
  const { licenseId, by, amount, debt } = event.args;
  const before = await context.db.find(meter, { id: idOf(licenseId) });
  if (!before) return;
  const settled = debt === 0n ? { debtor: null, lapsesAt: null } : {};
  await releaseFrom(context, event, before, before.debtor ?? by, amount, settled);
  await logAction(context.db, event, "PAY_DEBT", { actor: by, licenseRef: idOf(licenseId) });
});

ponder.on("MeterRail:WithdrawalThawing", async ({ event, context }) => {
  const { licenseId, by, amount, thawedAt } = event.args;
  await setMeter(context, event, licenseId, { thawing: amount, thawedAt: amount > 0n ? BigInt(thawedAt) : null });
  await logAction(context.db, event, "WITHDRAW", { actor: by, licenseRef: idOf(licenseId) });
});

ponder.on("MeterRail:DepositWithdrawn", async ({ event, context }) => {
  const { licenseId, payer, token, amount } = event.args;
  await context.db.update(meter, { id: idOf(licenseId) }).set((row) => ({
    funded: row.funded - amount,
    thawing: 0n,
    thawedAt: null,
    updatedAt: event.block.timestamp,
  }));
  await recordPayment(context, event, "WITHDRAWAL", { licenseId, account: payer, token, amount });
  await logAction(context.db, event, "COMPLETE_WITHDRAWAL", { actor: payer, licenseRef: idOf(licenseId) });
});

ponder.on("MeterRail:MeterClosed", async ({ event, context }) => {
  const { licenseId, by, redeemableUntil } = event.args;
  await setMeter(context, event, licenseId, { redeemableUntil: BigInt(redeemableUntil) });
  await logAction(context.db, event, "CLOSE_METER", { actor: by, licenseRef: idOf(licenseId) });
});

ponder.on("MeterRail:MeterFinished", async ({ event, context }) => {
  const { licenseId, payer, token, returned, released } = event.args;
  await context.db.update(meter, { id: idOf(licenseId) }).set((row) => ({
    funded: row.funded - returned,
    // What a ruling releases counts as spent, as the rail does it.
    spent: row.spent + released,
    released: row.released + released,
    thawing: 0n,
    thawedAt: null,
    frozen: false,
    finishedAt: event.block.timestamp,
    updatedAt: event.block.timestamp,
  }));
  if (released > 0n) await billTo(context, licenseId, payer);
  await recordPayment(context, event, "REFUND", { licenseId, account: payer, token, amount: returned });
  await logAction(context.db, event, "FINISH_METER", { actor: payer, licenseRef: idOf(licenseId) });
});

ponder.on("MeterRail:MeterFrozen", async ({ event, context }) => {
  await setMeter(context, event, event.args.licenseId, { frozen: event.args.frozen });
});

ponder.on("MeterRail:PayoutDeferred", payoutDeferred);
ponder.on("MeterRail:DeferredClaimed", deferredClaimed);

/**
 * Books a release. What it takes beyond all that was paid in came out of `account`'s allowance in the same call: the rail tells of it by
 * what it released alone.
 */
async function releaseFrom(
  context: Context,
  event: AnyEvent,
  before: Meter,
  account: Address,
  amount: bigint,
  change: Change,
) {
  const { licenseId, token } = before;
  const released = before.released + amount;
  const pulled = released > before.funded ? released - before.funded : 0n;
  await setMeter(context, event, licenseId, { ...change, released, funded: before.funded + pulled });
  await recordPayment(context, event, "BILL", { licenseId, account, token, amount: pulled });
  if (amount > 0n) await billTo(context, licenseId, account);
}

/** Who pays the bills that `signer` signs: the sponsor for the licensee that it named, everybody else for itself. */
async function answersFor(context: Context, { id, sponsor }: Meter, signer: Address): Promise<Address> {
  if (!sponsor) return signer;
  const sold = await context.db.find(license, { id });
  return sold?.licensee === signer ? sponsor : signer;
}

/** Changes a meter's row; every change carries the time of its event. */
function setMeter(context: Context, event: AnyEvent, licenseId: bigint, change: Change) {
  return context.db.update(meter, { id: idOf(licenseId) }).set({ ...change, updatedAt: event.block.timestamp });
}

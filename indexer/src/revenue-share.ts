import { type Context, ponder } from "ponder:registry";
import { revenueAudit, revenueShare, revenueStatement } from "ponder:schema";
import { billTo, deferredClaimed, payoutDeferred, recordPayment } from "./money";
import { type AnyEvent, chainId, idOf, logAction } from "./shared";

type Share = typeof revenueShare.$inferSelect;

ponder.on("RevenueShareRail:ShareOpened", async ({ event, context }) => {
  const { licenseId, payer, token, guarantee } = event.args;
  await context.db.insert(revenueShare).values({
    id: idOf(licenseId),
    chainId,
    licenseId,
    payer,
    token,
    guarantee,
    held: guarantee,
    stated: 0,
    owed: 0n,
    debt: 0n,
    credit: guarantee,
    frozen: false,
    openedAt: event.block.timestamp,
    updatedAt: event.block.timestamp,
  });
});

ponder.on("RevenueShareRail:GuaranteeReleased", async ({ event, context }) => {
  const { licenseId, amount } = event.args;
  await setShare(context, event, licenseId, (row) => ({ held: row.held - amount }));
});

ponder.on("RevenueShareRail:RevenueStated", async ({ event, context }) => {
  const { licenseId, period, by, token, revenue, owed, paid, reportHash } = event.args;
  await context.db.insert(revenueStatement).values({
    id: idOf(licenseId, period),
    chainId,
    shareRef: idOf(licenseId),
    licenseId,
    period,
    by,
    token,
    revenue,
    owed,
    paid,
    reportHash,
    at: event.block.timestamp,
    transactionHash: event.transaction.hash,
  });
  await setShare(context, event, licenseId, (row) => ({
    stated: period,
    owed: row.owed + owed,
    credit: row.credit - (owed - paid),
    missed: null,
    cureUntil: null,
  }));
  // Who states it owes it, whoever pays.
  await billTo(context, licenseId, null);
  await recordPayment(context, event, "STATEMENT", { licenseId, account: by, token, amount: paid });
  await logAction(context.db, event, "STATE_REVENUE", { actor: by, licenseRef: idOf(licenseId) });
});

ponder.on("RevenueShareRail:StatementMissed", async ({ event, context }) => {
  const { licenseId, period, cureUntil } = event.args;
  await setShare(context, event, licenseId, () => ({ missed: period, cureUntil: BigInt(cureUntil) }));
  await logAction(context.db, event, "MISS_STATEMENT", { licenseRef: idOf(licenseId) });
});

ponder.on("RevenueShareRail:RevenueAudited", async ({ event, context }) => {
  const { licenseId, period, ...found } = event.args;
  await context.db.insert(revenueAudit).values({
    id: idOf(licenseId, period),
    chainId,
    shareRef: idOf(licenseId),
    licenseId,
    period,
    ...found,
    at: event.block.timestamp,
    transactionHash: event.transaction.hash,
  });
  const { before, owed, debt, credit } = found;
  await setShare(context, event, licenseId, (row) => ({
    owed: row.owed + owed - before,
    debt,
    credit,
    // An audit of the next period is its statement.
    ...(period > row.stated && { stated: period, missed: null, cureUntil: null }),
  }));
  await logAction(context.db, event, "AUDIT_REVENUE", { licenseRef: idOf(licenseId) });
});

ponder.on("RevenueShareRail:DebtPaid", async ({ event, context }) => {
  const { licenseId, by, token, amount, left } = event.args;
  await setShare(context, event, licenseId, () => ({ debt: left }));
  await billTo(context, licenseId, null);
  await recordPayment(context, event, "DEBT", { licenseId, account: by, token, amount });
  await logAction(context.db, event, "PAY_DEBT", { actor: by, licenseRef: idOf(licenseId) });
});

ponder.on("RevenueShareRail:GuaranteeRefunded", async ({ event, context }) => {
  const { licenseId, payer, token, amount } = event.args;
  await setShare(context, event, licenseId, (row) => ({ held: row.held - amount, credit: row.credit - amount }));
  await recordPayment(context, event, "REFUND", { licenseId, account: payer, token, amount });
  await logAction(context.db, event, "REFUND", { actor: payer, licenseRef: idOf(licenseId) });
});

ponder.on("RevenueShareRail:ShareClosing", async ({ event, context }) => {
  const { licenseId, lastPeriod, endsAt } = event.args;
  await setShare(context, event, licenseId, () => ({ lastPeriod, endsAt: BigInt(endsAt) }));
  await logAction(context.db, event, "GIVE_NOTICE", { licenseRef: idOf(licenseId) });
});

ponder.on("RevenueShareRail:ShareClosed", async ({ event, context }) => {
  const { licenseId, lastPeriod } = event.args;
  await setShare(context, event, licenseId, () => ({ lastPeriod, closedAt: event.block.timestamp, frozen: false }));
  await logAction(context.db, event, "CLOSE_SHARE", { licenseRef: idOf(licenseId) });
});

ponder.on("RevenueShareRail:ShareFrozen", async ({ event, context }) => {
  await setShare(context, event, event.args.licenseId, () => ({ frozen: event.args.frozen }));
});

ponder.on("RevenueShareRail:PayoutDeferred", payoutDeferred);
ponder.on("RevenueShareRail:DeferredClaimed", deferredClaimed);

/** Changes a revenue share's row; every change carries the time of its event. */
async function setShare(
  context: Context,
  event: AnyEvent,
  licenseId: bigint,
  change: (row: Share) => Partial<typeof revenueShare.$inferInsert>,
) {
  await context.db
    .update(revenueShare, { id: idOf(licenseId) })
    .set((row) => ({ ...change(row), updatedAt: event.block.timestamp }));
}

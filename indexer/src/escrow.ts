import { type Context, ponder } from "ponder:registry";
import { hold, releaseCondition } from "ponder:schema";
import { deferredClaimed, payoutDeferred, recordPayment } from "./money";
import { recordRefund } from "./refunds";
import { type AnyEvent, chainId, idOf, logAction } from "./shared";

ponder.on("EscrowRail:HoldOpened", async ({ event, context }) => {
  const { licenseId, payer, token, amount, slaDeadline } = event.args;
  await context.db.insert(hold).values({
    id: idOf(licenseId),
    chainId,
    licenseId,
    payer,
    token,
    amount,
    state: "HELD",
    frozen: false,
    slaDeadline: BigInt(slaDeadline),
    released: 0n,
    refunded: 0n,
    openedAt: event.block.timestamp,
    updatedAt: event.block.timestamp,
  });
});

ponder.on("EscrowRail:DeliveryRecorded", async ({ event, context }) => {
  const { licenseId, provider, receiptHash, chunks, windowEnds } = event.args;
  await setHold(context, event, licenseId, {
    state: "DELIVERED",
    receiptHash,
    deliveredChunks: chunks,
    deadline: BigInt(windowEnds),
  });
  await logAction(context.db, event, "DELIVER", { actor: provider, licenseRef: idOf(licenseId) });
});

ponder.on("EscrowRail:DeliveryConfirmed", async ({ event, context }) => {
  const { licenseId, by } = event.args;
  await logAction(context.db, event, "CONFIRM", { actor: by, licenseRef: idOf(licenseId) });
});

ponder.on("EscrowRail:Contested", async ({ event, context }) => {
  const { licenseId, by, bond, reasonHash, defaultAt } = event.args;
  const { token } = await setHold(context, event, licenseId, {
    state: "CONTESTED",
    contester: by,
    contestBond: bond,
    reasonHash,
    deadline: BigInt(defaultAt),
  });
  await recordPayment(context, event, "BOND", { licenseId, account: by, token, amount: bond });
  await logAction(context.db, event, "CONTEST", { actor: by, licenseRef: idOf(licenseId) });
});

ponder.on("EscrowRail:ContestResolved", async ({ event, context }) => {
  const { licenseId, bondTo, bond } = event.args;
  const row = await context.db.find(hold, { id: idOf(licenseId) });
  if (row) {
    const { token } = row;
    await recordPayment(context, event, "BOND_RETURNED", { licenseId, account: bondTo, token, amount: bond });
  }
  await logAction(context.db, event, "RESOLVE_CONTEST", { actor: bondTo, licenseRef: idOf(licenseId) });
});

ponder.on("EscrowRail:WithdrawalRequested", async ({ event, context }) => {
  const { licenseId, by, effectiveAt } = event.args;
  await setHold(context, event, licenseId, { state: "WITHDRAWING", deadline: BigInt(effectiveAt) });
  await logAction(context.db, event, "WITHDRAW", { actor: by, licenseRef: idOf(licenseId) });
});

ponder.on("EscrowRail:ReleasedByEvidence", async ({ event, context }) => {
  const { licenseId, condition, provenAt } = event.args;
  // HoldReleased follows and tells of the money.
  await setHold(context, event, licenseId, {
    condition: releaseCondition.enumValues[condition],
    provenAt: BigInt(provenAt),
  });
  await logAction(context.db, event, "PROVE_DELIVERY", { licenseRef: idOf(licenseId) });
});

ponder.on("EscrowRail:HoldReleased", async ({ event, context }) => {
  const { licenseId, amount } = event.args;
  const row = await context.db.find(hold, { id: idOf(licenseId) });
  // A ruling may refund a part first: money that went back decides the state.
  const state = row && row.refunded > 0n ? "REFUNDED" : "RELEASED";
  await setHold(context, event, licenseId, { state, released: (row?.released ?? 0n) + amount });
  await logAction(context.db, event, "RELEASE", { licenseRef: idOf(licenseId) });
});

ponder.on("EscrowRail:HoldRefunded", async ({ event, context }) => {
  const { licenseId, payer, token, amount } = event.args;
  const row = await context.db.find(hold, { id: idOf(licenseId) });
  // Before the row changes.
  const cause = causeOf(row);
  await setHold(context, event, licenseId, { state: "REFUNDED", refunded: (row?.refunded ?? 0n) + amount });
  await recordPayment(context, event, "REFUND", { licenseId, account: payer, token, amount });
  await recordRefund(context, event, cause, { licenseId, token, amount });
  await logAction(context.db, event, "REFUND", { actor: payer, licenseRef: idOf(licenseId) });
});

ponder.on("EscrowRail:HoldFrozen", async ({ event, context }) => {
  await setHold(context, event, event.args.licenseId, { frozen: event.args.frozen });
});

ponder.on("EscrowRail:PayoutDeferred", payoutDeferred);
ponder.on("EscrowRail:DeferredClaimed", deferredClaimed);

/** Why a hold is paid back, by the state in which it was. */
function causeOf(row: typeof hold.$inferSelect | null) {
  if (row?.state === "WITHDRAWING") return "WITHDRAWAL";
  return row?.state === "CONTESTED" || row?.frozen ? "RULING" : "UNDELIVERED";
}

/** Changes a hold's row; every change carries the time of its event. */
function setHold(context: Context, event: AnyEvent, licenseId: bigint, values: Partial<typeof hold.$inferInsert>) {
  return context.db.update(hold, { id: idOf(licenseId) }).set({ ...values, updatedAt: event.block.timestamp });
}

import { type Context, ponder } from "ponder:registry";
import { disputeBond, disputeSetting, disputeSubject, faultRemedy, judge, licenseHold, salesStop } from "ponder:schema";
import { type AnyEvent, chainId, idOf, logAction, logId } from "../shared";

// What disputes hold, and the numbers that govern them.

ponder.on("DisputeManager:LicenseHeld", async ({ event, context }) => {
  const { licenseId, money, frozen, holds } = event.args;
  await setHold(context, event, licenseId, () =>
    money ? { moneyFrozen: frozen, moneyHolds: holds } : { accessFrozen: frozen, accessHolds: holds },
  );
  await logAction(context.db, event, frozen ? "HOLD_LICENSE" : "FREE_LICENSE", { licenseRef: idOf(licenseId) });
});

ponder.on("DisputeManager:RefundDue", async ({ event, context }) => {
  const { licenseId, owed } = event.args;
  await setHold(context, event, licenseId, () => ({ owed }));
  await logAction(context.db, event, "OWE_REFUND", { licenseRef: idOf(licenseId) });
});

ponder.on("DisputeManager:LicenseSettled", async ({ event, context }) => {
  const { licenseId, refunded, released } = event.args;
  await setHold(context, event, licenseId, (row) => ({
    owed: 0n,
    refunded: row.refunded + refunded,
    released: row.released + released,
  }));
  await logAction(context.db, event, "SETTLE_LICENSE", { licenseRef: idOf(licenseId) });
});

ponder.on("DisputeManager:LicenseEnds", async ({ event, context }) => {
  const { licenseId, endsAt } = event.args;
  await setHold(context, event, licenseId, () => ({ endsAt: BigInt(endsAt) }));
  await logAction(context.db, event, "SHORTEN_LICENSE", { licenseRef: idOf(licenseId) });
});

ponder.on("DisputeManager:SalesStopped", async ({ event, context }) => {
  const { datasetId, version, stopped, holds } = event.args;
  const [datasetRef, versionRef] = [idOf(datasetId), idOf(datasetId, version)];
  const values = { stopped, holds, updatedAt: event.block.timestamp };
  await context.db
    .insert(salesStop)
    .values({ id: versionRef, chainId, datasetRef, versionRef, ...values })
    .onConflictDoUpdate(values);
  await logAction(context.db, event, stopped ? "STOP_SALES" : "RESUME_SALES", { datasetRef });
});

ponder.on("DisputeManager:FaultApplied", async ({ event, context }) => {
  const { licenseId, by, reporter, refunded } = event.args;
  const licenseRef = idOf(licenseId);
  await context.db.insert(faultRemedy).values({
    id: logId(event),
    chainId,
    licenseRef,
    by,
    reporter,
    refunded,
    at: event.block.timestamp,
    transactionHash: event.transaction.hash,
  });
  await logAction(context.db, event, "APPLY_FAULT", { actor: reporter, licenseRef });
});

ponder.on("DisputeManager:JudgeSet", async ({ event, context }) => {
  const { index, arbitrator, rulingWindow, appealTo, listed } = event.args;
  const values = { arbitrator, rulingWindow: BigInt(rulingWindow), appealTo: appealTo || null, listed };
  await context.db
    .insert(judge)
    .values({ id: idOf(index), chainId, index, ...values })
    .onConflictDoUpdate(values);
  await logAction(context.db, event, listed ? "LIST_ARBITRATOR" : "DELIST_ARBITRATOR", { actor: arbitrator });
});

ponder.on("DisputeManager:NumbersSet", async ({ event, context }) => {
  const { index, numbers } = event.args;
  const { responseWindow, referWindow, appealWindow, limitation, judge: byDefault, ...rest } = numbers;
  await context.db.insert(disputeSetting).values({
    id: idOf(index),
    chainId,
    index,
    responseWindow: BigInt(responseWindow),
    referWindow: BigInt(referWindow),
    appealWindow: BigInt(appealWindow),
    limitation: BigInt(limitation),
    judge: byDefault || null,
    ...rest,
    setAt: event.block.timestamp,
  });
});

ponder.on("DisputeManager:BondSet", async ({ event, context }) => {
  const { token, amount } = event.args;
  const subject = disputeSubject.enumValues[event.args.subject] ?? "NONE";
  await context.db
    .insert(disputeBond)
    .values({ id: idOf(subject, token), chainId, subject, token, amount })
    .onConflictDoUpdate({ amount });
});

type Hold = typeof licenseHold.$inferSelect;

/** Changes what disputes hold of a license; the first change makes the row. */
async function setHold(context: Context, event: AnyEvent, licenseId: bigint, change: (row: Hold) => Partial<Hold>) {
  const id = idOf(licenseId);
  const row = (await context.db.find(licenseHold, { id })) ?? {
    ...{ id, chainId, licenseRef: id, moneyFrozen: false, moneyHolds: 0, accessFrozen: false, accessHolds: 0 },
    ...{ owed: 0n, refunded: 0n, released: 0n, endsAt: null, updatedAt: 0n },
  };
  const changed = { ...row, ...change(row), updatedAt: event.block.timestamp };
  await context.db.insert(licenseHold).values(changed).onConflictDoUpdate(changed);
}

import { type Context, ponder } from "ponder:registry";
import {
  distribution,
  hold,
  paymentToken,
  payout,
  type payoutKind,
  pool,
  protocol,
  royalty,
  split,
  splitMember,
} from "ponder:schema";
import type { Address } from "viem";
import { type AnyEvent, addToDay, chainId, idOf, logAction, logId, touchAccount } from "./shared";

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
  await setHold(context, event, licenseId, {
    state: "CONTESTED",
    contester: by,
    contestBond: bond,
    reasonHash,
    deadline: BigInt(defaultAt),
  });
  await logAction(context.db, event, "CONTEST", { actor: by, licenseRef: idOf(licenseId) });
});

ponder.on("EscrowRail:ContestResolved", async ({ event, context }) => {
  const { licenseId, bondTo } = event.args;
  await logAction(context.db, event, "RESOLVE_CONTEST", { actor: bondTo, licenseRef: idOf(licenseId) });
});

ponder.on("EscrowRail:WithdrawalRequested", async ({ event, context }) => {
  const { licenseId, by, effectiveAt } = event.args;
  await setHold(context, event, licenseId, { state: "WITHDRAWING", deadline: BigInt(effectiveAt) });
  await logAction(context.db, event, "WITHDRAW", { actor: by, licenseRef: idOf(licenseId) });
});

ponder.on("EscrowRail:HoldReleased", async ({ event, context }) => {
  const { licenseId, token, amount } = event.args;
  const row = await context.db.find(hold, { id: idOf(licenseId) });
  // A ruling may refund a part first: money that went back decides the state.
  const state = row && row.refunded > 0n ? "REFUNDED" : "RELEASED";
  await setHold(context, event, licenseId, { state, released: (row?.released ?? 0n) + amount });
  await addToDay(context.db, event, token, { released: amount });
  await logAction(context.db, event, "RELEASE", { licenseRef: idOf(licenseId) });
});

ponder.on("EscrowRail:HoldRefunded", async ({ event, context }) => {
  const { licenseId, payer, token, amount } = event.args;
  const row = await context.db.find(hold, { id: idOf(licenseId) });
  await setHold(context, event, licenseId, { state: "REFUNDED", refunded: (row?.refunded ?? 0n) + amount });
  await addToDay(context.db, event, token, { refunded: amount });
  await logAction(context.db, event, "REFUND", { actor: payer, licenseRef: idOf(licenseId) });
});

ponder.on("EscrowRail:HoldFrozen", async ({ event, context }) => {
  await setHold(context, event, event.args.licenseId, { frozen: event.args.frozen });
});

ponder.on("EscrowRail:PayoutDeferred", async ({ event, context }) => {
  const { account, token, amount } = event.args;
  await pay(context, event, "DEFERRED", account, token, amount);
});

ponder.on("EscrowRail:DeferredClaimed", async ({ event, context }) => {
  const { account, token, amount } = event.args;
  await pay(context, event, "CLAIM", account, token, amount);
});

ponder.on("RevenueDistributor:SplitCreated", async ({ event, context }) => {
  const { datasetId, split: number, members } = event.args;
  const splitRef = idOf(datasetId, number);
  await context.db.insert(split).values({
    id: splitRef,
    chainId,
    datasetRef: idOf(datasetId),
    split: number,
    createdAt: event.block.timestamp,
  });
  for (const member of members) {
    await context.db
      .insert(splitMember)
      .values({ id: idOf(datasetId, number, member.account), chainId, splitRef, ...member });
    await touchAccount(context.db, event, member.account);
  }
  await logAction(context.db, event, "CREATE_SPLIT", { datasetRef: idOf(datasetId) });
});

ponder.on("RevenueDistributor:PoolCreated", async ({ event, context }) => {
  const { datasetId, split: number, token, superToken, pool: address } = event.args;
  const splitRef = idOf(datasetId, number);
  await context.db
    .insert(pool)
    .values({ id: idOf(datasetId, number, token), chainId, splitRef, token, superToken, pool: address });
});

ponder.on("RevenueDistributor:Distributed", async ({ event, context }) => {
  const { licenseId, datasetId, token, ...amounts } = event.args;
  await context.db.insert(distribution).values({
    id: logId(event),
    chainId,
    licenseId,
    datasetRef: idOf(datasetId),
    token,
    ...amounts,
    at: event.block.timestamp,
    transactionHash: event.transaction.hash,
  });
  const { owner, toOwner } = amounts;
  if (toOwner > 0n) await pay(context, event, "OWNER", owner, token, toOwner, idOf(datasetId));
  await addToDay(context.db, event, token, { fees: amounts.fee });
  await logAction(context.db, event, "DISTRIBUTE", { datasetRef: idOf(datasetId), licenseRef: idOf(licenseId) });
});

ponder.on("RevenueDistributor:Credited", async ({ event, context }) => {
  const { account, token, amount, refused } = event.args;
  await pay(context, event, refused ? "DEFERRED" : "CREDIT", account, token, amount);
});

ponder.on("RevenueDistributor:PoolPaid", async ({ event, context }) => {
  const { pool: address, token, amount } = event.args;
  await pay(context, event, "POOL", address, token, amount);
});

ponder.on("RevenueDistributor:RoyaltyAccrued", async ({ event, context }) => {
  const { parentId, parentVersion, token, owner, amount } = event.args;
  const values = { chainId, parentRef: idOf(parentId), parentVersion, token, owner, accrued: amount, paid: 0n };
  await context.db
    .insert(royalty)
    .values({ id: idOf(parentId, parentVersion, token, owner), ...values })
    .onConflictDoUpdate((row) => ({ accrued: row.accrued + amount }));
});

ponder.on("RevenueDistributor:RoyaltyPaid", async ({ event, context }) => {
  const { datasetId, version, token, owner, toOwner, toParents } = event.args;
  await context.db
    .update(royalty, { id: idOf(datasetId, version, token, owner) })
    .set((row) => ({ paid: row.paid + toOwner + toParents }));
  await pay(context, event, "ROYALTY", owner, token, toOwner, idOf(datasetId));
});

ponder.on("RevenueDistributor:FeesCollected", async ({ event, context }) => {
  const { token, treasury, amount } = event.args;
  await pay(context, event, "FEE", treasury, token, amount);
});

ponder.on("RevenueDistributor:Claimed", async ({ event, context }) => {
  const { account, token, amount } = event.args;
  await pay(context, event, "CLAIM", account, token, amount);
});

ponder.on("ProtocolConfig:TreasurySet", async ({ event, context }) => {
  const treasury = event.args.current;
  await context.db
    .insert(protocol)
    .values({ id: String(chainId), chainId, treasury })
    .onConflictDoUpdate({ treasury });
});

ponder.on("ProtocolConfig:PaymentTokenSet", async ({ event, context }) => {
  const { token, ...values } = event.args;
  await context.db
    .insert(paymentToken)
    .values({ id: idOf(token), chainId, token, ...values })
    .onConflictDoUpdate(values);
});

/** Changes a hold's row; every change carries the time of its event. */
async function setHold(
  context: Context,
  event: AnyEvent,
  licenseId: bigint,
  values: Partial<typeof hold.$inferInsert>,
) {
  await context.db.update(hold, { id: idOf(licenseId) }).set({ ...values, updatedAt: event.block.timestamp });
}

async function pay(
  context: Context,
  event: AnyEvent,
  kind: (typeof payoutKind.enumValues)[number],
  account: Address,
  token: Address,
  amount: bigint,
  datasetRef: string | null = null,
) {
  await context.db.insert(payout).values({
    id: logId(event),
    chainId,
    kind,
    account,
    token,
    amount,
    datasetRef,
    at: event.block.timestamp,
    transactionHash: event.transaction.hash,
  });
  await touchAccount(context.db, event, account);
}

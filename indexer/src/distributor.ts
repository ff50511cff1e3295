import { type Context, ponder } from "ponder:registry";
import {
  distribution,
  license,
  liveStream,
  offer,
  paymentToken,
  pool,
  protocol,
  royalty,
  royaltyAccrual,
  split,
  splitMember,
  stream,
} from "ponder:schema";
import { recordPayout } from "./money";
import { addToDay, chainId, idOf, LIVE_STREAM_RAIL, logAction, logId, STREAM_RAIL, touchAccount } from "./shared";

ponder.on("RevenueDistributor:SplitCreated", async ({ event, context }) => {
  const { datasetId, split: number, members } = event.args;
  const splitRef = idOf(datasetId, number);
  await context.db.insert(split).values({
    id: splitRef,
    chainId,
    datasetRef: idOf(datasetId),
    split: number,
    totalBps: members.reduce((sum, member) => sum + member.shareBps, 0),
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
  const refs = { datasetRef: idOf(datasetId), licenseRef: idOf(licenseId) };
  const sold = await context.db.find(license, { id: refs.licenseRef });
  const terms = sold && (await context.db.find(offer, { id: sold.offerRef }));
  const billed = (await streamed(context, refs.licenseRef, sold?.rail)) ?? { token, amount: amounts.amount };
  await context.db.insert(distribution).values({
    id: logId(event),
    chainId,
    licenseId,
    ...refs,
    token,
    ...amounts,
    provider: terms?.provider ?? null,
    billedTo: sold?.billedTo ?? null,
    billed: billed.amount,
    at: event.block.timestamp,
    transactionHash: event.transaction.hash,
    logIndex: event.log.logIndex,
  });
  const { owner, toOwner, fee } = amounts;
  if (toOwner > 0n) {
    const { datasetRef } = refs;
    await recordPayout(context, event, "OWNER", { account: owner, token, amount: toOwner, datasetRef });
  }
  if (billed.token === token) await addToDay(context.db, event, token, { released: billed.amount, fees: fee });
  else {
    await addToDay(context.db, event, billed.token, { released: billed.amount });
    await addToDay(context.db, event, token, { fees: fee });
  }
  await logAction(context.db, event, "DISTRIBUTE", refs);
});

ponder.on("RevenueDistributor:Credited", async ({ event, context }) => {
  const { account, token, amount, refused } = event.args;
  await recordPayout(context, event, refused ? "DEFERRED" : "CREDIT", { account, token, amount });
});

ponder.on("RevenueDistributor:PoolPaid", async ({ event, context }) => {
  const { pool: account, token, amount, distributed } = event.args;
  await recordPayout(context, event, "POOL", { account, token, amount, distributed });
});

ponder.on("RevenueDistributor:RoyaltyAccrued", async ({ event, context }) => {
  const { parentId, parentVersion, token, childId, owner, amount } = event.args;
  const earned = { chainId, parentRef: idOf(parentId), parentVersion, token, owner };
  await context.db
    .insert(royalty)
    .values({ id: idOf(parentId, parentVersion, token, owner), ...earned, accrued: amount, paid: 0n })
    .onConflictDoUpdate((row) => ({ accrued: row.accrued + amount }));
  await context.db.insert(royaltyAccrual).values({
    id: logId(event),
    ...earned,
    childRef: idOf(childId),
    amount,
    at: event.block.timestamp,
    transactionHash: event.transaction.hash,
    logIndex: event.log.logIndex,
  });
});

ponder.on("RevenueDistributor:RoyaltyPaid", async ({ event, context }) => {
  const { datasetId, version, token, owner, toOwner, toParents } = event.args;
  const gross = toOwner + toParents;
  await context.db
    .update(royalty, { id: idOf(datasetId, version, token, owner) })
    .set((row) => ({ paid: row.paid + gross }));
  const datasetRef = idOf(datasetId);
  await recordPayout(context, event, "ROYALTY", { account: owner, token, amount: toOwner, gross, datasetRef });
});

ponder.on("RevenueDistributor:FeesCollected", async ({ event, context }) => {
  const { token, treasury, amount } = event.args;
  await recordPayout(context, event, "FEE", { account: treasury, token, amount });
});

ponder.on("RevenueDistributor:Claimed", async ({ event, context }) => {
  const { account, token, amount } = event.args;
  await recordPayout(context, event, "CLAIM", { account, token, amount });
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

/**
 * What a stream released that is being distributed now, in base units of the payment token, whatever the distributor got.
 * @returns null when another rail pays
 */
async function streamed(context: Context, id: string, rail: number | undefined) {
  const row =
    rail === STREAM_RAIL
      ? await context.db.find(stream, { id })
      : rail === LIVE_STREAM_RAIL && (await context.db.find(liveStream, { id }));
  return row ? { token: row.token, amount: row.releasedLast } : null;
}

import { type Context, ponder } from "ponder:registry";
import {
  epochOutcome,
  epochRange,
  flowChange,
  license,
  offer,
  serviceReport,
  stream,
  streamVault,
} from "ponder:schema";
import { zeroAddress } from "viem";
import { deferredClaimed, payoutDeferred, recordPayment } from "./money";
import { recordRefund } from "./refunds";
import { type AnyEvent, chainId, idOf, logAction, logId } from "./shared";

const outcomes = epochOutcome.enumValues;

ponder.on("StreamRail:StreamOpened", async ({ event, context }) => {
  const { licenseId, payer, vault, superToken, rate, start } = event.args;
  const licenseRef = idOf(licenseId);
  const sold = await context.db.find(license, { id: licenseRef });
  const terms = sold && (await context.db.find(offer, { id: sold.offerRef }));
  await context.db.insert(stream).values({
    id: licenseRef,
    chainId,
    licenseId,
    payer,
    vault,
    token: terms?.token ?? zeroAddress,
    superToken,
    rate,
    start: BigInt(start),
    flowAt: BigInt(start),
    flowRate: rate,
    flowReceived: 0n,
    unpaid: 0n,
    stray: 0n,
    frozen: false,
    settled: 0,
    released: 0n,
    releasedLast: 0n,
    refunded: 0n,
    swept: 0n,
    collected: 0n,
    updatedAt: event.block.timestamp,
  });
  await context.db.insert(streamVault).values({ id: idOf(vault), chainId, licenseRef });
  await logAction(context.db, event, "OPEN_STREAM", { actor: payer, licenseRef });
});

ponder.on("StreamVault:FlowSeen", async ({ event, context }) => {
  const { at: since, rate, received, unpaid, stray } = event.args;
  const vault = await context.db.find(streamVault, { id: idOf(event.log.address) });
  if (!vault) return;
  const { licenseRef } = vault;
  const seen = { rate, received, unpaid: BigInt(unpaid), stray };
  await context.db.insert(flowChange).values({
    id: logId(event),
    chainId,
    streamRef: licenseRef,
    since: BigInt(since),
    ...seen,
    at: event.block.timestamp,
    transactionHash: event.transaction.hash,
  });
  await context.db.update(stream, { id: licenseRef }).set((row) => ({
    flowAt: BigInt(since),
    flowRate: rate,
    flowReceived: received,
    unpaid: seen.unpaid,
    stray,
    // The first flow after a pause ends it; the pause itself may be the look that finds an earlier one.
    pausedAt: row.pausedAt !== null && (rate === 0n || BigInt(since) <= row.pausedAt) ? row.pausedAt : null,
    updatedAt: event.block.timestamp,
  }));
});

ponder.on("StreamVault:Collected", async ({ event, context }) => {
  const vault = await context.db.find(streamVault, { id: idOf(event.log.address) });
  if (!vault) return;
  await context.db
    .update(stream, { id: vault.licenseRef })
    .set((row) => ({ collected: row.collected + event.args.units, updatedAt: event.block.timestamp }));
});

ponder.on("StreamRail:StreamPaused", async ({ event, context }) => {
  const { licenseId } = event.args;
  const { payer } = await setStream(context, event, licenseId, { pausedAt: event.block.timestamp });
  await logAction(context.db, event, "PAUSE_STREAM", { actor: payer, licenseRef: idOf(licenseId) });
});

ponder.on("StreamRail:StreamReopened", async ({ event, context }) => {
  const { licenseId } = event.args;
  const { payer } = await setStream(context, event, licenseId, { pausedAt: null });
  await logAction(context.db, event, "REOPEN_STREAM", { actor: payer, licenseRef: idOf(licenseId) });
});

ponder.on("StreamRail:RateChanged", async ({ event, context }) => {
  const { licenseId, by, rate } = event.args;
  await setStream(context, event, licenseId, { rate });
  await logAction(context.db, event, "CHANGE_RATE", { actor: by, licenseRef: idOf(licenseId) });
});

ponder.on("StreamRail:NoticeGiven", async ({ event, context }) => {
  const { licenseId, by, endsAt } = event.args;
  await setStream(context, event, licenseId, { noticeBy: by, endsAt: BigInt(endsAt) });
  await logAction(context.db, event, "GIVE_NOTICE", { actor: by, licenseRef: idOf(licenseId) });
});

ponder.on("StreamRail:StreamEnded", async ({ event, context }) => {
  const { licenseId } = event.args;
  await setStream(context, event, licenseId, { endedAt: event.block.timestamp });
  await logAction(context.db, event, "END_STREAM", { licenseRef: idOf(licenseId) });
});

ponder.on("StreamRail:ServiceReported", async ({ event, context }) => {
  const { licenseId, fromEpoch, toEpoch, reportHash, windowEnds } = event.args;
  const deadline = BigInt(windowEnds);
  await context.db.insert(serviceReport).values({
    id: logId(event),
    chainId,
    streamRef: idOf(licenseId),
    fromEpoch,
    toEpoch,
    reportHash,
    windowEnds: deadline,
    at: event.block.timestamp,
    transactionHash: event.transaction.hash,
  });
  await setStream(context, event, licenseId, { reportedTo: toEpoch, reportHash, deadline });
  await logAction(context.db, event, "REPORT_SERVICE", { licenseRef: idOf(licenseId) });
});

ponder.on("StreamRail:EpochsContested", async ({ event, context }) => {
  const { licenseId, by, bond, reasonHash, defaultAt } = event.args;
  const contest = { contester: by, contestBond: bond, reasonHash, deadline: BigInt(defaultAt) };
  const { token } = await setStream(context, event, licenseId, contest);
  await recordPayment(context, event, "BOND", { licenseId, account: by, token, amount: bond });
  await logAction(context.db, event, "CONTEST", { actor: by, licenseRef: idOf(licenseId) });
});

ponder.on("StreamRail:ContestEnded", async ({ event, context }) => {
  const { licenseId, bondTo, bond } = event.args;
  const { token } = await setStream(context, event, licenseId, {
    contester: null,
    contestBond: null,
    reasonHash: null,
  });
  await recordPayment(context, event, "BOND_RETURNED", { licenseId, account: bondTo, token, amount: bond });
  await logAction(context.db, event, "RESOLVE_CONTEST", { actor: bondTo, licenseRef: idOf(licenseId) });
});

ponder.on("StreamRail:EpochsSettled", async ({ event, context }) => {
  const { licenseId, fromEpoch, toEpoch, outcome, token, released, refunded } = event.args;
  await context.db.insert(epochRange).values({
    id: idOf(licenseId, fromEpoch, toEpoch),
    chainId,
    streamRef: idOf(licenseId),
    fromEpoch,
    toEpoch,
    outcome: outcomes[outcome] ?? "RULED",
    token,
    released,
    refunded,
    at: event.block.timestamp,
    transactionHash: event.transaction.hash,
  });
  const { payer } = await context.db.update(stream, { id: idOf(licenseId) }).set((row) => ({
    settled: toEpoch,
    reportedTo: null,
    reportHash: null,
    deadline: null,
    released: row.released + released,
    releasedLast: released,
    refunded: row.refunded + refunded,
    updatedAt: event.block.timestamp,
  }));
  await recordPayment(context, event, "STREAM", { licenseId, account: payer, token, amount: released + refunded });
  await recordPayment(context, event, "REFUND", { licenseId, account: payer, token, amount: refunded });
  const cause = outcomes[outcome] === "RULED" ? "RULING" : "UNDELIVERED";
  await recordRefund(context, event, cause, { licenseId, token, amount: refunded });
  await logAction(context.db, event, "SETTLE_EPOCHS", { licenseRef: idOf(licenseId) });
});

ponder.on("StreamRail:StraySwept", async ({ event, context }) => {
  const { licenseId, payer, amount } = event.args;
  await context.db
    .update(stream, { id: idOf(licenseId) })
    .set((row) => ({ swept: row.swept + amount, stray: 0n, updatedAt: event.block.timestamp }));
  await logAction(context.db, event, "SWEEP_STREAM", { actor: payer, licenseRef: idOf(licenseId) });
});

ponder.on("StreamRail:StreamFrozen", async ({ event, context }) => {
  await setStream(context, event, event.args.licenseId, { frozen: event.args.frozen });
});

ponder.on("StreamRail:PayoutDeferred", payoutDeferred);
ponder.on("StreamRail:DeferredClaimed", deferredClaimed);

/** Changes a stream's row; every change carries the time of its event. */
function setStream(context: Context, event: AnyEvent, licenseId: bigint, values: Partial<typeof stream.$inferInsert>) {
  return context.db.update(stream, { id: idOf(licenseId) }).set({ ...values, updatedAt: event.block.timestamp });
}

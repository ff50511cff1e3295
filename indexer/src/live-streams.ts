import { type Context, ponder } from "ponder:registry";
import { license, liveCollector, liveStream, offer, passage, passingChange } from "ponder:schema";
import { superTokenMinimalAbi } from "@colophon-protocol/contracts";
import { type Address, zeroAddress } from "viem";
import { deferredClaimed, payoutDeferred, recordPayment } from "./money";
import { type AnyEvent, chainId, idOf, logAction, logId, placeOf } from "./shared";

ponder.on("LiveStreamRail:LiveOpened", async ({ event, context }) => {
  const { licenseId, payer, contributors, rest, superToken, rate, poolRate } = event.args;
  const licenseRef = idOf(licenseId);
  const sold = await context.db.find(license, { id: licenseRef });
  const terms = sold && (await context.db.find(offer, { id: sold.offerRef }));
  await context.db.insert(liveStream).values({
    id: licenseRef,
    chainId,
    licenseId,
    payer,
    poolVault: contributors === zeroAddress ? null : contributors,
    restVault: rest,
    token: terms?.token ?? zeroAddress,
    superToken,
    scale: await scaleOf(context, superToken),
    rate,
    poolRate,
    // The vaults begin in the same transaction, of which Passing tells.
    passing: false,
    passingSince: event.block.timestamp,
    frozen: false,
    passedToPool: 0n,
    passedRest: 0n,
    released: 0n,
    releasedLast: 0n,
    buffered: 0n,
    returned: 0n,
    openedAt: event.block.timestamp,
    updatedAt: event.block.timestamp,
  });
  await logAction(context.db, event, "OPEN_LIVE_STREAM", { actor: payer, licenseRef });
});

ponder.on("LiveStreamRail:CollectorCreated", async ({ event, context }) => {
  const { superToken, collector } = event.args;
  await context.db.insert(liveCollector).values({ id: idOf(superToken), chainId, superToken, collector });
});

ponder.on("LiveStreamRail:Passing", async ({ event, context }) => {
  const { licenseId, on: passing } = event.args;
  const streamRef = idOf(licenseId);
  const before = await context.db.find(liveStream, { id: streamRef });
  // A stop is told even where nothing ran.
  if (before?.passing === passing) return;
  await setLive(context, event, licenseId, { passing, passingSince: event.block.timestamp });
  await context.db.insert(passingChange).values({ id: logId(event), streamRef, passing, ...placeOf(event) });
  await logAction(context.db, event, passing ? "START_PASSING" : "STOP_PASSING", { licenseRef: streamRef });
});

ponder.on("LiveStreamRail:Passed", async ({ event, context }) => {
  const { licenseId, toPool, rest } = event.args;
  const id = idOf(licenseId);
  const { payer, token, releasedLast } = await context.db.update(liveStream, { id }).set((row) => {
    const [passedToPool, passedRest] = [row.passedToPool + toPool, row.passedRest + rest];
    // Of the sum, so that no part of a base unit is lost between bookings.
    const released = (passedToPool + passedRest) / row.scale;
    return {
      passedToPool,
      passedRest,
      released,
      releasedLast: released - row.released,
      updatedAt: event.block.timestamp,
    };
  });
  await context.db
    .insert(passage)
    .values({ id: logId(event), streamRef: id, toPool, rest, released: releasedLast, ...placeOf(event) });
  await recordPayment(context, event, "STREAM", { licenseId, account: payer, token, amount: releasedLast });
  await logAction(context.db, event, "PASS_ON", { licenseRef: id });
});

ponder.on("LiveStreamRail:BufferAdded", async ({ event, context }) => {
  const { licenseId, amount } = event.args;
  const id = idOf(licenseId);
  const { payer } = await context.db
    .update(liveStream, { id })
    .set((row) => ({ buffered: row.buffered + amount, updatedAt: event.block.timestamp }));
  await logAction(context.db, event, "ADD_BUFFER", { actor: payer, licenseRef: id });
});

ponder.on("LiveStreamRail:NoticeGiven", async ({ event, context }) => {
  const { licenseId, by, endsAt } = event.args;
  await setLive(context, event, licenseId, { noticeBy: by, endsAt: BigInt(endsAt) });
  await logAction(context.db, event, "GIVE_NOTICE", { actor: by, licenseRef: idOf(licenseId) });
});

ponder.on("LiveStreamRail:LiveFrozen", async ({ event, context }) => {
  await setLive(context, event, event.args.licenseId, { frozen: event.args.frozen });
});

ponder.on("LiveStreamRail:LiveEnded", async ({ event, context }) => {
  const { licenseId, payer, units } = event.args;
  const id = idOf(licenseId);
  // Told again whenever something that came after the end is swept.
  await context.db.update(liveStream, { id }).set((row) => ({
    endedAt: row.endedAt ?? event.block.timestamp,
    returned: row.returned + units,
    updatedAt: event.block.timestamp,
  }));
  await logAction(context.db, event, "END_LIVE_STREAM", { actor: payer, licenseRef: id });
});

ponder.on("LiveStreamRail:PayoutDeferred", payoutDeferred);
ponder.on("LiveStreamRail:DeferredClaimed", deferredClaimed);

/** Super token units in a base unit of the token below: super tokens have 18 decimals. */
async function scaleOf({ client }: Context, superToken: Address): Promise<bigint> {
  const decimals = await client.readContract({
    abi: superTokenMinimalAbi,
    address: superToken,
    functionName: "getUnderlyingDecimals",
    cache: "immutable",
  });
  return 10n ** BigInt(18 - decimals);
}

/** Changes a live stream's row; every change carries the time of its event. */
function setLive(
  context: Context,
  event: AnyEvent,
  licenseId: bigint,
  values: Partial<typeof liveStream.$inferInsert>,
) {
  return context.db.update(liveStream, { id: idOf(licenseId) }).set({ ...values, updatedAt: event.block.timestamp });
}

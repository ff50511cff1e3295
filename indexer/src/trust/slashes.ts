import { type Context, ponder } from "ponder:registry";
import { allocation, bondAccount, bondLock, slashEvent, verifier } from "ponder:schema";
import { type Address, type Hex, zeroAddress, zeroHash } from "viem";
import { deferredClaimed, payoutDeferred } from "../money";
import { chainId, idOf, logAction, logId, placeOf } from "../shared";
import { changeAccount, fitted, tell } from "./bonds";

// What stands behind offers and claims, and what proven claims take. The arithmetic is ProviderBond's.

type Allocation = typeof allocation.$inferSelect;

const verifiers = verifier.enumValues;
const least = (a: bigint, b: bigint) => (a < b ? a : b);
const ceilDiv = (a: bigint, b: bigint) => (a + b - 1n) / b;
const offerRefOf = (offerId: Hex) => (offerId === zeroHash ? null : idOf(offerId));
const addressOrNull = (address: Address) => (address === zeroAddress ? null : address);

ponder.on("ProviderBond:Allocated", async ({ event, context }) => {
  const { offerId, provider, token, amount, valueAtRisk } = event.args;
  let added = 0n;
  const account = await changeAccount(context, event, provider, token, (row) => {
    const { allocated, allocationShares: all } = row;
    added = all === 0n ? amount : (all * amount) / allocated;
    return { allocated: allocated + amount, allocationShares: all + added };
  });
  const id = idOf(offerId);
  const found = await context.db.find(allocation, { id });
  const epoch = account.allocationEpoch;
  const kept = found?.epoch === epoch ? found : { shares: 0n, thawingShares: 0n, thawedAt: null };
  const row: Allocation = {
    ...{ id, chainId, accountRef: account.id, offerId, provider, token, epoch, valueAtRisk },
    shares: kept.shares + added,
    thawingShares: kept.thawingShares,
    thawedAt: kept.thawedAt,
    updatedAt: event.block.timestamp,
  };
  await context.db.insert(allocation).values(row).onConflictDoUpdate(row);
  await tell(context, event, "ALLOCATION", { provider, token, offerRef: id, amount, shares: added });
  await logAction(context.db, event, "ALLOCATE_BOND", { actor: provider });
});

ponder.on("ProviderBond:DeallocationThawing", async ({ event, context }) => {
  const { offerId, provider, amount } = event.args;
  const id = idOf(offerId);
  const row = await required(context, id);
  const account = await context.db.find(bondAccount, { id: row.accountRef });
  const { allocated = 0n, allocationShares = 0n } = account ?? {};
  const asked = amount === 0n || allocated === 0n ? 0n : ceilDiv(amount * allocationShares, allocated);
  const thawingShares = least(asked, row.shares);
  const thawedAt = thawingShares === 0n ? null : BigInt(event.args.thawedAt);
  await context.db.update(allocation, { id }).set({ thawingShares, thawedAt, updatedAt: event.block.timestamp });
  const { token } = row;
  await tell(context, event, "DEALLOCATION_REQUEST", { provider, token, offerRef: id, amount, thawedAt });
  await logAction(context.db, event, "THAW_ALLOCATION", { actor: provider });
});

ponder.on("ProviderBond:Deallocated", async ({ event, context }) => {
  const { offerId, provider, amount } = event.args;
  const id = idOf(offerId);
  const { token, shares, thawingShares } = await required(context, id);
  const ended = least(thawingShares, shares);
  await context.db
    .update(allocation, { id })
    .set({ shares: shares - ended, thawingShares: 0n, thawedAt: null, updatedAt: event.block.timestamp });
  await changeAccount(context, event, provider, token, (row) => {
    // Zero when AllocationsEmptied came before: nothing is left to count.
    if (row.allocationShares === 0n) return {};
    const left = { ...row, allocationShares: row.allocationShares - ended, allocated: row.allocated - amount };
    return { allocationShares: left.allocationShares, allocated: fitted(left, row.own + row.delegated) };
  });
  await tell(context, event, "DEALLOCATION", { provider, token, offerRef: id, amount, shares: ended });
  await logAction(context.db, event, "DEALLOCATE_BOND", { actor: provider });
});

ponder.on("ProviderBond:AllocationsEmptied", async ({ event, context }) => {
  const { provider, token, nextEpoch } = event.args;
  const emptied = { allocated: 0n, allocationShares: 0n, allocationEpoch: nextEpoch };
  await changeAccount(context, event, provider, token, () => emptied);
  await tell(context, event, "ALLOCATIONS_EMPTIED", { provider, token, amount: 0n });
});

ponder.on("ProviderBond:Locked", async ({ event, context }) => {
  const { claimId, provider, token, offerId, amount, verifier: by } = event.args;
  const offerRef = offerRefOf(offerId);
  const { id: accountRef } = await changeAccount(context, event, provider, token, (row) => ({
    locked: row.locked + amount,
  }));
  const lock = {
    ...{ chainId, claimId, accountRef, provider, token, offerRef, amount, endedAt: null },
    verifier: verifiers[by] ?? "NONE",
    since: event.block.timestamp,
  };
  await context.db
    .insert(bondLock)
    .values({ id: idOf(claimId), ...lock })
    .onConflictDoUpdate(lock);
  await tell(context, event, "LOCK", { provider, token, offerRef, claimId, amount });
  await logAction(context.db, event, "LOCK_BOND", { actor: provider });
});

ponder.on("ProviderBond:Unlocked", async ({ event, context }) => {
  const { claimId, amount } = event.args;
  const { provider, token, offerRef } = await context.db
    .update(bondLock, { id: idOf(claimId) })
    .set({ endedAt: event.block.timestamp });
  await changeAccount(context, event, provider, token, (row) => ({ locked: row.locked - amount }));
  await tell(context, event, "UNLOCK", { provider, token, offerRef, claimId, amount });
  await logAction(context.db, event, "UNLOCK_BOND", { actor: provider });
});

ponder.on("ProviderBond:Slashed", async ({ event, context }) => {
  const { claimId, provider, token, order, result } = event.args;
  const { fromOwn, fromDelegated, fromAllocation } = result;
  const taken = fromOwn + fromDelegated;
  const offerRef = offerRefOf(order.offerId);
  const stands = offerRef ? await context.db.find(allocation, { id: offerRef }) : null;
  let ended = 0n;
  const account = await changeAccount(context, event, provider, token, (row) => {
    const stake = row.own + row.delegated;
    const inUse = row.allocated + row.locked;
    const left = { own: row.own - fromOwn, delegated: row.delegated - fromDelegated };
    const counts = { slashed: row.slashed + taken, slashes: row.slashes + 1 };
    // Within free stake nothing else changes; after AllocationsEmptied nothing is left to.
    if (taken <= (stake > inUse ? stake - inUse : 0n) || row.allocationShares === 0n) return { ...left, ...counts };
    if (fromAllocation > 0n) {
      ended = least(ceilDiv(fromAllocation * row.allocationShares, row.allocated), stands?.shares ?? 0n);
    }
    const kept = {
      ...row,
      allocated: row.allocated - fromAllocation,
      allocationShares: row.allocationShares - ended,
    };
    const allocated = fitted(kept, left.own + left.delegated);
    return { ...left, ...counts, allocated, allocationShares: kept.allocationShares };
  });
  if (stands && ended > 0n)
    await context.db.update(allocation, { id: stands.id }).set({ shares: stands.shares - ended });
  await context.db.insert(slashEvent).values({
    id: logId(event),
    claimId,
    claimRef: idOf(claimId),
    accountRef: account.id,
    provider,
    token,
    offerRef,
    licenseRef: licenseRefOf(order.licenseId),
    harmed: addressOrNull(order.harmed),
    loss: order.loss,
    penalty: order.penalty,
    reporter: addressOrNull(order.reporter),
    evidence: order.evidence,
    ...result,
    ...placeOf(event),
  });
  await tell(context, event, "SLASH", { provider, token, offerRef, claimId, amount: taken });
  await logAction(context.db, event, "SLASH", { actor: provider, ...licenseOf(order.licenseId) });
});

ponder.on("ProviderBond:PayoutDeferred", payoutDeferred);
ponder.on("ProviderBond:DeferredClaimed", deferredClaimed);

/** A license's ref, null for number 0, which is none. */
const licenseRefOf = (licenseId: bigint) => (licenseId === 0n ? null : idOf(licenseId));
const licenseOf = (licenseId: bigint) => (licenseId === 0n ? {} : { licenseRef: idOf(licenseId) });

async function required(context: Context, id: string): Promise<Allocation> {
  const row = await context.db.find(allocation, { id });
  if (!row) throw new Error(`Stake is taken back from offer ${id}, to which none was allocated.`);
  return row;
}

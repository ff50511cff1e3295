import { type Context, ponder } from "ponder:registry";
import { bondAccount, bondDelegation, bondEvent, type bondEventKind, rewardLevel } from "ponder:schema";
import type { Address } from "viem";
import { type AnyEvent, chainId, idOf, logAction, logId, placeOf, touchAccount } from "../shared";

// Stake in and out: the provider's own, and what others delegate. The arithmetic is ProviderBond's, so that rows are what it answers.

type Kind = (typeof bondEventKind.enumValues)[number];
type Account = typeof bondAccount.$inferSelect;
type Delegation = typeof bondDelegation.$inferSelect;

/** Binary digits of the reward index after the point. */
const INDEX_BITS = 96n;

const least = (a: bigint, b: bigint) => (a < b ? a : b);

ponder.on("ProviderBond:Deposited", async ({ event, context }) => {
  const { provider, token, from, amount } = event.args;
  await changeAccount(context, event, provider, token, (row) => ({ own: row.own + amount }));
  await tell(context, event, "DEPOSIT", { provider, token, account: from, amount });
  await logAction(context.db, event, "BOND", { actor: provider });
});

ponder.on("ProviderBond:WithdrawalThawing", async ({ event, context }) => {
  const { provider, token, amount, thawedAt } = event.args;
  const thaw = { thawing: amount, thawedAt: amount === 0n ? null : BigInt(thawedAt) };
  await changeAccount(context, event, provider, token, () => thaw);
  await tell(context, event, "WITHDRAWAL_REQUEST", { provider, token, amount, thawedAt: thaw.thawedAt });
  await logAction(context.db, event, "THAW_BOND", { actor: provider });
});

ponder.on("ProviderBond:Withdrawn", async ({ event, context }) => {
  const { provider, token, to, amount } = event.args;
  await changeAccount(context, event, provider, token, (row) => {
    // What slashes took of thawing stake thaws no more.
    const thawing = least(row.thawing, row.own) - amount;
    return { own: row.own - amount, thawing, thawedAt: thawing === 0n ? null : row.thawedAt };
  });
  await tell(context, event, "WITHDRAWAL", { provider, token, account: to, amount });
  await logAction(context.db, event, "WITHDRAW_BOND", { actor: provider });
});

ponder.on("ProviderBond:Delegated", async ({ event, context }) => {
  const { provider, token, delegator, amount, shares } = event.args;
  await changeDelegation(context, event, provider, token, delegator, (row) => ({ shares: row.shares + shares }));
  await changeAccount(context, event, provider, token, (row) => ({
    delegated: row.delegated + amount,
    shares: row.shares + shares,
  }));
  await tell(context, event, "DELEGATION", { provider, token, account: delegator, amount, shares });
  await logAction(context.db, event, "DELEGATE_BOND", { actor: delegator });
});

ponder.on("ProviderBond:UndelegationThawing", async ({ event, context }) => {
  const { provider, token, delegator, shares } = event.args;
  const thawedAt = shares === 0n ? null : BigInt(event.args.thawedAt);
  let before = 0n;
  await changeDelegation(context, event, provider, token, delegator, (row) => {
    before = row.thawingShares;
    return { thawingShares: shares, thawedAt };
  });
  await changeAccount(context, event, provider, token, (row) => ({
    thawingShares: row.thawingShares - before + shares,
  }));
  await tell(context, event, "UNDELEGATION_REQUEST", {
    provider,
    token,
    account: delegator,
    amount: 0n,
    shares,
    thawedAt,
  });
  await logAction(context.db, event, "THAW_DELEGATION", { actor: delegator });
});

ponder.on("ProviderBond:Undelegated", async ({ event, context }) => {
  const { provider, token, delegator, shares, amount } = event.args;
  await changeDelegation(context, event, provider, token, delegator, (row) => ({
    shares: row.shares - shares,
    thawingShares: 0n,
    thawedAt: null,
  }));
  await changeAccount(context, event, provider, token, (row) => {
    const left = { own: row.own, delegated: row.delegated - amount, shares: row.shares - shares };
    // What the last one leaves behind is the provider's.
    if (left.shares === 0n) [left.own, left.delegated] = [left.own + left.delegated, 0n];
    return { ...left, thawingShares: row.thawingShares - shares, allocated: fitted(row, left.own + left.delegated) };
  });
  await tell(context, event, "UNDELEGATION", { provider, token, account: delegator, amount, shares });
  await logAction(context.db, event, "UNDELEGATE_BOND", { actor: delegator });
});

ponder.on("ProviderBond:DelegationEmptied", async ({ event, context }) => {
  const { provider, token, nextEpoch, dust } = event.args;
  // Slashed follows and takes the rest of what was delegated.
  await changeAccount(context, event, provider, token, (row) => ({
    own: row.own + dust,
    delegated: row.delegated - dust,
    shares: 0n,
    thawingShares: 0n,
    epoch: nextEpoch,
  }));
  await tell(context, event, "DELEGATION_EMPTIED", { provider, token, amount: dust });
});

ponder.on("ProviderBond:RewardShared", async ({ event, context }) => {
  const { provider, token, from, amount, toDelegators } = event.args;
  const row = await changeAccount(context, event, provider, token, (old) => ({ rewarded: old.rewarded + amount }));
  if (toDelegators > 0n) {
    const added = (toDelegators << INDEX_BITS) / row.shares;
    await context.db
      .insert(rewardLevel)
      .values({ id: idOf(provider, token, row.epoch), chainId, value: added })
      .onConflictDoUpdate((old) => ({ value: old.value + added }));
  }
  await tell(context, event, "REWARD", { provider, token, account: from, amount });
  await logAction(context.db, event, "REWARD_PROVIDER", { actor: from });
});

ponder.on("ProviderBond:RewardsClaimed", async ({ event, context }) => {
  const { provider, token, delegator, amount } = event.args;
  await changeDelegation(context, event, provider, token, delegator, (row) => ({
    rewards: row.rewards - amount,
    claimed: row.claimed + amount,
  }));
  await tell(context, event, "REWARD_CLAIM", { provider, token, account: delegator, amount });
  await logAction(context.db, event, "CLAIM_REWARDS", { actor: delegator });
});

/** What an account has allocated after its stake became `total`. @returns base units */
export function fitted({ allocated, allocationShares }: Account, total: bigint): bigint {
  return allocationShares === 0n ? 0n : least(allocated, total);
}

/** Changes an account's row, which the first change makes. @returns the row as it is then */
export async function changeAccount(
  context: Context,
  event: AnyEvent,
  provider: Address,
  token: Address,
  change: (row: Account) => Partial<Account>,
): Promise<Account> {
  const id = idOf(provider, token);
  const none = { own: 0n, delegated: 0n, locked: 0n, allocated: 0n, allocationShares: 0n, allocationEpoch: 0 };
  const row = (await context.db.find(bondAccount, { id })) ?? {
    ...none,
    ...{ id, chainId, providerRef: idOf(provider), provider, token },
    ...{ thawing: 0n, thawedAt: null, shares: 0n, thawingShares: 0n, epoch: 0 },
    ...{ slashed: 0n, slashes: 0, events: 0, rewarded: 0n, updatedAt: 0n },
  };
  const changed = { ...row, ...change(row), updatedAt: event.block.timestamp };
  await context.db.insert(bondAccount).values(changed).onConflictDoUpdate(changed);
  return changed;
}

/** Changes a delegation after booking its rewards; shares of an epoch that ended are worth nothing. */
async function changeDelegation(
  context: Context,
  event: AnyEvent,
  provider: Address,
  token: Address,
  delegator: Address,
  change: (row: Delegation) => Partial<Delegation>,
): Promise<void> {
  const accountRef = idOf(provider, token);
  const epoch = (await context.db.find(bondAccount, { id: accountRef }))?.epoch ?? 0;
  const indexOf = async (of: number) =>
    (await context.db.find(rewardLevel, { id: idOf(provider, token, of) }))?.value ?? 0n;
  const present = await indexOf(epoch);
  const id = idOf(provider, token, delegator);
  const found = await context.db.find(bondDelegation, { id });
  const row = found ?? {
    ...{ id, chainId, accountRef, delegator, shares: 0n, thawingShares: 0n, thawedAt: null },
    ...{ epoch, indexPaid: present, rewards: 0n, claimed: 0n, updatedAt: 0n },
  };
  const earned = (row.shares * ((await indexOf(row.epoch)) - row.indexPaid)) >> INDEX_BITS;
  const kept = row.epoch === epoch ? {} : { shares: 0n, thawingShares: 0n, thawedAt: null, epoch };
  const booked = { ...row, rewards: row.rewards + earned, ...kept, indexPaid: present };
  const changed = { ...booked, ...change(booked), updatedAt: event.block.timestamp };
  await context.db.insert(bondDelegation).values(changed).onConflictDoUpdate(changed);
  if (!found) await touchAccount(context.db, event, delegator);
}

interface Told {
  provider: Address;
  token: Address;
  amount: bigint;
  account?: Address;
  shares?: bigint;
  thawedAt?: bigint | null;
  offerRef?: string | null;
  claimId?: `0x${string}`;
}

/** Adds to an account's timeline. The account has a row by then. */
export async function tell(context: Context, event: AnyEvent, kind: Kind, told: Told): Promise<void> {
  const accountRef = idOf(told.provider, told.token);
  const { own, delegated, events } = await context.db
    .update(bondAccount, { id: accountRef })
    .set((row) => ({ events: row.events + 1 }));
  const after = { stake: own + delegated, position: events };
  await context.db
    .insert(bondEvent)
    .values({ id: logId(event), kind, accountRef, ...after, ...told, ...placeOf(event) });
}

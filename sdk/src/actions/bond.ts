/** ProviderBond: providers, their keys, their stake, and who stands behind them. Amounts in base units, times in seconds. */
import { providerBondAbi } from "@colophon-protocol/contracts";
import type { Address, Hex } from "viem";
import type { Offer } from "../core/offer.js";
import { bitsByName, KEY_PURPOSE_BITS, type KeyPurpose } from "../core/trust-enums.js";
import { defineWrite, syncOf } from "../core/write.js";

export * from "./bond-reads.js";

/** A provider's account in one token. */
export interface ProviderToken {
  provider: Address;
  token: Address;
}

/** What a provider says of itself. */
export interface ProviderProfile {
  /** Who gets rewards and what is withdrawn. */
  payout: Address;
  /** URI of the provider's service description. */
  endpoints: string;
  /** SHA-256 of that description. */
  endpointsHash: Hex;
  /** SHA-256 of the provider terms that it accepts. */
  termsHash: Hex;
}

/** A payout that waits. `account` is taken by the sender, so that its holder is named `holder`. */
export interface Deferred {
  holder: Address;
  token: Address;
  /** Receiver; the holder unless told. */
  to?: Address;
}

type OfferOnly = { offer: Offer };

/** Registers the caller as provider, or changes what it says of itself. Emits ProviderRegistered. */
export const registerProvider = /*#__PURE__*/ defineWrite({
  contract: "ProviderBond",
  abi: providerBondAbi,
  functionName: "register",
  event: "ProviderRegistered",
  args: ({ payout, endpoints, endpointsHash, termsHash }: ProviderProfile) => [
    { payout, endpoints, endpointsHash, termsHash },
  ],
});
/** `registerProvider`, waiting for its receipt. */
export const registerProviderSync = /*#__PURE__*/ syncOf(registerProvider);

/** Lets a key sign receipts, log heads or both for the caller from now on. A key is added once. Emits KeyAdded. */
export const addProviderKey = /*#__PURE__*/ defineWrite({
  contract: "ProviderBond",
  abi: providerBondAbi,
  functionName: "addKey",
  event: "KeyAdded",
  args: ({ key, purposes }: { key: Address; purposes: readonly KeyPurpose[] }) => [
    key,
    bitsByName("purpose of a key", KEY_PURPOSE_BITS, purposes),
  ],
});
/** `addProviderKey`, waiting for its receipt. */
export const addProviderKeySync = /*#__PURE__*/ syncOf(addProviderKey);

/** Ends a key from now on, for good; what it signed before stays signed. Emits KeyRevoked. */
export const revokeProviderKey = /*#__PURE__*/ defineWrite({
  contract: "ProviderBond",
  abi: providerBondAbi,
  functionName: "revokeKey",
  event: "KeyRevoked",
  args: ({ key }: { key: Address }) => [key],
});
/** `revokeProviderKey`, waiting for its receipt. */
export const revokeProviderKeySync = /*#__PURE__*/ syncOf(revokeProviderKey);

/**
 * Sets the delegators' part of the caller's rewards, basis points: more at once, less after the thawing time. Emits
 * DelegatorShareSet.
 */
export const setDelegatorShare = /*#__PURE__*/ defineWrite({
  contract: "ProviderBond",
  abi: providerBondAbi,
  functionName: "setDelegatorShare",
  event: "DelegatorShareSet",
  args: ({ bps }: { bps: number }) => [bps],
});
/** `setDelegatorShare`, waiting for its receipt. */
export const setDelegatorShareSync = /*#__PURE__*/ syncOf(setDelegatorShare);

/**
 * Adds own stake of a provider, out of the caller's allowance; `prepareDepositBond` finds out what is needed. Emits Deposited.
 */
export const depositBond = /*#__PURE__*/ defineWrite({
  contract: "ProviderBond",
  abi: providerBondAbi,
  functionName: "deposit",
  event: "Deposited",
  args: ({ provider, token, amount }: ProviderToken & { amount: bigint }) => [provider, token, amount],
});
/** `depositBond`, waiting for its receipt. */
export const depositBondSync = /*#__PURE__*/ syncOf(depositBond);

/**
 * Asks own stake back: `amount` in all, replacing an earlier request; 0 takes it back. It thaws first. Only the provider.
 * Emits WithdrawalThawing.
 */
export const requestBondWithdrawal = /*#__PURE__*/ defineWrite({
  contract: "ProviderBond",
  abi: providerBondAbi,
  functionName: "requestWithdrawal",
  event: "WithdrawalThawing",
  args: ({ token, amount }: { token: Address; amount: bigint }) => [token, amount],
});
/** `requestBondWithdrawal`, waiting for its receipt. */
export const requestBondWithdrawalSync = /*#__PURE__*/ syncOf(requestBondWithdrawal);

/** Pays out what has thawed and stands behind nothing, to the payout address. Only the provider. Emits Withdrawn. */
export const completeBondWithdrawal = /*#__PURE__*/ defineWrite({
  contract: "ProviderBond",
  abi: providerBondAbi,
  functionName: "completeWithdrawal",
  event: "Withdrawn",
  args: ({ token }: { token: Address }) => [token],
});
/** `completeBondWithdrawal`, waiting for its receipt. */
export const completeBondWithdrawalSync = /*#__PURE__*/ syncOf(completeBondWithdrawal);

/** Puts stake behind a provider, out of the caller's allowance; fewer shares than `minShares` revert. Emits Delegated. */
export const delegateBond = /*#__PURE__*/ defineWrite({
  contract: "ProviderBond",
  abi: providerBondAbi,
  functionName: "delegate",
  event: "Delegated",
  args: ({ provider, token, amount, minShares = 0n }: ProviderToken & { amount: bigint; minShares?: bigint }) => [
    provider,
    token,
    amount,
    minShares,
  ],
});
/** `delegateBond`, waiting for its receipt. */
export const delegateBondSync = /*#__PURE__*/ syncOf(delegateBond);

/** Asks delegated stake back: `shares` in all, replacing an earlier request; 0 takes it back. Emits UndelegationThawing. */
export const requestUndelegation = /*#__PURE__*/ defineWrite({
  contract: "ProviderBond",
  abi: providerBondAbi,
  functionName: "requestUndelegation",
  event: "UndelegationThawing",
  args: ({ provider, token, shares }: ProviderToken & { shares: bigint }) => [provider, token, shares],
});
/** `requestUndelegation`, waiting for its receipt. */
export const requestUndelegationSync = /*#__PURE__*/ syncOf(requestUndelegation);

/** Pays the caller what of its delegation has thawed; less than `minAmount` reverts. Emits Undelegated. */
export const completeUndelegation = /*#__PURE__*/ defineWrite({
  contract: "ProviderBond",
  abi: providerBondAbi,
  functionName: "completeUndelegation",
  event: "Undelegated",
  args: ({ provider, token, minAmount = 0n }: ProviderToken & { minAmount?: bigint }) => [provider, token, minAmount],
});
/** `completeUndelegation`, waiting for its receipt. */
export const completeUndelegationSync = /*#__PURE__*/ syncOf(completeUndelegation);

/** Shares income of a provider with its delegators, out of the caller's allowance. Emits RewardShared. */
export const rewardDelegators = /*#__PURE__*/ defineWrite({
  contract: "ProviderBond",
  abi: providerBondAbi,
  functionName: "reward",
  event: "RewardShared",
  args: ({ provider, token, amount }: ProviderToken & { amount: bigint }) => [provider, token, amount],
});
/** `rewardDelegators`, waiting for its receipt. */
export const rewardDelegatorsSync = /*#__PURE__*/ syncOf(rewardDelegators);

/** Pays a delegator its rewards of an account. Anyone. Emits RewardsClaimed. */
export const claimDelegatorRewards = /*#__PURE__*/ defineWrite({
  contract: "ProviderBond",
  abi: providerBondAbi,
  functionName: "claimRewards",
  event: "RewardsClaimed",
  args: ({ provider, token, delegator }: ProviderToken & { delegator: Address }) => [provider, token, delegator],
});
/** `claimDelegatorRewards`, waiting for its receipt. */
export const claimDelegatorRewardsSync = /*#__PURE__*/ syncOf(claimDelegatorRewards);

/**
 * Puts free stake behind an offer of the caller, and says what its licenses may lose at a time; 0 as amount changes only
 * the latter. Emits Allocated.
 */
export const allocateBond = /*#__PURE__*/ defineWrite({
  contract: "ProviderBond",
  abi: providerBondAbi,
  functionName: "allocate",
  event: "Allocated",
  args: ({ offer, amount, valueAtRisk }: OfferOnly & { amount: bigint; valueAtRisk: bigint }) => [
    offer,
    amount,
    valueAtRisk,
  ],
});
/** `allocateBond`, waiting for its receipt. */
export const allocateBondSync = /*#__PURE__*/ syncOf(allocateBond);

/**
 * Asks an allocation back: `amount` in all, replacing an earlier request; 0 takes it back. Only the provider. Emits
 * DeallocationThawing.
 */
export const requestDeallocation = /*#__PURE__*/ defineWrite({
  contract: "ProviderBond",
  abi: providerBondAbi,
  functionName: "requestDeallocation",
  event: "DeallocationThawing",
  args: ({ offer, amount }: OfferOnly & { amount: bigint }) => [offer, amount],
});
/** `requestDeallocation`, waiting for its receipt. */
export const requestDeallocationSync = /*#__PURE__*/ syncOf(requestDeallocation);

/** Frees what has thawed of an allocation. Only the provider. Emits Deallocated. */
export const completeDeallocation = /*#__PURE__*/ defineWrite({
  contract: "ProviderBond",
  abi: providerBondAbi,
  functionName: "completeDeallocation",
  event: "Deallocated",
  args: ({ offer }: OfferOnly) => [offer],
});
/** `completeDeallocation`, waiting for its receipt. */
export const completeDeallocationSync = /*#__PURE__*/ syncOf(completeDeallocation);

/** Ends a lock that is older than the contract allows. Anyone. Emits Unlocked. */
export const dropBondLock = /*#__PURE__*/ defineWrite({
  contract: "ProviderBond",
  abi: providerBondAbi,
  functionName: "dropLock",
  event: "Unlocked",
  args: ({ claimId }: { claimId: Hex }) => [claimId],
});
/** `dropBondLock`, waiting for its receipt. */
export const dropBondLockSync = /*#__PURE__*/ syncOf(dropBondLock);

/** Pays the treasury what slashes left to it. Anyone. Emits TreasuryPaid. */
export const payBondTreasury = /*#__PURE__*/ defineWrite({
  contract: "ProviderBond",
  abi: providerBondAbi,
  functionName: "payTreasury",
  event: "TreasuryPaid",
  args: ({ token }: { token: Address }) => [token],
});
/** `payBondTreasury`, waiting for its receipt. */
export const payBondTreasurySync = /*#__PURE__*/ syncOf(payBondTreasury);

/**
 * Pays what an earlier payout of the bond could not, such as one that the token refused. Anyone; only the account itself
 * chooses another receiver. Emits DeferredClaimed.
 */
export const claimDeferredBond = /*#__PURE__*/ defineWrite({
  contract: "ProviderBond",
  abi: providerBondAbi,
  functionName: "claimDeferred",
  event: "DeferredClaimed",
  args: ({ holder, token, to = holder }: Deferred) => [holder, token, to],
});
/** `claimDeferredBond`, waiting for its receipt. */
export const claimDeferredBondSync = /*#__PURE__*/ syncOf(claimDeferredBond);

/** Reads of ProviderBond: who stands behind what, and with how much. Amounts in base units, times in seconds. */
import { providerBondAbi } from "@colophon-protocol/contracts";
import { type Address, type Hex, isAddressEqual, zeroAddress } from "viem";
import { enumName } from "../core/enums.js";
import type { Offer } from "../core/offer.js";
import { readsOf } from "../core/read.js";
import {
  BOND_VERIFIER,
  bitsByName,
  FAULT_MARK_BITS,
  type FaultMark,
  KEY_PURPOSE_BITS,
  type KeyPurpose,
  namesOfBits,
} from "../core/trust-enums.js";
import type { Deferred, ProviderToken } from "./bond.js";
import type { LicenseId } from "./license.js";

const read = /*#__PURE__*/ readsOf(
  "ProviderBond",
  providerBondAbi,
  async () => (await import("../errors/hints-trust-bond.js")).trustBondHints,
);

type OfferOnly = { offer: Offer };

/** A provider as registered; undefined when it is not. */
export const providerOf = /*#__PURE__*/ read({
  functionName: "providerOf",
  args: ({ provider }: { provider: Address }) => [provider],
  result: (found) => (isAddressEqual(found.payout, zeroAddress) ? undefined : found),
});

/** Where a provider is paid: itself when it never registered. */
export const providerPayout = /*#__PURE__*/ read({
  functionName: "payoutOf",
  args: ({ provider }: { provider: Address }) => [provider],
  result: (payout): Address => payout,
});

/** A key's record; undefined when it never was one. */
export const providerKey = /*#__PURE__*/ read({
  functionName: "keyOf",
  args: ({ provider, key }: { provider: Address; key: Address }) => [provider, key],
  result: (found) =>
    found.from === 0
      ? undefined
      : { from: found.from, until: found.until, purposes: namesOfBits(KEY_PURPOSE_BITS, found.purposes) },
});

/**
 * Whether a signature of `key` counts for the provider, for one of the purposes, in the second `at`. Its own always does.
 */
export const isProviderKey = /*#__PURE__*/ read({
  functionName: "isKeyFor",
  args: ({
    provider,
    key,
    purposes,
    at,
  }: {
    provider: Address;
    key: Address;
    purposes: readonly KeyPurpose[];
    at: number;
  }) => [provider, key, bitsByName("purpose of a key", KEY_PURPOSE_BITS, purposes), at],
  result: (counts): boolean => counts,
});

/** A provider's account: stake, what is locked behind claims, allocated to offers, thawing. */
export const bondAccount = /*#__PURE__*/ read({
  functionName: "accountOf",
  args: ({ provider, token }: ProviderToken) => [provider, token],
  result: (found) => ({ ...found, stake: found.own + found.delegated }),
});

/** A delegator's part of an account: shares, what they are worth now, what thaws, rewards to claim. */
export const bondDelegationOf = /*#__PURE__*/ read({
  functionName: "delegationOf",
  args: ({ provider, token, delegator }: ProviderToken & { delegator: Address }) => [provider, token, delegator],
  result: (found) => found,
});

/** What stands behind an offer, and what of that was asked back. */
export const allocationOf = /*#__PURE__*/ read({
  functionName: "allocationOf",
  args: ({ offer }: OfferOnly) => [offer],
  result: (found) => found,
});

/**
 * What a purchase of this offer is covered with: what stands behind the offer, what the formula asks for, and what one
 * license can be compensated with. Base units of the offer's token.
 */
export const coverOf = /*#__PURE__*/ read({
  functionName: "coverOf",
  args: ({ offer }: OfferOnly) => [offer],
  result: ([allocated, required, perPurchase]) => ({
    allocated,
    required,
    perPurchase,
    covered: allocated >= required,
  }),
});

/** The bond that an offer with this value at risk needs. */
export const requiredBond = /*#__PURE__*/ read({
  functionName: "requiredBond",
  args: ({ token, valueAtRisk }: { token: Address; valueAtRisk: bigint }) => [token, valueAtRisk],
  result: (required): bigint => required,
});

/** The lock of a claim; undefined when there is none. */
export const bondLock = /*#__PURE__*/ read({
  functionName: "lockOf",
  args: ({ claimId }: { claimId: Hex }) => [claimId],
  result: (found) => (found.since === 0 ? undefined : { ...found, verifier: enumName(BOND_VERIFIER, found.verifier) }),
});

/** What slashes paid for a license's loss so far, base units of its offer's token. */
export const compensatedOf = /*#__PURE__*/ read({
  functionName: "compensated",
  args: ({ licenseId }: LicenseId) => [licenseId],
  result: (amount): bigint => amount,
});

/** What a license's provider was slashed for, of what counts once. */
export const faultMarksOf = /*#__PURE__*/ read({
  functionName: "marksOf",
  args: ({ licenseId }: LicenseId) => [licenseId],
  result: (marks): FaultMark[] => namesOfBits(FAULT_MARK_BITS, marks),
});

/** What a token takes to be a bond: the least per offer, and the part of the value at risk on top. */
export const bondTokenOf = /*#__PURE__*/ read({
  functionName: "bondToken",
  args: ({ token }: { token: Address }) => [token],
  result: (found) => found,
});

/** Governed numbers: thawing time, the reporter's part of a slash, how far delegated stake counts. */
export const bondParameters = /*#__PURE__*/ read({
  functionName: "parameters",
  args: (_: object) => [],
  result: (found) => found,
});

/** The most that one event of a verifier takes of a provider's stake, basis points. */
export const slashCap = /*#__PURE__*/ read({
  functionName: "slashCap",
  args: ({ verifier }: { verifier: Exclude<(typeof BOND_VERIFIER)[number], "None"> }) => [
    BOND_VERIFIER.indexOf(verifier),
  ],
  result: (cap): number => cap,
});

/** What the treasury may be paid. */
export const bondTreasuryOwed = /*#__PURE__*/ read({
  functionName: "treasuryOwed",
  args: ({ token }: { token: Address }) => [token],
  result: (owed): bigint => owed,
});

/** Base units that wait at the bond for an account after a failed payout. */
export const deferredBondOf = /*#__PURE__*/ read({
  functionName: "deferredOf",
  args: ({ holder, token }: Omit<Deferred, "to">) => [holder, token],
  result: (waiting): bigint => waiting,
});

/** Selling licenses on: free transfer, or with the owner's first refusal where terms say so. */
import { licenseMarketAbi, licenseTokenAbi } from "@colophon-protocol/contracts";
import { type Address, isAddressEqual, zeroAddress } from "viem";
import { readsOf } from "../core/read.js";
import { defineWrite, syncOf } from "../core/write.js";
import type { Deal } from "./escrow.js";
import type { LicenseId } from "./license.js";

const read = /*#__PURE__*/ readsOf(
  "LicenseToken",
  licenseTokenAbi,
  async () => (await import("../errors/hints-licensing.js")).licensingHints,
);

/** Seconds after an announcement in which the dataset's owner may take the license: `LicenseToken.REFUSAL_WINDOW`. */
export const REFUSAL_SECONDS = 7 * 86_400;
/** Seconds after that in which it can move to the announced buyer: `LicenseToken.RESALE_WINDOW`. */
export const RESALE_SECONDS = 14 * 86_400;

/** A resale that a holder announced. Price in base units of the token that the license was bought with, times in seconds. */
export interface Resale {
  buyer: Address;
  price: bigint;
  announcedAt: number;
  /** Last second in which the dataset's owner may take the license. */
  refusalUntil: number;
  /** Last second in which it can move to the buyer; the first one follows `refusalUntil`. */
  openUntil: number;
}

/**
 * Announces a resale, or another one instead, which starts the owner's time anew. Only the holder, under terms with a first
 * refusal. Emits ResaleAnnounced.
 */
export const announceResale = /*#__PURE__*/ defineWrite({
  contract: "LicenseToken",
  abi: licenseTokenAbi,
  functionName: "announceResale",
  event: "ResaleAnnounced",
  args: ({ licenseId, buyer, price }: LicenseId & { buyer: Address; price: bigint }) => [licenseId, buyer, price],
});
/** `announceResale`, waiting for its receipt. */
export const announceResaleSync = /*#__PURE__*/ syncOf(announceResale);

/** Takes an announcement back. Only the holder. Emits ResaleCancelled. */
export const cancelResale = /*#__PURE__*/ defineWrite({
  contract: "LicenseToken",
  abi: licenseTokenAbi,
  functionName: "cancelResale",
  event: "ResaleCancelled",
  args: ({ licenseId }: LicenseId) => [licenseId],
});
/** `cancelResale`, waiting for its receipt. */
export const cancelResaleSync = /*#__PURE__*/ syncOf(cancelResale);

/**
 * Takes an announced license for the price announced, out of an allowance to the market. Only the dataset's owner.
 * `prepareTakeResale` finds out what is needed first. Emits ResaleTaken.
 */
export const takeResale = /*#__PURE__*/ defineWrite({
  contract: "LicenseMarket",
  abi: licenseMarketAbi,
  functionName: "takeResale",
  event: "ResaleTaken",
  args: ({ licenseId, offer, price }: Deal & { price: bigint }) => [licenseId, offer, price],
});
/** `takeResale`, waiting for its receipt. */
export const takeResaleSync = /*#__PURE__*/ syncOf(takeResale);

/**
 * Moves a transferable license. Only the holder, or whom it approved; under a first refusal only to the announced buyer, in time.
 * What the buyer pays is between the two: the protocol moves no money here. Emits Transfer.
 */
export const transferLicense = /*#__PURE__*/ defineWrite({
  contract: "LicenseToken",
  abi: licenseTokenAbi,
  functionName: "transferFrom",
  event: "Transfer",
  args: ({ licenseId, from, to }: LicenseId & { from: Address; to: Address }) => [from, to, licenseId],
});
/** `transferLicense`, waiting for its receipt. */
export const transferLicenseSync = /*#__PURE__*/ syncOf(transferLicense);

/** The resale that is announced, undefined when none is. One that ran out stays announced. */
export const resaleOf = /*#__PURE__*/ read({
  functionName: "resaleOf",
  args: ({ licenseId }: LicenseId) => [licenseId],
  result: ({ buyer, price, announcedAt }): Resale | undefined => {
    if (isAddressEqual(buyer, zeroAddress)) return undefined;
    const refusalUntil = announcedAt + REFUSAL_SECONDS;
    return { buyer, price, announcedAt, refusalUntil, openUntil: refusalUntil + RESALE_SECONDS };
  },
});

/** Who holds a license. @throws ColophonError `reverted` when there is none */
export const licenseHolder = /*#__PURE__*/ read({
  functionName: "ownerOf",
  args: ({ licenseId }: LicenseId) => [licenseId],
  result: (holder): Address => holder,
});

/**
 * What the terms ask for a resale at `price` (base units), rounded down, and for whom: the dataset's owner now (ERC-2981). Who moves
 * licenses for money pays it; the protocol moves none.
 */
export const resaleRoyalty = /*#__PURE__*/ read({
  functionName: "royaltyInfo",
  args: ({ licenseId, price }: LicenseId & { price: bigint }) => [licenseId, price],
  result: ([receiver, amount]) => ({ receiver, amount }),
});

/** LicenseMarket: offers, and the one door through which a license is bought. */
import { licenseMarketAbi } from "@colophon-protocol/contracts";
import { type Address, type ContractFunctionArgs, type Hex, zeroHash } from "viem";
import { enumName, OFFER_STATUS } from "../core/enums.js";
import type { Offer } from "../core/offer.js";
import { readsOf } from "../core/read.js";
import { defineWrite, syncOf } from "../core/write.js";

const read = /*#__PURE__*/ readsOf(
  "LicenseMarket",
  licenseMarketAbi,
  async () => (await import("../errors/hints-licensing.js")).licensingHints,
);

type Writes = "nonpayable";
/** An EIP-2612 permit for the market. */
export type Permit = ContractFunctionArgs<typeof licenseMarketAbi, Writes, "buyWithPermit">[1];
/** An EIP-3009 authorization to the market. */
export type Authorization = ContractFunctionArgs<typeof licenseMarketAbi, Writes, "buyWithAuthorization">[1];
/** A Permit2 transfer to the market. */
export type Permit2Transfer = ContractFunctionArgs<typeof licenseMarketAbi, Writes, "buyWithPermit2">[1];

/** One purchase. */
export interface Purchase {
  /** The whole offer: what is presented is what is bought. */
  offer: Offer;
  /** Who gets the license. */
  licensee: Address;
  /** Free 32 bytes for the buyer's books; zero unless told. */
  reference?: Hex | undefined;
  /** What the rail needs; empty for the escrow. */
  railData?: Hex | undefined;
}

const purchaseStruct = ({ offer, licensee, reference = zeroHash, railData = "0x" }: Purchase) => ({
  offer,
  licensee,
  reference_: reference,
  railData,
});

/** Opens an offer. Only its seller, who must own the dataset. Emits OfferOpened. */
export const openOffer = /*#__PURE__*/ defineWrite({
  contract: "LicenseMarket",
  abi: licenseMarketAbi,
  functionName: "open",
  event: "OfferOpened",
  args: ({ offer }: { offer: Offer }) => [offer],
});
/** `openOffer`, waiting for its receipt. */
export const openOfferSync = /*#__PURE__*/ syncOf(openOffer);

/** Closes an offer for good. Only its seller or the dataset's present owner. Emits OfferClosed. */
export const closeOffer = /*#__PURE__*/ defineWrite({
  contract: "LicenseMarket",
  abi: licenseMarketAbi,
  functionName: "close",
  event: "OfferClosed",
  args: ({ offer }: { offer: Offer }) => [offer],
});
/** `closeOffer`, waiting for its receipt. */
export const closeOfferSync = /*#__PURE__*/ syncOf(closeOffer);

/** Buys out of the sender's allowance to the market. `prepareBuy` finds out what is needed first. Emits LicenseSold. */
export const buy = /*#__PURE__*/ defineWrite({
  contract: "LicenseMarket",
  abi: licenseMarketAbi,
  event: "LicenseSold",
  functionName: "buy",
  args: ({ offer, licensee, reference = zeroHash, railData = "0x" }: Purchase) => [
    offer,
    licensee,
    reference,
    railData,
  ],
});
/** `buy`, waiting for its receipt. */
export const buySync = /*#__PURE__*/ syncOf(buy);

/** Buys with an EIP-2612 permit of the sender. Emits LicenseSold. */
export const buyWithPermit = /*#__PURE__*/ defineWrite({
  contract: "LicenseMarket",
  abi: licenseMarketAbi,
  event: "LicenseSold",
  functionName: "buyWithPermit",
  args: ({ permit, ...purchase }: Purchase & { permit: Permit }) => [purchaseStruct(purchase), permit],
});
/** `buyWithPermit`, waiting for its receipt. */
export const buyWithPermitSync = /*#__PURE__*/ syncOf(buyWithPermit);

/** Buys with an EIP-3009 authorization; its signer pays, anyone may send. Emits LicenseSold. */
export const buyWithAuthorization = /*#__PURE__*/ defineWrite({
  contract: "LicenseMarket",
  abi: licenseMarketAbi,
  event: "LicenseSold",
  functionName: "buyWithAuthorization",
  args: ({ authorization, ...purchase }: Purchase & { authorization: Authorization }) => [
    purchaseStruct(purchase),
    authorization,
  ],
});
/** `buyWithAuthorization`, waiting for its receipt. */
export const buyWithAuthorizationSync = /*#__PURE__*/ syncOf(buyWithAuthorization);

/** Buys with a Permit2 signature; its signer pays, anyone may send. Emits LicenseSold. */
export const buyWithPermit2 = /*#__PURE__*/ defineWrite({
  contract: "LicenseMarket",
  abi: licenseMarketAbi,
  event: "LicenseSold",
  functionName: "buyWithPermit2",
  args: ({ transfer, ...purchase }: Purchase & { transfer: Permit2Transfer }) => [purchaseStruct(purchase), transfer],
});
/** `buyWithPermit2`, waiting for its receipt. */
export const buyWithPermit2Sync = /*#__PURE__*/ syncOf(buyWithPermit2);

/** Buys several licenses out of the sender's allowances; all or nothing. Emits LicenseSold for each. */
export const buyMany = /*#__PURE__*/ defineWrite({
  contract: "LicenseMarket",
  abi: licenseMarketAbi,
  event: "LicenseSold",
  functionName: "buyMany",
  args: ({ purchases }: { purchases: readonly Purchase[] }) => [purchases.map(purchaseStruct)],
});
/** `buyMany`, waiting for its receipt; the event is the first one, `buyMany.extractEvents(receipt.logs)` gives all. */
export const buyManySync = /*#__PURE__*/ syncOf(buyMany);

/** State of an offer: status by name, sold, and what it copied from its terms. Status None when never opened. */
export const offerState = /*#__PURE__*/ read({
  functionName: "offerState",
  args: ({ offerId }: { offerId: Hex }) => [offerId],
  result: (state) => ({ ...state, status: enumName(OFFER_STATUS, state.status) }),
});

/** The license that holds a version exclusively now, 0 when none. */
export const exclusiveLicense = /*#__PURE__*/ read({
  functionName: "exclusiveLicense",
  args: ({ datasetId, version }: { datasetId: bigint; version: number }) => [datasetId, version],
  result: (licenseId): bigint => licenseId,
});

/** Most purchases in one `buyMany`. */
export const maxBulk = /*#__PURE__*/ read({
  functionName: "MAX_BULK",
  args: (_: object) => [],
  result: (max): bigint => max,
});

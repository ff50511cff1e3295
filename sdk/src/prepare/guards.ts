/** What a buyer expects of an offer, checked before anything is signed. */
import type { Hex } from "viem";
import type { Offer } from "../core/offer.js";
import { ColophonError } from "../errors/colophon-error.js";

/** Limits that a buyer sets; see `PrepareBuyParameters`. */
export interface PurchaseLimits {
  offer: Offer;
  maxPrice?: bigint;
  expectedTermsId?: Hex;
  expectedOfferId?: Hex;
}

/** @throws ColophonError `guard` when price, terms or id are not what the buyer expects */
export function guardOffer({ offer, maxPrice, expectedTermsId, expectedOfferId }: PurchaseLimits, id: Hex): void {
  if (maxPrice !== undefined && offer.price > maxPrice) {
    throw guard(
      `The price is ${offer.price} base units, above the limit of ${maxPrice}.`,
      "Raise maxPrice, or look for another offer.",
    );
  }
  if (expectedTermsId !== undefined && !sameHex(offer.termsId, expectedTermsId)) {
    throw guard(
      `The offer's terms are ${offer.termsId}, expected ${expectedTermsId}.`,
      "Read the offer's terms before buying.",
    );
  }
  if (expectedOfferId !== undefined && !sameHex(id, expectedOfferId)) {
    throw guard(
      `The offer hashes to ${id}, expected ${expectedOfferId}.`,
      "It was altered since it was quoted. Get it again.",
    );
  }
}

/** @throws ColophonError `guard` when the offer is not open */
export function guardStatus(status: "None" | "Open" | "Closed", id: Hex): void {
  if (status === "Closed") throw guard(`Offer ${id} is closed.`, "Ask the seller for a new offer.");
  if (status === "None") {
    throw guard(
      `Offer ${id} was never opened.`,
      "It may have been altered since it was quoted. Get it again and compare.",
    );
  }
}

const sameHex = (a: Hex, b: Hex) => a.toLowerCase() === b.toLowerCase();

function guard(message: string, hint: string): ColophonError {
  return new ColophonError(message, { code: "guard", hint });
}

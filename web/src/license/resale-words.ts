import type { Resale } from "@colophon-protocol/sdk";
import { LICENSE_FLAG_BITS } from "@colophon-protocol/sdk";
import { TermsFlag } from "@colophon-protocol/sdk/formats";
import type { LicenseEntity } from "@colophon-protocol/sdk/indexer";
import { moment } from "../ui/format";

/** How a license may change hands: not at all, freely, or after the dataset's owner had the first refusal. */
export function resaleRule({ flags, offer }: Pick<LicenseEntity, "flags" | "offer">): "never" | "free" | "refusal" {
  if ((flags & LICENSE_FLAG_BITS.transferable) === 0) return "never";
  return (offer.terms.flags & TermsFlag.FirstRefusal) === 0 ? "free" : "refusal";
}

/** Where an announced resale is: the owner's time, the buyer's, or over. */
export function resaleStage({ refusalUntil, openUntil }: Resale, now: number): "owner" | "buyer" | "over" {
  if (now <= refusalUntil) return "owner";
  return now <= openUntil ? "buyer" : "over";
}

/** What happens next with an announced resale, in a sentence. */
export function resaleInWords(resale: Resale, now: number): string {
  switch (resaleStage(resale, now)) {
    case "owner":
      return `The dataset's owner may take the license until ${moment(resale.refusalUntil)}; then it can move to the buyer until ${moment(resale.openUntil)}.`;
    case "buyer":
      return `The owner let it go. It can move to the buyer until ${moment(resale.openUntil)}.`;
    case "over":
      return `It could move to the buyer until ${moment(resale.openUntil)}. Announce it again to sell it.`;
  }
}

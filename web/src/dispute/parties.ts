import type { DisputeView } from "./query";

/** Who the accounts of a dispute are, by lower-case address. Of one with several parts, the first that is named. */
export function partiesOf({ dispute, offer }: Pick<DisputeView, "dispute" | "offer">): Record<string, string> {
  return {
    ...(offer && { [offer.provider.toLowerCase()]: "the provider", [offer.seller.toLowerCase()]: "the seller" }),
    [dispute.respondent.toLowerCase()]: "the respondent",
    [dispute.claimant.toLowerCase()]: "the claimant",
  };
}

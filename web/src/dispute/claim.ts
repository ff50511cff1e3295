import { type ClaimInput, type Offer, providerClaimId } from "@colophon-protocol/sdk";
import { type Address, isAddress } from "viem";

/** The governed windows of a dispute, seconds. */
interface Windows {
  responseWindow: number;
  referWindow: number;
  appealWindow: number;
}

type Reason = ClaimInput["reason"];

/** What a claim is about, as the page found it. */
export interface ClaimSubject {
  title: string;
  id: bigint;
  reasons: readonly Reason[];
  /** Where its money is counted in. */
  token: Address;
  offer?: Offer;
  /** Base units that a license cost. */
  price?: bigint;
  /** When the license or version began, seconds: nothing before it can be claimed. */
  start?: number;
  /** Whether its rail is asked at each access, so that frozen money means no access. */
  atEachAccess: boolean;
}

/** Which claims there are about each thing, and by whom about a license. */
export const REASONS = {
  buyer: ["NotDelivered", "NotAsDescribed", "FalseEncoding", "ServiceFailure", "Contested"],
  seller: ["BreachOfTerms", "FalseStatement", "Contested"],
  version: ["Copyright", "Privacy", "ConsentWithdrawn", "UnlawfulContent", "FalseRecord"],
  provider: ["Misconduct"],
  recall: ["ContestedRecall"],
  badge: ["FalseAttestation"],
  proof: ["FalseProof"],
  receipt: ["FalseReceipt"],
} as const satisfies Record<string, readonly Reason[]>;

/** Ids of what a claim may be about besides licenses and versions, as the page's address has them. */
interface OtherIds {
  provider?: string;
  recall?: string;
  badge?: string;
  proof?: string;
  receipt?: string;
}

/** A provider or a record that a claim is about; undefined when the address names none. */
export function otherSubject(
  { provider, recall, badge, proof, receipt }: OtherIds,
  token: Address,
): ClaimSubject | undefined {
  const about = (title: string, id: bigint, reasons: readonly Reason[]) => ({
    ...{ title, id, reasons, token },
    atEachAccess: false,
  });
  if (provider && isAddress(provider, { strict: false }))
    return about("A provider", providerClaimId(provider), REASONS.provider);
  if (recall) return about(`Recall ${recall}`, BigInt(recall), REASONS.recall);
  if (badge) return about("An attestation", BigInt(badge), REASONS.badge);
  if (proof) return about("A proof of a training run", BigInt(proof), REASONS.proof);
  if (receipt) return about("A receipt of where a run ran", BigInt(receipt), REASONS.receipt);
  return undefined;
}

const REFUNDS: readonly string[] = ["NotDelivered", "NotAsDescribed", "FalseEncoding", "ServiceFailure", "Contested"];
const FROM_BOND: readonly string[] = ["FalseEncoding", "ServiceFailure", "Misconduct"];
const ENDS: readonly string[] = ["BreachOfTerms", "FalseStatement"];
const TAKEDOWNS: readonly string[] = ["Copyright", "Privacy", "ConsentWithdrawn", "UnlawfulContent"];
const RECORDS: readonly string[] = ["FalseProof", "FalseAttestation", "FalseReceipt"];
const SUSPENDS: readonly string[] = ["Privacy", "UnlawfulContent"];

/** Whether a claim says what was lost in money, which then is asked of the provider's bond. */
export const asksForMoney = (reason: Reason) => FROM_BOND.includes(reason);
/** Whether its claimant may have the license's money frozen. */
export const mayFreeze = (reason: Reason) => REFUNDS.includes(reason);

/** What an upheld claim brings at most, one sentence each. */
export function winnings(reason: Reason): string[] {
  return [
    REFUNDS.includes(reason)
      ? "What the license's payment rail still holds goes back to who paid, and the license ends."
      : "",
    FROM_BOND.includes(reason)
      ? "What a refund does not cover, up to what you claim, comes from the provider's bond, as far as that goes."
      : "",
    ENDS.includes(reason) ? "The license ends." : "",
    TAKEDOWNS.includes(reason) ? "New sales of the version stay stopped." : "",
    SUSPENDS.includes(reason) ? "Access to the version ends for everybody." : "",
    reason === "FalseRecord" ? "The version's record is corrected, or its sales stop." : "",
    reason === "ContestedRecall" ? "The recall is dismissed, and nobody has to act on it." : "",
    RECORDS.includes(reason) ? "The record is revoked." : "",
    "Your bond comes back, and you get the other side's bonds of this dispute.",
  ].filter((line) => line !== "");
}

/** What the claim freezes at once, and nothing else. */
export function freezes(reason: Reason, freeze: boolean, atEachAccess: boolean): string {
  if (TAKEDOWNS.includes(reason)) {
    return "New sales of this version stop at once, until the owner posts a counter-bond or the dispute ends. Licenses that were sold keep their access.";
  }
  if (mayFreeze(reason) && freeze) {
    return atEachAccess
      ? "This license's money is frozen, and with it access to the data, until the dispute ends. Nothing else is."
      : "This license's money is frozen until the dispute ends. Nothing else is; access stays.";
  }
  return "Nothing is frozen.";
}

const ANSWERS: Record<string, string> = {
  Fine: "The chain has nothing against this claim.",
  TooOld: "It happened too long ago: the time to claim is over.",
  NothingHeld: "Nothing is held for this license any more, and no bond answers for this reason.",
  Over: "It has ended already, so that there is nothing left to end.",
  AlreadyRuled: "This was ruled on already; a claim is ruled on once.",
  AlreadySuspended: "The version is suspended already.",
  NotContested: "Nothing of this license is contested at its payment rail now. Contest the delivery there first.",
  Unknown: "The chain does not know what the claim is about.",
};

/** What the chain itself says of a claim. */
export const answerInWords = (answer: string): string => ANSWERS[answer] ?? answer;

/** How long each part of a dispute takes at most, in a sentence. */
export function courseInWords(
  { responseWindow, referWindow, appealWindow }: Windows,
  ruling: number,
  period: (s: number) => string,
) {
  return `The other side has ${period(responseWindow)} to answer. Then somebody brings it to the arbitrator within ${period(referWindow)}, or the claim is dropped and your bond is the respondent's. The arbitrator has ${period(ruling)} to rule, and after that there are ${period(appealWindow)} to appeal.`;
}

const DAY = 86_400;

/**
 * The second that a claim names for a day (UTC) on which something happened: the day's first, or `start` when that is later on the same
 * day. Undefined for no day, and for one that is yet to come.
 */
export function occurrence(day: string | undefined, start: number | undefined, now: number): number | undefined {
  const at = day ? Date.parse(`${day}T00:00:00Z`) / 1000 : Number.NaN;
  if (Number.isNaN(at) || at > now) return undefined;
  return start !== undefined && start > at && start < at + DAY ? start : at;
}

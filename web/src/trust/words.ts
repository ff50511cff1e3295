/** Reasons of claims as the indexer writes them: NOT_DELIVERED for the contracts' NotDelivered. */
export const plainName = (constant: string) =>
  constant
    .split("_")
    .map((part) => part.charAt(0) + part.slice(1).toLowerCase())
    .join("");

const REASONS: Record<string, string> = {
  NotDelivered: "the data was not delivered",
  NotAsDescribed: "the data is not what was described",
  FalseEncoding: "what was served decrypts to something else",
  ServiceFailure: "the service failed",
  Contested: "the delivery is contested",
  BreachOfTerms: "the licensee broke the terms",
  FalseStatement: "a statement of revenue is false",
  Copyright: "the version holds work that is somebody else's",
  Privacy: "the version holds somebody's personal data",
  ConsentWithdrawn: "consent to the version was withdrawn",
  UnlawfulContent: "the version holds unlawful content",
  FalseRecord: "the version's record is false",
  ContestedRecall: "a recall is contested",
  Misconduct: "the provider misbehaved",
  FalseProof: "a proof is false",
  FalseAttestation: "an attestation is false",
  FalseReceipt: "a receipt of where a run ran is false",
};

/** Why somebody claims, as half a sentence. */
export const reasonInWords = (reason: string): string => REASONS[reason] ?? reason;

const FAULTS: Record<string, string> = {
  WRONG_CONTENT: "signed a receipt for content that its encoding contradicts",
  WRONG_ROOT: "signed a receipt for another encoding than the registry has",
  LATE_RECEIPT: "served a license after its end and grace",
  EQUIVOCATION: "signed two histories of one log",
};

/** What a provider was proven to have done. */
export const faultInWords = (kind: string): string => FAULTS[kind] ?? kind.toLowerCase();

export type Tone = "proven" | "open" | "faulted" | "frozen";

const BADGES: Record<string, readonly [Tone, string]> = {
  VALID: ["proven", "valid"],
  EXPIRED: ["faulted", "expired"],
  REVOKED: ["faulted", "revoked"],
  ISSUER_LOST: ["faulted", "its issuer is no longer accredited"],
};

/** What a badge is worth now: state and words. */
export const badgeInWords = (standing: string): readonly [Tone, string] =>
  BADGES[standing] ?? ["open", standing.toLowerCase().replaceAll("_", " ")];

/** "gdpr-audited" as it is read. */
export function badgeName(name: string | null): string {
  if (!name) return "Attestation of a schema without a listed name";
  const words = name
    .replaceAll("-", " ")
    .replace("gdpr", "GDPR")
    .replace("c2pa", "C2PA")
    .replace("k anonymous", "k-anonymous");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** What an offer's buyer is covered with, in a sentence. */
export function coverInWords(
  { perPurchase, covered }: { perPurchase: bigint; covered: boolean },
  amount: (base: bigint) => string,
): readonly [Tone, string] {
  if (perPurchase === 0n) return ["open", "not covered: no bond stands behind this offer"];
  if (!covered) return ["open", `covered to ${amount(perPurchase)}, less than the protocol asks for`];
  return ["proven", `covered to ${amount(perPurchase)}`];
}

const BOND_EVENTS: Record<string, string> = {
  DEPOSIT: "own stake added",
  WITHDRAWAL_REQUEST: "own stake asked back",
  WITHDRAWAL: "own stake withdrawn",
  DELEGATION: "stake delegated",
  UNDELEGATION_REQUEST: "delegated stake asked back",
  UNDELEGATION: "delegated stake withdrawn",
  DELEGATION_EMPTIED: "what was left of delegated stake became own stake",
  REWARD: "reward shared with delegators",
  REWARD_CLAIM: "reward claimed by a delegator",
  ALLOCATION: "stake put behind an offer",
  DEALLOCATION_REQUEST: "stake behind an offer asked back",
  DEALLOCATION: "stake behind an offer freed",
  ALLOCATIONS_EMPTIED: "what was left behind offers became free",
  LOCK: "stake locked behind a claim",
  UNLOCK: "stake unlocked",
  SLASH: "stake slashed",
};

/** What happened to a bond. */
export const bondEventInWords = (kind: string): string => BOND_EVENTS[kind] ?? kind.toLowerCase();

const PHASES: Record<string, readonly [Tone, string]> = {
  Open: ["open", "open: the other side may answer"],
  Asked: ["open", "before its arbitrator"],
  Ruled: ["open", "ruled, not final yet"],
  Closed: ["proven", "closed"],
};

/** How far a dispute is. */
export const phaseInWords = (phase: string): readonly [Tone, string] => PHASES[phase] ?? ["open", phase];

const OUTCOMES: Record<string, string> = {
  Upheld: "the claim was upheld",
  Rejected: "the claim was rejected",
  Withdrawn: "the claimant gave the claim up",
  Dropped: "nobody brought the claim to its arbitrator in time",
  Settled: "both sides agreed",
  Silent: "the arbitrator did not rule, and the claim was never answered: held money went back",
  Unruled: "the arbitrator did not rule: everything is as before",
};

/** How a dispute ended. */
export const outcomeInWords = (outcome: string): string => OUTCOMES[outcome] ?? "it has not ended";

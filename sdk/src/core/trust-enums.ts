/** Names of the enums and bits of bonds, disputes, attestations, recalls and quality, in the contracts' order. Append-only. */
import { ColophonError } from "../errors/colophon-error.js";

/** `IProviderBond.Verifier`: who may slash. */
export const BOND_VERIFIER = ["None", "ObjectiveFaults", "ServiceChallenges", "DisputeManager"] as const;
export type BondVerifier = (typeof BOND_VERIFIER)[number];

/** `IObjectiveFaults.Fault`. */
export const FAULT = ["None", "WrongContent", "WrongRoot", "LateReceipt", "Equivocation"] as const;
export type Fault = (typeof FAULT)[number];

/** `IServiceChallenges.State`. */
export const CHALLENGE_STATE = ["None", "Open", "Answered", "Faulted", "Void"] as const;
export type ChallengeState = (typeof CHALLENGE_STATE)[number];

/** `IDisputeTypes.Subject`: what a claim is about. */
export const DISPUTE_SUBJECT = [
  "None",
  "License",
  "Version",
  "Provider",
  "Proof",
  "Attestation",
  "Recall",
  "Receipt",
] as const;
export type DisputeSubject = (typeof DISPUTE_SUBJECT)[number];

/** `IDisputeTypes.Reason`. Each is of one subject: `subjectOfReason`. */
export const DISPUTE_REASON = [
  "None",
  "NotDelivered",
  "NotAsDescribed",
  "FalseEncoding",
  "ServiceFailure",
  "Contested",
  "BreachOfTerms",
  "FalseStatement",
  "Copyright",
  "Privacy",
  "ConsentWithdrawn",
  "UnlawfulContent",
  "FalseRecord",
  "ContestedRecall",
  "Misconduct",
  "FalseProof",
  "FalseAttestation",
  "FalseReceipt",
] as const;
export type DisputeReason = (typeof DISPUTE_REASON)[number];

/** `IDisputeTypes.Phase`. */
export const DISPUTE_PHASE = ["None", "Open", "Asked", "Ruled", "Closed"] as const;
export type DisputePhase = (typeof DISPUTE_PHASE)[number];

/** `IDisputeTypes.Outcome`: how a dispute ended. */
export const DISPUTE_OUTCOME = [
  "None",
  "Upheld",
  "Rejected",
  "Withdrawn",
  "Dropped",
  "Settled",
  "Silent",
  "Unruled",
] as const;
export type DisputeOutcome = (typeof DISPUTE_OUTCOME)[number];

/** `ExternalArbitrator.Result`: what an oracle or court answered; "Refused" rules nothing. */
export const OUTSIDE_RESULT = ["None", "Asked", "Upheld", "Rejected", "Refused"] as const;
export type OutsideResult = (typeof OUTSIDE_RESULT)[number];

/** `IDisputeTypes.Answer`: what the chain itself says against a claim; "Fine" is nothing. */
export const CLAIM_ANSWER = [
  "Fine",
  "TooOld",
  "NothingHeld",
  "Over",
  "AlreadyRuled",
  "AlreadySuspended",
  "NotContested",
  "Unknown",
] as const;
export type ClaimAnswer = (typeof CLAIM_ANSWER)[number];

/** `IAttestationRegistry.SubjectKind`: what a badge is about. */
export const SUBJECT_KIND = ["None", "Dataset", "Version", "Provider", "Person"] as const;
export type SubjectKind = (typeof SUBJECT_KIND)[number];

/** Kinds of subject as bits, in which schemas name the ones that they fit. */
export const SUBJECT_KIND_BITS = { Dataset: 2, Version: 4, Provider: 8, Person: 16 } as const;

/** `IAttestationRegistry.BadgeStanding`: what a badge is worth now. */
export const BADGE_STANDING = ["None", "Valid", "Expired", "Revoked", "IssuerLost"] as const;
export type BadgeStanding = (typeof BADGE_STANDING)[number];

/** `IRecalls.Reason`. */
export const RECALL_REASON = ["None", "ConsentRevoked", "OptOut", "Takedown", "Defect"] as const;
export type RecallReason = (typeof RECALL_REASON)[number];

/** `IRecalls.Action`: what a licensee does about a recall. */
export const RECALL_ACTION = ["None", "Delete", "Retrain", "Contest"] as const;
export type RecallAction = (typeof RECALL_ACTION)[number];

/** `IRecalls.Standing`: how a license stands towards a recall. */
export const RECALL_STANDING = ["NotAffected", "Waiting", "Acknowledged", "Contested", "Breach"] as const;
export type RecallStanding = (typeof RECALL_STANDING)[number];

/** `IQualityOracle.State`. */
export const QUALITY_STATE = ["None", "Open", "Scored", "Failed"] as const;
export type QualityState = (typeof QUALITY_STATE)[number];

/** What a provider's key signs: `KeyPurposes`. */
export const KEY_PURPOSE_BITS = { receipts: 1, logs: 2 } as const;
export type KeyPurpose = keyof typeof KEY_PURPOSE_BITS;

/** What a provider was slashed for, where that counts once per license: `FaultMarks`. */
export const FAULT_MARK_BITS = { content: 1, late: 2 } as const;
export type FaultMark = keyof typeof FAULT_MARK_BITS;

/** Bits of names. @throws ColophonError `input` on a name that has none */
export function bitsByName<name extends string>(
  what: string,
  bits: Readonly<Record<name, number>>,
  names: readonly name[],
): number {
  return names.reduce((sum, name) => {
    const bit = bits[name];
    if (bit !== undefined) return sum | bit;
    throw new ColophonError(`"${name}" is no ${what}.`, {
      code: "input",
      hint: `Expected some of: ${Object.keys(bits).join(", ")}.`,
    });
  }, 0);
}

/** Names of the bits that are set, in the order of the table. */
export function namesOfBits<name extends string>(bits: Readonly<Record<name, number>>, value: number): name[] {
  return (Object.keys(bits) as name[]).filter((name) => (value & bits[name]) !== 0);
}

/**
 * Name of an enum value in an enum that does not start with "None".
 * @throws ColophonError `input` on a value that this SDK is too old to know
 */
export function knownName<const names extends readonly string[]>(
  what: string,
  names: names,
  value: number,
): names[number] {
  const name = names[value];
  if (name !== undefined) return name;
  throw new ColophonError(`${what} is ${value}, which this version does not know.`, {
    code: "input",
    hint: "Update the SDK: the contract is newer.",
  });
}

const FIRST_OF_SUBJECT: readonly [DisputeReason, DisputeSubject][] = [
  ["NotDelivered", "License"],
  ["Copyright", "Version"],
  ["ContestedRecall", "Recall"],
  ["Misconduct", "Provider"],
  ["FalseProof", "Proof"],
  ["FalseAttestation", "Attestation"],
  ["FalseReceipt", "Receipt"],
];

/** What a claim for this reason is about. */
export function subjectOfReason(reason: DisputeReason): DisputeSubject {
  const at = DISPUTE_REASON.indexOf(reason);
  const found = FIRST_OF_SUBJECT.filter(([first]) => DISPUTE_REASON.indexOf(first) <= at).at(-1);
  return found?.[1] ?? "None";
}

/** What a dispute holds and who is who in it: `DisputeFlags`. */
export const DISPUTE_FLAG_BITS = {
  money: 1,
  sales: 2,
  locked: 4,
  answered: 8,
  access: 16,
  "by-buyer": 32,
  appealed: 64,
} as const;
export type DisputeFlag = keyof typeof DISPUTE_FLAG_BITS;

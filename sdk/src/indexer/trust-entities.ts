import type { Address, Hex } from "viem";
import type { Reputation, ReputationFacts, TokenUnits } from "../reputation/types.js";
import type { Place, VerifierKind } from "./bond-entities.js";

// What the indexer knows of disputes, badges, consents, recalls and scores. Amounts are base units of `token` unless named otherwise,
// times seconds, enums in capitals.

export type DisputePhaseName = "OPEN" | "ASKED" | "RULED" | "CLOSED";
export type DisputeOutcomeName =
  | "NONE"
  | "UPHELD"
  | "REJECTED"
  | "WITHDRAWN"
  | "DROPPED"
  | "SETTLED"
  | "SILENT"
  | "UNRULED";

/** A line of a list of disputes. `deadline` ends the phase. */
export interface DisputeSummary {
  disputeId: bigint;
  subject: "LICENSE" | "VERSION" | "PROVIDER" | "PROOF" | "ATTESTATION" | "RECALL" | "RECEIPT";
  /** License, badge, proof or recall id; `datasetId << 32 | version`; a provider's address or a compute receipt's id as a number. */
  subjectId: bigint;
  reason: string;
  phase: DisputePhaseName;
  outcome: DisputeOutcomeName;
  round: number;
  claimant: Address;
  respondent: Address;
  token: Address;
  claimed: bigint;
  bond: bigint;
  holdsMoney: boolean;
  stopsSales: boolean;
  locksBond: boolean;
  byBuyer: boolean;
  deadline: bigint | null;
  openedAt: bigint;
  closedAt: bigint | null;
  licenseRef: string | null;
  transactionHash: Hex;
}

/** One step of a dispute. `hash` is the evidence, ruling or remedy's call, `until` the deadline that follows. */
export interface DisputeEventEntity extends Place {
  kind: string;
  round: number | null;
  by: Address;
  token: Address | null;
  amount: bigint | null;
  hash: Hex | null;
  until: bigint | null;
}

/** A dispute whole, with its timeline, evidence, rulings and votes, oldest first. */
export interface DisputeEntity extends DisputeSummary {
  occurredAt: bigint;
  counterBond: bigint | null;
  appealBond: bigint | null;
  appellant: Address | null;
  arbitrator: Address | null;
  answeredBy: Address | null;
  answeredAt: bigint | null;
  /** What the provider's bond paid, and who got the dispute's own bonds. */
  compensated: bigint;
  toClaimant: bigint | null;
  toRespondent: bigint | null;
  judge: { arbitrator: Address; rulingWindow: bigint; listed: boolean } | null;
  lock: { claimId: Hex; amount: bigint; verifier: VerifierKind; since: bigint; endedAt: bigint | null } | null;
  license: {
    licenseId: bigint;
    held: { moneyFrozen: boolean; owed: bigint; refunded: bigint; released: bigint; endsAt: bigint | null } | null;
  } | null;
  events: DisputeEventEntity[];
  evidence: ({ by: Address; hash: Hex; uri: string; recipient: Hex | null } & Place)[];
  /** Keys that were shown: each opens one chunk of an encoding, whose place and leaves stand beside it. */
  chunkKeys: ({
    by: Address;
    encoding: number;
    index: bigint;
    file: bigint;
    counter: bigint;
    flags: number;
    keyRoot: Hex;
    chunkKey: Hex;
    cipher: Hex;
    cipherSize: bigint;
    plain: Hex;
    plainSize: bigint;
  } & Place)[];
  rulings: ({
    round: number;
    arbitrator: Address | null;
    upheld: boolean;
    refund: bigint;
    loss: bigint;
    penalty: bigint;
    endsAt: bigint | null;
    status: number;
    reasons: Hex;
    appealBy: bigint;
  } & Place)[];
  settlements: ({
    by: Address;
    refund: bigint;
    revoke: boolean;
    claimantBond: bigint;
    deadline: bigint;
    agreed: boolean;
  } & Place)[];
  votes: { round: number; member: Address; rulingHash: Hex; upheld: boolean; votes: number; at: bigint }[];
}

export type BadgeStandingName = "VALID" | "EXPIRED" | "REVOKED" | "ISSUER_LOST";

/** A schema of badges; `kinds` are bits of `SUBJECT_KIND_BITS`, `name` is governance's while it is `known`. */
export interface SchemaEntity {
  schema: Hex;
  documentHash: Hex;
  kinds: number;
  maxValidity: bigint | null;
  fields: string;
  name: string | null;
  known: boolean;
  badgeCount: number;
}

/** A badge with what it is worth at the asked second. */
export interface BadgeEntity {
  badgeId: bigint;
  issuer: Address;
  subject: Hex;
  subjectKind: "DATASET" | "VERSION" | "PROVIDER" | "PERSON";
  datasetRef: string | null;
  versionRef: string | null;
  account: Address | null;
  dataHash: Hex;
  /** Null where an anchored attestation keeps it off chain. */
  data: Hex | null;
  nonce: bigint;
  issuedAt: bigint;
  expiresAt: bigint | null;
  recordedAt: bigint;
  revokedAt: bigint | null;
  revokedBy: Address | null;
  revocationReason: Hex | null;
  transactionHash: Hex;
  standing: BadgeStandingName;
  schema: SchemaEntity;
}

/** An issuer; `accreditor` null is governance. `weight` is its own now, basis points: what it was given and has not given on. */
export interface IssuerEntity {
  address: Address;
  accreditor: Address | null;
  accredited: boolean;
  weight: number;
  weightBps: number;
  givenBps: number;
  expiresAt: bigint | null;
  since: bigint;
  badgeCount: number;
  revokedCount: number;
}

export type RecallReasonName = "CONSENT_REVOKED" | "OPT_OUT" | "TAKEDOWN" | "DEFECT";
export type RecallActionName = "NONE" | "DELETE" | "RETRAIN" | "CONTEST";
export type RecallStandingName = "NOT_AFFECTED" | "WAITING" | "ACKNOWLEDGED" | "CONTESTED" | "BREACH";

/** A recall: licensees answer from `collectsUntil` to `deadline`. */
export interface RecallSummary {
  recallId: bigint;
  /** Id of the dataset's row, `<chain>-<dataset>`. */
  datasetRef: string;
  version: number;
  reason: RecallReasonName;
  openedBy: Address;
  openedAt: bigint;
  collectsUntil: bigint;
  deadline: bigint;
  contestPeriod: bigint;
  decidedAt: bigint | null;
  dismissed: boolean;
  /** After a ruling that it stands, who contested has until then. */
  againUntil: bigint | null;
  leavesHash: Hex;
  /** Null until the owner named it. */
  revokedRoot: Hex | null;
  rootNamedAt: bigint | null;
  /** The version without what left. */
  newVersion: number | null;
  affectedCount: number;
  answeredCount: number;
  contestedCount: number;
  transactionHash: Hex;
}

/** A recall with its timeline and the consents that it came of. */
export interface RecallEntity extends RecallSummary {
  events: ({
    kind: "OPENED" | "COLLECTED" | "ROOT_NAMED" | "DECIDED" | "RESOLVED";
    by: Address;
    hash: Hex | null;
    stands: boolean | null;
    until: bigint | null;
  } & Place)[];
  consents: { leavesHash: Hex | null; consent: { consentHash: Hex; revokedAt: bigint; revokedBy: Address } | null }[];
}

/** A license that a recall is about, with how it stands at the asked second. */
export interface RecallLicenseEntity {
  licenseId: bigint;
  holder: Address;
  /** When its rail ended it. */
  endedAt: bigint | null;
  standing: RecallStandingName;
  action: RecallActionName;
  answeredBy: Address | null;
  answeredAt: bigint | null;
  evidenceHash: Hex | null;
  recall: RecallSummary;
}

/** A consent. One that was revoked without being recorded has its parties and its end only. */
export interface ConsentEntity {
  consentHash: Hex;
  grantor: Address;
  controller: Address;
  receiptHash: Hex | null;
  uses: number | null;
  validFrom: bigint | null;
  validUntil: bigint | null;
  nonce: bigint | null;
  recordedAt: bigint | null;
  revokedAt: bigint | null;
  revokedBy: Address | null;
  revocationReason: Hex | null;
  transactionHash: Hex;
  links: { versionRef: string; leavesHash: Hex | null; recallRef: string | null; linkedAt: bigint | null }[];
}

/** A score that was asked for, with its reports; `score` in basis points of the method's scale, when SCORED. */
export interface QualityRequestEntity {
  requestId: bigint;
  requester: Address;
  datasetRef: string;
  version: number;
  licenseRef: string | null;
  method: Hex;
  token: Address;
  reward: bigint;
  stake: bigint;
  seats: number;
  committed: number;
  revealed: number;
  state: "OPEN" | "SCORED" | "FAILED";
  score: number | null;
  refunded: bigint | null;
  commitUntil: bigint;
  revealUntil: bigint;
  requestedAt: bigint;
  settledAt: bigint | null;
  transactionHash: Hex;
  reports: {
    reporter: Address;
    score: number | null;
    committedAt: bigint;
    revealedAt: bigint | null;
    reward: bigint | null;
    penalty: bigint | null;
  }[];
}

/**
 * A score with every term, and what it was computed from: `scoreOf(facts)` gives the same. `units` are what tokens are worth in it,
 * `known` the schemas that count.
 */
export interface ReputationAnswer extends Reputation {
  facts: ReputationFacts;
  units: TokenUnits;
  known: Hex[];
}

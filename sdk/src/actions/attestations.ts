/** AttestationRegistry: schemas, issuers, and badges that never move. Subjects are packed by `datasetSubject` and its sisters. */
import { attestationRegistryAbi } from "@colophon-protocol/contracts";
import { type Address, type Hex, isAddressEqual, stringToHex, zeroAddress, zeroHash } from "viem";
import { enumName } from "../core/enums.js";
import { readsOf } from "../core/read.js";
import {
  BADGE_STANDING,
  type BadgeStanding,
  bitsByName,
  namesOfBits,
  SUBJECT_KIND_BITS,
  type SubjectKind,
} from "../core/trust-enums.js";
import { type RevocationReason, reasonToChain } from "../core/trust-values.js";
import { defineWrite, syncOf } from "../core/write.js";
import type { Message } from "../formats/typed-data.js";

const read = /*#__PURE__*/ readsOf(
  "AttestationRegistry",
  attestationRegistryAbi,
  async () => (await import("../errors/hints-trust-records.js")).trustRecordsHints,
);

/** Id of a badge: the EIP-712 struct hash of the attestation that it is, as a number. */
export interface BadgeId {
  badgeId: bigint;
}

/** A schema of badges. */
export interface SchemaInput {
  /** SHA-256 of the canonical JSON Schema of the data. */
  documentHash: Hex;
  /** What it can be about. */
  kinds: readonly Exclude<SubjectKind, "None">[];
  /** Most seconds from issue to expiry; 0 for no bound. */
  maxValidity?: number;
  /** The data as ABI types with names: `uint16 shareBps,bytes32 reportHash`. */
  fields: string;
}

/** A badge to issue. */
export interface BadgeInput {
  schema: Hex;
  /** Packed: `datasetSubject`, `versionSubject`, `providerSubject`, `personSubject`. */
  subject: Hex;
  /** First second at which it no longer holds; 0, unless told, for no end. */
  expiresAt?: number;
  /** Distinguishes badges that are equal in all else; 0 unless told. */
  nonce?: bigint;
  /** ABI encoding of the schema's fields: `encodeBadgeData`. */
  data: Hex;
}

/** An accreditation to give. `weightBps` in basis points; `expiresAt` is the first second without it, 0 (unless told) for none. */
export interface Accreditation {
  issuer: Address;
  weightBps: number;
  expiresAt?: number;
}

/** An attestation with its issuer's signature. */
export interface SignedAttestation {
  attestation: Message<"Attestation">;
  /** ABI encoding of the schema's fields; left out, it stays off chain. */
  data?: Hex;
  signature: Hex;
}

const badgeToChain = ({ schema, subject, expiresAt = 0, nonce = 0n, data }: BadgeInput) => ({
  schema,
  subject,
  expiresAt,
  nonce,
  data,
});

/**
 * Registers a schema; one that is registered stays as it is. Anyone. Emits SchemaRegistered the first time: so it has no `Sync`
 * twin, and `simulate` gives the id.
 */
export const registerSchema = /*#__PURE__*/ defineWrite({
  contract: "AttestationRegistry",
  abi: attestationRegistryAbi,
  functionName: "registerSchema",
  event: "SchemaRegistered",
  args: ({ documentHash, kinds, maxValidity = 0, fields }: SchemaInput) => [
    { documentHash, kinds: bitsByName("kind of subject", SUBJECT_KIND_BITS, kinds), maxValidity, fields },
  ],
});

/**
 * Gives of the caller's own weight to an issuer, or renews what it gave. Only an accredited issuer. Emits IssuerAccredited.
 */
export const accreditIssuer = /*#__PURE__*/ defineWrite({
  contract: "AttestationRegistry",
  abi: attestationRegistryAbi,
  functionName: "accredit",
  event: "IssuerAccredited",
  args: ({ issuer, weightBps, expiresAt = 0 }: Accreditation) => [issuer, weightBps, expiresAt],
});
/** `accreditIssuer`, waiting for its receipt. */
export const accreditIssuerSync = /*#__PURE__*/ syncOf(accreditIssuer);

/**
 * Accredits an issuer for governance, or renews it; replaces an accreditation by another issuer. Restricted. Emits
 * IssuerAccredited.
 */
export const accreditIssuerByGovernance = /*#__PURE__*/ defineWrite({
  contract: "AttestationRegistry",
  abi: attestationRegistryAbi,
  functionName: "accreditByGovernance",
  event: "IssuerAccredited",
  args: ({ issuer, weightBps, expiresAt = 0 }: Accreditation) => [issuer, weightBps, expiresAt],
});
/** `accreditIssuerByGovernance`, waiting for its receipt. */
export const accreditIssuerByGovernanceSync = /*#__PURE__*/ syncOf(accreditIssuerByGovernance);

/** Takes back what the caller gave, with all that hangs on it. Only the accreditor. Emits IssuerRemoved. */
export const removeAccreditation = /*#__PURE__*/ defineWrite({
  contract: "AttestationRegistry",
  abi: attestationRegistryAbi,
  functionName: "removeAccreditation",
  event: "IssuerRemoved",
  args: ({ issuer }: { issuer: Address }) => [issuer],
});
/** `removeAccreditation`, waiting for its receipt. */
export const removeAccreditationSync = /*#__PURE__*/ syncOf(removeAccreditation);

/** Issues a badge. Only an accredited issuer. Emits BadgeIssued. */
export const issueBadge = /*#__PURE__*/ defineWrite({
  contract: "AttestationRegistry",
  abi: attestationRegistryAbi,
  functionName: "issue",
  event: "BadgeIssued",
  args: (badge: BadgeInput) => [badgeToChain(badge)],
});
/** `issueBadge`, waiting for its receipt. */
export const issueBadgeSync = /*#__PURE__*/ syncOf(issueBadge);

/** Issues many badges, all or none. Only an accredited issuer. Emits BadgeIssued for each. */
export const issueBadges = /*#__PURE__*/ defineWrite({
  contract: "AttestationRegistry",
  abi: attestationRegistryAbi,
  functionName: "issueMany",
  event: "BadgeIssued",
  args: ({ badges }: { badges: readonly BadgeInput[] }) => [badges.map(badgeToChain)],
});
/** `issueBadges`, waiting for its receipt. */
export const issueBadgesSync = /*#__PURE__*/ syncOf(issueBadges);

/**
 * Brings an attestation of `signAttestation` on chain as a badge. Anyone; the issuer must be accredited now and have been when
 * it signed. Empty data keeps it off chain. Emits BadgeIssued.
 */
export const anchorAttestation = /*#__PURE__*/ defineWrite({
  contract: "AttestationRegistry",
  abi: attestationRegistryAbi,
  functionName: "anchor",
  event: "BadgeIssued",
  args: ({ attestation, data = "0x", signature }: SignedAttestation) => [attestation, data, signature],
});
/** `anchorAttestation`, waiting for its receipt. */
export const anchorAttestationSync = /*#__PURE__*/ syncOf(anchorAttestation);

/** Revokes a badge. Only its issuer, also one that is no longer accredited. Emits BadgeRevoked. */
export const revokeBadge = /*#__PURE__*/ defineWrite({
  contract: "AttestationRegistry",
  abi: attestationRegistryAbi,
  functionName: "revoke",
  event: "BadgeRevoked",
  args: ({ badgeId, reason }: BadgeId & { reason: RevocationReason }) => [badgeId, reasonToChain(reason)],
});
/** `revokeBadge`, waiting for its receipt. */
export const revokeBadgeSync = /*#__PURE__*/ syncOf(revokeBadge);

/**
 * Takes back an attestation that is not on chain, so that it cannot be anchored. Only its issuer. Emits AttestationWithdrawn.
 */
export const withdrawAttestation = /*#__PURE__*/ defineWrite({
  contract: "AttestationRegistry",
  abi: attestationRegistryAbi,
  functionName: "withdraw",
  event: "AttestationWithdrawn",
  args: ({ badgeId, reason }: BadgeId & { reason: RevocationReason }) => [badgeId, reasonToChain(reason)],
});
/** `withdrawAttestation`, waiting for its receipt. */
export const withdrawAttestationSync = /*#__PURE__*/ syncOf(withdrawAttestation);

/** Revokes a badge about the caller, a person. Emits BadgeRevoked. */
export const renounceBadge = /*#__PURE__*/ defineWrite({
  contract: "AttestationRegistry",
  abi: attestationRegistryAbi,
  functionName: "renounce",
  event: "BadgeRevoked",
  args: ({ badgeId }: BadgeId) => [badgeId],
});
/** `renounceBadge`, waiting for its receipt. */
export const renounceBadgeSync = /*#__PURE__*/ syncOf(renounceBadge);

/** A badge. @throws ColophonError `reverted` when there is none */
export const badgeOf = /*#__PURE__*/ read({
  functionName: "badgeOf",
  args: ({ badgeId }: BadgeId) => [badgeId],
  result: (found) => found,
});

/** What a badge is worth now; "None" when there is none. */
export const badgeStanding = /*#__PURE__*/ read({
  functionName: "standingOf",
  args: ({ badgeId }: BadgeId) => [badgeId],
  result: (standing): BadgeStanding => enumName(BADGE_STANDING, standing),
});

/** The id that an attestation has, on chain or off. */
export const attestationId = /*#__PURE__*/ read({
  functionName: "idOf",
  args: ({ attestation }: { attestation: Message<"Attestation"> }) => [attestation],
  result: (id): bigint => id,
});

/** When an issuer took back an attestation off chain; undefined when it did not. */
export const attestationWithdrawnAt = /*#__PURE__*/ read({
  functionName: "withdrawnAt",
  args: ({ issuer, badgeId }: BadgeId & { issuer: Address }) => [issuer, badgeId],
  result: (at): number | undefined => (at === 0 ? undefined : at),
});

/** A schema. @throws ColophonError `reverted` when there is none */
export const schemaOf = /*#__PURE__*/ read({
  functionName: "schemaOf",
  args: ({ schema }: { schema: Hex }) => [schema],
  result: (found) => ({ ...found, kinds: namesOfBits(SUBJECT_KIND_BITS, found.kinds) }),
});

/** The id of the schema with this index, from 1; undefined when there is none. */
export const schemaAt = /*#__PURE__*/ read({
  functionName: "schemaAt",
  args: ({ index }: { index: number }) => [index],
  result: (schema): Hex | undefined => (schema === zeroHash ? undefined : schema),
});

/** The schema that governance lists under a name, such as `gdpr-audited`; undefined when there is none. */
export const knownSchema = /*#__PURE__*/ read({
  functionName: "knownSchema",
  args: ({ name }: { name: string }) => [stringToHex(name, { size: 32 })],
  result: (schema): Hex | undefined => (schema === zeroHash ? undefined : schema),
});

/**
 * An issuer's accreditation as stored, which may have run out or hang on one that ended: `issuerWeight` says what it is worth.
 * Undefined when it has none.
 */
export const issuerOf = /*#__PURE__*/ read({
  functionName: "issuerOf",
  args: ({ issuer }: { issuer: Address }) => [issuer],
  result: (found) =>
    found.weightBps === 0
      ? undefined
      : {
          ...found,
          accreditor: isAddressEqual(found.accreditor, zeroAddress) ? ("governance" as const) : found.accreditor,
        },
});

/** An issuer's own weight now, basis points; 0 without accreditation. */
export const issuerWeight = /*#__PURE__*/ read({
  functionName: "weightOf",
  args: ({ issuer }: { issuer: Address }) => [issuer],
  result: (weight): number => weight,
});

/** Who holds a subject's badges: a person or provider itself, else an address that stands for the subject. */
export const badgeHolder = /*#__PURE__*/ read({
  functionName: "holderOf",
  args: ({ subject }: { subject: Hex }) => [subject],
  result: (holder): Address => holder,
});

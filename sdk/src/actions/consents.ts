/** ConsentRegistry: consents by signature, alone or in batches; a revoked one starts recalls. Leaves are made by `consentLeaf`. */
import { consentRegistryAbi } from "@colophon-protocol/contracts";
import { type Address, type Hex, isAddressEqual, zeroAddress } from "viem";
import { readsOf } from "../core/read.js";
import { type ConsentProof, type RevocationReason, reasonToChain } from "../core/trust-values.js";
import { defineWrite, syncOf } from "../core/write.js";
import type { Message } from "../formats/typed-data.js";

const read = /*#__PURE__*/ readsOf(
  "ConsentRegistry",
  consentRegistryAbi,
  async () => (await import("../errors/hints-trust-records.js")).trustRecordsHints,
);

type Consent = Message<"Consent">;

/** A version of a dataset. */
export interface VersionRef {
  datasetId: bigint;
  version: number;
}

/** A consent with its grantor's signature. */
export interface SignedConsent {
  consent: Consent;
  signature: Hex;
}

/** A revoked consent of a linked batch. */
export interface BatchRecall extends VersionRef {
  consent: Consent;
  /** keccak256 of the grantor's signature. */
  signatureHash: Hex;
  proof: ConsentProof;
}

/** Records a consent with its grantor's signature. Anyone. Emits ConsentRecorded. */
export const recordConsent = /*#__PURE__*/ defineWrite({
  contract: "ConsentRegistry",
  abi: consentRegistryAbi,
  functionName: "record",
  event: "ConsentRecorded",
  args: ({ consent, signature }: SignedConsent) => [consent, signature],
});
/** `recordConsent`, waiting for its receipt. */
export const recordConsentSync = /*#__PURE__*/ syncOf(recordConsent);

/** Anchors the root of many consents, as their controller. Emits ConsentsAnchored. */
export const anchorConsents = /*#__PURE__*/ defineWrite({
  contract: "ConsentRegistry",
  abi: consentRegistryAbi,
  functionName: "anchorBatch",
  event: "ConsentsAnchored",
  args: ({ root, size }: { root: Hex; size: bigint }) => [root, size],
});
/** `anchorConsents`, waiting for its receipt. */
export const anchorConsentsSync = /*#__PURE__*/ syncOf(anchorConsents);

/**
 * Records a consent out of a batch, with the batch's time. Anyone who has consent, signature and proof. Emits ConsentRecorded.
 */
export const recordConsentFromBatch = /*#__PURE__*/ defineWrite({
  contract: "ConsentRegistry",
  abi: consentRegistryAbi,
  functionName: "recordFromBatch",
  event: "ConsentRecorded",
  args: ({ consent, signature, proof }: SignedConsent & { proof: ConsentProof }) => [consent, signature, proof],
});
/** `recordConsentFromBatch`, waiting for its receipt. */
export const recordConsentFromBatchSync = /*#__PURE__*/ syncOf(recordConsentFromBatch);

/**
 * Links a recorded consent in force to a version. Only its controller, as the dataset's owner or operator. Emits ConsentLinked.
 */
export const linkConsent = /*#__PURE__*/ defineWrite({
  contract: "ConsentRegistry",
  abi: consentRegistryAbi,
  functionName: "link",
  event: "ConsentLinked",
  args: ({ consent, datasetId, version, leavesHash }: VersionRef & { consent: Consent; leavesHash: Hex }) => [
    consent,
    datasetId,
    version,
    leavesHash,
  ],
});
/** `linkConsent`, waiting for its receipt. */
export const linkConsentSync = /*#__PURE__*/ syncOf(linkConsent);

/** Links all consents of the caller's batch to a version. Emits BatchLinked. */
export const linkConsentBatch = /*#__PURE__*/ defineWrite({
  contract: "ConsentRegistry",
  abi: consentRegistryAbi,
  functionName: "linkBatch",
  event: "BatchLinked",
  args: ({ root, datasetId, version }: VersionRef & { root: Hex }) => [root, datasetId, version],
});
/** `linkConsentBatch`, waiting for its receipt. */
export const linkConsentBatchSync = /*#__PURE__*/ syncOf(linkConsentBatch);

/** Names who else may revoke the caller's consents; the zero address for nobody. Emits GuardianNamed. */
export const nameGuardian = /*#__PURE__*/ defineWrite({
  contract: "ConsentRegistry",
  abi: consentRegistryAbi,
  functionName: "nameGuardian",
  event: "GuardianNamed",
  args: ({ guardian }: { guardian: Address }) => [guardian],
});
/** `nameGuardian`, waiting for its receipt. */
export const nameGuardianSync = /*#__PURE__*/ syncOf(nameGuardian);

/**
 * Revokes a consent, recorded or not, and starts the recalls of `versions` that it is linked to. Only the grantor or its
 * guardian. Emits ConsentRevoked, and RecallStarted for each version.
 */
export const revokeConsent = /*#__PURE__*/ defineWrite({
  contract: "ConsentRegistry",
  abi: consentRegistryAbi,
  functionName: "revoke",
  event: "ConsentRevoked",
  args: ({
    consent,
    reason,
    versions = [],
  }: {
    consent: Consent;
    reason: RevocationReason;
    versions?: readonly VersionRef[];
  }) => [consent, reasonToChain(reason), versions],
});
/** `revokeConsent`, waiting for its receipt. */
export const revokeConsentSync = /*#__PURE__*/ syncOf(revokeConsent);

/**
 * Revokes a consent by the grantor's signature under `withdrawalOf(consent)`. Anyone: for a grantor without gas. Emits
 * ConsentRevoked.
 */
export const revokeConsentBySignature = /*#__PURE__*/ defineWrite({
  contract: "ConsentRegistry",
  abi: consentRegistryAbi,
  functionName: "revokeBySignature",
  event: "ConsentRevoked",
  args: ({ consent, withdrawal, signature }: SignedConsent & { withdrawal: Consent }) => [
    consent,
    withdrawal,
    signature,
  ],
});
/** `revokeConsentBySignature`, waiting for its receipt. */
export const revokeConsentBySignatureSync = /*#__PURE__*/ syncOf(revokeConsentBySignature);

/** Starts the recall of a version that a revoked consent is linked to. Anyone, once. Emits RecallStarted. */
export const startRecall = /*#__PURE__*/ defineWrite({
  contract: "ConsentRegistry",
  abi: consentRegistryAbi,
  functionName: "startRecall",
  event: "RecallStarted",
  args: ({ consentHash, datasetId, version }: VersionRef & { consentHash: Hex }) => [consentHash, datasetId, version],
});
/** `startRecall`, waiting for its receipt. */
export const startRecallSync = /*#__PURE__*/ syncOf(startRecall);

/** Starts the recall of a version that a revoked consent's batch is linked to. Anyone, once. Emits RecallStarted. */
export const startRecallOfBatch = /*#__PURE__*/ defineWrite({
  contract: "ConsentRegistry",
  abi: consentRegistryAbi,
  functionName: "startRecallOfBatch",
  event: "RecallStarted",
  args: ({ consent, signatureHash, proof, datasetId, version }: BatchRecall) => [
    consent,
    signatureHash,
    proof,
    datasetId,
    version,
  ],
});
/** `startRecallOfBatch`, waiting for its receipt. */
export const startRecallOfBatchSync = /*#__PURE__*/ syncOf(startRecallOfBatch);

/** The hash that a consent goes by: its EIP-712 struct hash. */
export const consentHash = /*#__PURE__*/ read({
  functionName: "hashOf",
  args: ({ consent }: { consent: Consent }) => [consent],
  result: (hash): Hex => hash,
});

/** When a consent was recorded and revoked; undefined for what was not. */
export const consentStatus = /*#__PURE__*/ read({
  functionName: "statusOf",
  args: ({ consentHash }: { consentHash: Hex }) => [consentHash],
  result: ({ recordedAt, revokedAt }) => ({
    recordedAt: recordedAt === 0 ? undefined : recordedAt,
    revokedAt: revokedAt === 0 ? undefined : revokedAt,
  }),
});

/** Whether a consent covered the second `at`: recorded by then, within its period, not revoked by then. */
export const isConsentInForce = /*#__PURE__*/ read({
  functionName: "isInForce",
  args: ({ consent, at }: { consent: Consent; at: number }) => [consent, at],
  result: (inForce): boolean => inForce,
});

/** Who may revoke for a grantor; undefined for nobody. */
export const guardianOf = /*#__PURE__*/ read({
  functionName: "guardianOf",
  args: ({ grantor }: { grantor: Address }) => [grantor],
  result: (guardian): Address | undefined => (isAddressEqual(guardian, zeroAddress) ? undefined : guardian),
});

/** A controller's batch; undefined when there is none. */
export const consentBatchOf = /*#__PURE__*/ read({
  functionName: "batchOf",
  args: ({ controller, root }: { controller: Address; root: Hex }) => [controller, root],
  result: (found) => (found.anchoredAt === 0 ? undefined : found),
});

/** Whether a batch is linked to a version. */
export const isConsentBatchLinked = /*#__PURE__*/ read({
  functionName: "isBatchLinked",
  args: ({ controller, root, datasetId, version }: VersionRef & { controller: Address; root: Hex }) => [
    controller,
    root,
    datasetId,
    version,
  ],
  result: (linked): boolean => linked,
});

/** A consent's own link to a version, and the recall that came of it (0 when none). */
export const consentLinkOf = /*#__PURE__*/ read({
  functionName: "linkOf",
  args: ({ consentHash, datasetId, version }: VersionRef & { consentHash: Hex }) => [consentHash, datasetId, version],
  result: (found) => found,
});

import type { ErrorHint } from "./words.js";

/** Errors of AttestationRegistry, ConsentRegistry and Recalls. */
export const trustRecordsHints = {
  AttestationRegistry_AlreadyAccredited: {
    title: "Somebody else accredited this issuer",
    hint: "Only its accreditor renews it; governance can replace it.",
  },
  AttestationRegistry_AlreadyRevoked: {
    title: "The badge was revoked before",
    hint: "Nothing to do: a revocation is final.",
  },
  AttestationRegistry_BadExpiry: {
    title: "The expiry is past, missing or beyond what the schema allows",
    hint: "Choose a second within the named bounds.",
  },
  AttestationRegistry_BadIssueTime: {
    title: "The attestation was signed before its issuer was accredited, or in the future",
    hint: "Have it signed again now.",
  },
  AttestationRegistry_BadSchema: {
    title: "The schema is not complete",
    hint: "It needs a document, known kinds of subject, and fields of at most the allowed length.",
  },
  AttestationRegistry_BadSignature: {
    title: "The attestation is not signed by its issuer",
    hint: "Check the issuer, chain id and license token.",
  },
  AttestationRegistry_BadSubject: {
    title: "The subject is not packed as it must be",
    hint: "Make it with `datasetSubject`, `versionSubject`, `providerSubject` or `personSubject`.",
  },
  AttestationRegistry_BadWeight: {
    title: "The weight is zero, above the cap or below what was given on",
    hint: "Choose a weight within the named bounds.",
  },
  AttestationRegistry_BadgeExists: {
    title: "This badge exists already",
    hint: "Give another nonce to issue an equal one.",
  },
  AttestationRegistry_BatchSize: {
    title: "A batch needs at least one badge and at most the allowed number",
    hint: "Split the batch.",
  },
  AttestationRegistry_NoChange: {
    title: "This would change nothing",
    hint: "Read the present value.",
  },
  AttestationRegistry_NoOperators: {
    title: "Badges have no operators",
    hint: "They never move: nothing can be approved.",
  },
  AttestationRegistry_NotAccredited: {
    title: "This account is not accredited now, or gave all its weight on",
    hint: "Ask governance or another issuer for accreditation.",
  },
  AttestationRegistry_NotAccreditor: {
    title: "Only who gave the accreditation may take it back",
    hint: "Send from the accreditor.",
  },
  AttestationRegistry_NotDisputeManager: {
    title: "Only the dispute manager may do this",
    hint: "Raise a dispute about the badge.",
  },
  AttestationRegistry_NotIssuer: {
    title: "Only the badge's issuer may do this",
    hint: "Send from the issuer; a person can renounce a badge about itself.",
  },
  AttestationRegistry_NotSubject: {
    title: "Only the person that the badge is about may renounce it",
    hint: "Send from that account; others can dispute it.",
  },
  AttestationRegistry_SelfAttestation: {
    title: "An issuer cannot attest to itself",
    hint: "Have another issuer attest it.",
  },
  AttestationRegistry_Soulbound: {
    title: "Badges never move",
    hint: "There is nothing to transfer or approve.",
  },
  AttestationRegistry_TooDeep: {
    title: "This issuer is too far from governance to accredit others",
    hint: "Have an issuer nearer to governance do it.",
  },
  AttestationRegistry_UnknownBadge: {
    title: "There is no such badge",
    hint: "Check the id; an attestation off chain has none until it is anchored.",
  },
  AttestationRegistry_UnknownSchema: {
    title: "The schema is not registered",
    hint: "Register it first, or take one of `knownSchema`.",
  },
  AttestationRegistry_WeightExceeded: {
    title: "More weight is given than is left",
    hint: "Give at most what is left.",
  },
  AttestationRegistry_Withdrawn: {
    title: "The issuer took this attestation back",
    hint: "It can no longer be anchored.",
  },
  AttestationRegistry_WrongData: {
    title: "The data is not what was signed",
    hint: "Pass the exact bytes whose hash the attestation names, or none.",
  },
  AttestationRegistry_WrongKind: {
    title: "The schema does not fit this kind of subject",
    hint: "Choose a schema that fits; `schemaOf` lists its kinds.",
  },
  ConsentRegistry_AlreadyAnchored: {
    title: "This root was anchored before",
    hint: "Nothing to do.",
  },
  ConsentRegistry_AlreadyLinked: {
    title: "It is linked to this version already",
    hint: "Nothing to do.",
  },
  ConsentRegistry_AlreadyRecorded: {
    title: "The consent is recorded with that time or an earlier one",
    hint: "Nothing to do.",
  },
  ConsentRegistry_AlreadyRevoked: {
    title: "The consent was revoked before",
    hint: "Nothing to do: a revocation is final. Start recalls that are missing with startRecall.",
  },
  ConsentRegistry_BadConsent: {
    title: "The consent is not complete",
    hint: "It needs a receipt hash, a controller, known uses and a period.",
  },
  ConsentRegistry_BadGuardian: {
    title: "This account cannot be named as guardian",
    hint: "Name another account than yourself, and not the present guardian.",
  },
  ConsentRegistry_BadSignature: {
    title: "The message is not signed by its grantor",
    hint: "Check the grantor, chain id and license token.",
  },
  ConsentRegistry_BadWithdrawal: {
    title: "The withdrawal is not of this consent",
    hint: "Make it with `withdrawalOf(consent)`.",
  },
  ConsentRegistry_EmptyBatch: {
    title: "A batch needs a root and leaves",
    hint: "Make it with `consentBatch`.",
  },
  ConsentRegistry_NotController: {
    title: "Only the consent's controller may do this",
    hint: "Send from the controller that the consent names.",
  },
  ConsentRegistry_NotGrantor: {
    title: "Only the grantor or its guardian may revoke",
    hint: "Send from one of the two; a grantor without gas can sign instead.",
  },
  ConsentRegistry_NotInBatch: {
    title: "The proof does not show the consent in the batch",
    hint: "Check consent, signature, list hash and position; `consentBatch` makes proofs.",
  },
  ConsentRegistry_NotInForce: {
    title: "The consent is not in force now",
    hint: "It is revoked, not recorded, or outside its period.",
  },
  ConsentRegistry_NotLinked: {
    title: "The consent is not linked to this version",
    hint: "Only linked versions are recalled.",
  },
  ConsentRegistry_NotOperator: {
    title: "The controller neither owns the dataset nor operates it",
    hint: "Have the dataset's owner approve the controller as operator.",
  },
  ConsentRegistry_NotRecorded: {
    title: "The consent is not recorded",
    hint: "Record it first.",
  },
  ConsentRegistry_NotRevoked: {
    title: "The consent is not revoked",
    hint: "A recall starts when it is.",
  },
  ConsentRegistry_RecallStarted: {
    title: "The recall of this version was started before",
    hint: "See the named recall.",
  },
  ConsentRegistry_UnknownBatch: {
    title: "The controller anchored no such root",
    hint: "Check root and controller.",
  },
  ConsentRegistry_UnknownVersion: {
    title: "There is no such version",
    hint: "Check dataset and version.",
  },
  Recalls_BadAction: {
    title: "The action is none or unknown",
    hint: "Answer with Delete, Retrain or Contest.",
  },
  Recalls_BadPeriod: {
    title: "Licensees would get too little or too much time",
    hint: "Choose seconds within the named bounds, or 0 for the least.",
  },
  Recalls_BadReason: {
    title: "This reason cannot be given here",
    hint: "Owners name OptOut, Takedown or Defect; revoked consents speak for themselves.",
  },
  Recalls_BadSignature: {
    title: "The answer is not signed by the license's present holder",
    hint: "Check the holder, chain id and license token.",
  },
  Recalls_BadTime: {
    title: "The answer was signed before the recall took answers, or in the future",
    hint: "Sign again now.",
  },
  Recalls_BadVersion: {
    title: "The new version does not resolve this recall",
    hint: "Name a later version of the dataset with other contents, once.",
  },
  Recalls_BatchSize: {
    title: "A batch needs at least one answer and at most the allowed number",
    hint: "Split the batch.",
  },
  Recalls_Collecting: {
    title: "The recall still takes in withdrawals",
    hint: "Answer from the named second on.",
  },
  Recalls_ContestTooLate: {
    title: "It is too late to contest",
    hint: "Delete or retrain instead; contests end with the deadline or a ruling.",
  },
  Recalls_Decided: {
    title: "A ruling decided this recall before",
    hint: "Nothing to do.",
  },
  Recalls_Dismissed: {
    title: "The recall was dismissed",
    hint: "Nothing needs to be done about it.",
  },
  Recalls_NotAffected: {
    title: "The recall is not about this license",
    hint: "Check recall and license.",
  },
  Recalls_NotConsents: {
    title: "Only the consent registry may do this",
    hint: "Revoke the consent there.",
  },
  Recalls_NotDisputeManager: {
    title: "Only the dispute manager may do this",
    hint: "Raise a dispute about the recall.",
  },
  Recalls_NotHolder: {
    title: "Only the license's holder may answer",
    hint: "Send from the holder, or record what it signed.",
  },
  Recalls_NotOwner: {
    title: "Only the dataset's owner may do this",
    hint: "Send from the owner.",
  },
  Recalls_NothingLeaves: {
    title: "Nothing is named that leaves",
    hint: "Give the hash of the list of leaves.",
  },
  Recalls_RootMissing: {
    title: "The recall has no revoked root yet",
    hint: "Set it in the dataset registry and name it first.",
  },
  Recalls_RootNamed: {
    title: "The recall has its revoked root",
    hint: "Nothing to do.",
  },
  Recalls_RootNotInForce: {
    title: "The root is not the one in force in the dataset registry",
    hint: "Set the version's revoked root there first, then name it.",
  },
  Recalls_StaleSequence: {
    title: "A newer answer was recorded already",
    hint: "Sign with a higher sequence.",
  },
  Recalls_Unknown: {
    title: "There is no such recall",
    hint: "Recalls count from 1.",
  },
  Recalls_UnknownVersion: {
    title: "There is no such version",
    hint: "Check dataset and version.",
  },
} as const satisfies Record<string, ErrorHint>;

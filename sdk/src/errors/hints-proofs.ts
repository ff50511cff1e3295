import type { ErrorHint } from "./words.js";

/** Errors of ProofRegistry, ComputeReceipts and CheckpointLog. */
export const proofsHints = {
  ProofRegistry_AlreadyRecorded: {
    title: "This run is recorded already",
    hint: "A run manifest is recorded once per program. Read the record; another run needs another manifest.",
  },
  ProofRegistry_BadBatch: {
    title: "The batch is empty or too large",
    hint: "Submit between one and the named number of runs at once.",
  },
  ProofRegistry_BadEntryCount: {
    title: "No licenses, or too many",
    hint: "List each licensed version that the run used, up to the named bound; split a larger run in two.",
  },
  ProofRegistry_BadLength: {
    title: "The public values have the wrong length",
    hint: "Give the public values as the program committed them: 352 bytes.",
  },
  ProofRegistry_BadProgram: {
    title: "A field of the program cannot be",
    hint: "Correct the named field: none may be zero, and the end comes after the beginning.",
  },
  ProofRegistry_BadRoute: {
    title: "A field of the route cannot be",
    hint: "Correct the named field: a free selector, a verifier with code, and the hash of that code.",
  },
  ProofRegistry_BadTimes: {
    title: "The run's times cannot be",
    hint: "A run ends after it starts and before it is submitted. Check the clock of the machine that ran it.",
  },
  ProofRegistry_CodeChanged: {
    title: "The verifier's code is not the one that governance named",
    hint: "Nothing is checked by other code. Ask governance to look at the route.",
  },
  ProofRegistry_EntryOrder: {
    title: "The licenses are not in order",
    hint: "Sort them by license id, then by content root, each once: as in the run manifest.",
  },
  ProofRegistry_LicenseFlaw: {
    title: "A license does not carry this run",
    hint: "The flaw says why: not held throughout, ended, expired, frozen, or use, version or payment not in order.",
  },
  ProofRegistry_MockNotLocal: {
    title: "Mock verifiers are for local chains",
    hint: "Route to a real verifier.",
  },
  ProofRegistry_NoChange: { title: "This would change nothing", hint: "It is so already." },
  ProofRegistry_NoRoute: {
    title: "Nobody checks proofs of this kind here",
    hint: "The proof's first four bytes name its verifier. Prove with a circuit version that this chain knows.",
  },
  ProofRegistry_NotAdherence: {
    title: "The program proves another statement",
    hint: "Name a program of the adherence statement.",
  },
  ProofRegistry_NotDisputeManager: {
    title: "Only a ruling revokes a record",
    hint: "Open a dispute about the proof.",
  },
  ProofRegistry_NotRunner: {
    title: "You are not the runner of this run",
    hint: "Submit as the runner, or bring the runner's signed statement of exactly this run.",
  },
  ProofRegistry_ProgramNotActive: {
    title: "The program is not taken now",
    hint: "Its time is over or has not come, or it was found unsound. Prove with the present program.",
  },
  ProofRegistry_ProofRefused: {
    title: "The verifier refused the proof",
    hint: "The reason is the verifier's own. The proof must be of this program and of exactly these public values; check it without a chain first.",
  },
  ProofRegistry_StatementOver: {
    title: "The runner's statement no longer serves",
    hint: "The runner took it back, or its time is over. Ask for a new one, or let the runner submit.",
  },
  ProofRegistry_TooLittleGas: {
    title: "The verifier had too little gas to be sure of its refusal",
    hint: "Send the transaction with a higher gas limit: the named amount must be left when the verifier is called.",
  },
  ProofRegistry_UnknownProgram: { title: "There is no such program", hint: "Programs are numbered from 1." },
  ProofRegistry_UnknownRecord: {
    title: "There is no such record",
    hint: "Check the id; it follows from program and run manifest hash.",
  },
  ProofRegistry_WrongValue: {
    title: "A public value is not what the chain knows",
    hint: "The field says which. For the license set: use the roots of the versions, and the withdrawn sets in force at the run's start.",
  },
  ComputeReceipts_AlreadyRecorded: { title: "This receipt is recorded already", hint: "Read the record." },
  ComputeReceipts_BadLicenses: {
    title: "The licenses are not those of the receipt",
    hint: "List them ascending, each once, as when the receipt was signed.",
  },
  ComputeReceipts_BadPolicy: {
    title: "A field of the policy cannot be",
    hint: "Correct the named field: lists ascend, measurements are never empty, debug is forbidden unless simulated.",
  },
  ComputeReceipts_BadReceipt: {
    title: "A field of the receipt cannot be",
    hint: "Correct the named field. The evidence must be the one that the signer was registered with.",
  },
  ComputeReceipts_BadSignature: {
    title: "The receipt is not signed by its signer",
    hint: "Sign with the key that was attested, for this chain and deployment.",
  },
  ComputeReceipts_EvidenceRefused: {
    title: "The evidence does not meet the policy",
    hint: "The field says which: measurement, TCB level, debug, advisories or expiry.",
  },
  ComputeReceipts_NoChange: { title: "This would change nothing", hint: "It is so already." },
  ComputeReceipts_NoContradiction: {
    title: "The two receipts do not contradict each other",
    hint: "They must be of one policy, signer, job and start, and differ.",
  },
  ComputeReceipts_NotAnswerable: {
    title: "You did not register this signer",
    hint: "The verifier that registered it, or a guardian, revokes a signer.",
  },
  ComputeReceipts_NotDisputeManager: {
    title: "Only a ruling revokes a receipt",
    hint: "Open a dispute about the receipt.",
  },
  ComputeReceipts_NotHeld: {
    title: "The runner did not hold a license during the whole job",
    hint: "Leave the license out, or run the job as its holder or delegate.",
  },
  ComputeReceipts_NotVerifier: {
    title: "You are not an admitted verifier of evidence",
    hint: "Governance admits verifiers. Simulated enclaves need none.",
  },
  ComputeReceipts_PolicyKnown: { title: "This policy is published already", hint: "Use its id." },
  ComputeReceipts_SignerNotValid: {
    title: "The signer did not count when the job ended",
    hint: "It must be registered before the job ends, not be expired then, and never be revoked.",
  },
  ComputeReceipts_SignerTaken: {
    title: "The key is registered, or was revoked",
    hint: "Wait until it expires, or attest a fresh key.",
  },
  ComputeReceipts_UnknownPolicy: { title: "There is no such policy", hint: "Publish it first." },
  ComputeReceipts_UnknownReceipt: { title: "There is no such receipt", hint: "Check the id." },
  CheckpointLog_AlreadyOpen: {
    title: "This log is open already",
    hint: "Anchor the next head with a consistency proof from the anchored one.",
  },
  CheckpointLog_BadOrigin: {
    title: "The log's name cannot be",
    hint: "Give the origin line that the head was signed with: one line, 1 to 255 bytes, no control characters.",
  },
  CheckpointLog_BadSignature: {
    title: "The head is not signed by the provider",
    hint: "Have it signed by the provider, or by a key that it registered for logs before it signed.",
  },
  CheckpointLog_BadTime: {
    title: "The head's time cannot be",
    hint: "A head is signed after the anchored one and before now. Check the clock of the machine that signs.",
  },
  CheckpointLog_Forked: {
    title: "This log was proven to have two histories",
    hint: "Nothing is anchored for it any more. The provider starts another log under another name.",
  },
  CheckpointLog_NotConsistent: {
    title: "The log does not begin with its anchored head",
    hint: "Make the proof from the anchored size to the new one. If none exists, the log was rewritten: that is a fault.",
  },
  CheckpointLog_NotLarger: {
    title: "The head adds nothing",
    hint: "Anchor a head with more entries than the anchored one.",
  },
  CheckpointLog_NotOpen: {
    title: "No head of this log is anchored",
    hint: "Open the log with its first head.",
  },
} as const satisfies Record<string, ErrorHint>;

/**
 * The statements that Colophon proves, as reference implementations: the same inputs, public values and refusals as the guests. And
 * runs: what they used, from run file to record and audit.
 */
export { checkAdherence } from "./adherence.js";
export {
  type AdherenceEvidence,
  adherenceInput,
  type LicenseSetEntry,
  licenseSetHash,
  type VersionEvidence,
} from "./adherence-input.js";
export { type AuditCheck, type AuditRunParameters, auditRun, type RunAudit } from "./audit.js";
export { type DeliveredVersion, deliveredVersion, idList, readDelivered } from "./delivered.js";
export { EXECUTED_BY, type Execution, executeAdherence, type GuestReport, type GuestRunner } from "./execution.js";
export { findRun, type RecordedRun } from "./find-run.js";
export { expNegative, ln } from "./fixed-point.js";
export { checkKAnonymity, type KAnonymityEvidence, kAnonymityInput } from "./k-anonymity.js";
export { MOCK_SELECTOR, mockSp1Proof } from "./mock-proof.js";
export { type MultiproofLeaves, multiproof, multiproofRoot } from "./multiproof.js";
export { type ProofStanding, type ProofStatus, proofStatus } from "./proof-status.js";
export {
  type AdherenceValues,
  decodeAdherenceValues,
  decodeKAnonymityValues,
  decodeTrainingStepValues,
  encodeAdherenceValues,
  encodeKAnonymityValues,
  encodeTrainingStepValues,
  type KAnonymityValues,
  type TrainingStepValues,
} from "./public-values.js";
export { type RefusalCode, StatementRefused } from "./refusal.js";
export {
  evidenceOfRun,
  manifestOfRun,
  type RunFile,
  type RunFileLicense,
  type RunManifestParts,
  readRunFile,
  withdrawnKey,
} from "./run-file.js";
export { findAdherenceProgram, runEntries, runStatementOf } from "./run-submission.js";
export { lossOf, type SoftmaxStep, softmaxStep } from "./softmax-step.js";
export { sortedSetRoot } from "./sorted-set.js";
export {
  Sp1ProofRefused,
  type Sp1RefusalCode,
  type VerifySp1Groth16Parameters,
  verifySp1Groth16,
} from "./sp1-groth16.js";
export { SP1_GROTH16_V6_1_0, type Sp1Groth16Verifier } from "./sp1-verifiers.js";
export { type RunLicenseInput, type StartRunParameters, startRun } from "./start-run.js";
export { type Table, tableHash } from "./table.js";
export { checkTrainingStep, type TrainingStepEvidence, trainingStepInput } from "./training-step.js";
export { type Words, wordBytes, wordsOf } from "./words.js";

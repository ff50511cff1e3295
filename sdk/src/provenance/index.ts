/** What a run tells to other people's tools: signed statements (in-toto in DSSE), compute receipts, and exports. */
export {
  type DsseAlgorithm,
  type DsseEnvelope,
  type DsseKey,
  type DsseSigner,
  dssePae,
  secp256k1Signer,
  signDsse,
  type VerifyDsseParameters,
  verifyDsse,
} from "./dsse.js";
export {
  IN_TOTO_TYPE,
  type InTotoStatement,
  type InTotoSubject,
  inTotoStatement,
  STATEMENT_TYPE,
  signInToto,
  verifyInToto,
} from "./in-toto.js";
export {
  COMPUTE_RECEIPT_TYPE,
  type ComputeReceiptPredicate,
  computeReceiptStatement,
  type EnclaveBinding,
  type JobInput,
  type JobManifest,
  type JobOutput,
  jobInputsHash,
  jobManifestHash,
  jobOutputsHash,
  jobReportData,
  readJobManifest,
} from "./job.js";
export { type JobResult, type VerifyJobResultParameters, verifyJobResult } from "./job-result.js";
export { MLFLOW_API, type MlflowLogInputs, toMlflow } from "./mlflow.js";
export { type ModelCardInput, toModelCard } from "./model-card.js";
export {
  OPENLINEAGE_SCHEMA,
  type OpenLineageFacet,
  type OpenLineageRunEvent,
  toOpenLineage,
} from "./openlineage.js";
export {
  type RunDataset,
  type RunFacts,
  type RunFactsInput,
  type RunRecordFacts,
  runFacts,
  runUuid,
} from "./run-facts.js";
export {
  enclaveAddress,
  type SimulatedEvidence,
  simulatedEvidenceHash,
  simulateEvidence,
  type VerifySimulatedParameters,
  verifySimulated,
} from "./simulated-enclave.js";
export {
  COLOPHON_BUILD_TYPE,
  type ResourceDescriptor,
  SLSA_PROVENANCE_TYPE,
  type SlsaBuilder,
  type SlsaProvenance,
  toSlsa,
} from "./slsa.js";

/**
 * Evidence bundles: everything about a recorded run in one file, which anyone verifies offline. `exportEvidence` makes one from a chain
 * and what the runner gives; `verifyEvidence` asks nobody.
 */
export { ARCHIVE_MAX_BYTES, type ArchiveFile, readArchive, writeArchive } from "./archive.js";
export type { EvidenceEvent, RunRecordedEvent } from "./events.js";
export { type EvidenceParts, type ExportEvidenceParameters, type ExportedEvidence, exportEvidence } from "./export.js";
export type { EvidenceCheck } from "./findings.js";
export {
  type AbsentPart,
  accountSigner,
  EVIDENCE_MEDIA_TYPE,
  EVIDENCE_PREDICATE_TYPE,
  EVIDENCE_ROLES,
  type EvidenceFile,
  type EvidenceIndex,
  type EvidencePart,
  type EvidenceRole,
  type EvidenceSigner,
  indexBytes,
  signIndex,
} from "./index-file.js";
export type { EvidenceLog } from "./log-part.js";
export { OpenedBundle, type OpenedFile, openBundle } from "./open.js";
export { type EvidenceRefusalCode, EvidenceRefused } from "./refusal.js";
export { type EvidenceReport, type VerifyEvidenceParameters, verifyEvidence } from "./verify.js";

export type { Abis, ActionContract } from "./abis.js";
export {
  type Contributor,
  contributorListRoot,
  contributorProof,
  MAX_CONTRIBUTORS,
  sortContributors,
} from "./contributors.js";
export {
  type DeployedContract,
  type Deployment,
  type DeploymentOptions,
  getDeployment,
  parseDeployment,
  resolveAddress,
} from "./deployment.js";
export {
  type ClaimInput,
  type DisputeEvidence,
  NO_OFFER,
  providerClaimId,
  type Ruling,
  rulingHash,
  type ShownChunk,
  versionClaimId,
} from "./dispute-values.js";
export {
  ACCESS_REASONS,
  type AccessReason,
  enumName,
  HOLD_STATE,
  type HoldState,
  LICENSE_FLAG_BITS,
  type LicenseFlag,
  licenseFlagNames,
  OFFER_STATUS,
  type OfferStatus,
  STANDING,
  type Standing,
  type Uses,
  usesBits,
  VERSION_STATUS,
  type VersionStatus,
} from "./enums.js";
export {
  type EscrowTerms,
  escrowTermsDefaults,
  packEscrowTerms,
  ReleaseCondition,
  unpackEscrowTerms,
} from "./escrow-terms.js";
export {
  type Contradiction,
  encodingProof,
  type FaultLeaf,
  forkEvidence,
  leafToChain,
  pathBetween,
  type ServedLeaves,
  type SignedHead,
  type SignedReceipt,
  wrongContentEvidence,
} from "./fault-evidence.js";
export { type LiveTerms, liveTermsDefaults, packLiveTerms, unpackLiveTerms } from "./live-terms.js";
export {
  METER_MODES,
  type MeteredPrice,
  type MeterMode,
  type MeterTerms,
  type MeterTier,
  meterAmountFor,
  meterDeposits,
  meterTermsDefaults,
  meterUnitsFor,
  packMeterTerms,
  UNIT_KINDS,
  type UnitKind,
  unpackMeterTerms,
} from "./meter-terms.js";
export {
  authorizationNonce,
  buildOffer,
  type Offer,
  type OfferInput,
  offerId,
  type PurchaseBinding,
  type SplitMember,
  sortMembers,
  splitHash,
} from "./offer.js";
export { offerToJson, parseOffer } from "./offer-json.js";
export { PROOF_ASSURANCE, type ProofAssurance } from "./proof-enums.js";
export { type SummarizedOffer, summarizeRailTerms } from "./rail-summary.js";
export {
  completeRailTerms,
  packRailTerms,
  RAILS,
  type RailName,
  type RailTerms,
  type RailTermsInput,
  railName,
  unpackRailTerms,
} from "./rail-terms.js";
export type { ReadAction } from "./read.js";
export { packShareTerms, type ShareTerms, shareOwedFor, shareTermsDefaults, unpackShareTerms } from "./share-terms.js";
export { type ChunkFinding, judgeShownChunk, type ShowChunkInput, showChunk } from "./shown-chunk.js";
export {
  availableAt,
  baseToUnits,
  liquidationTime,
  runwaySeconds,
  type StreamedAmount,
  type StreamingBalance,
  streamedAt,
  unitsToBase,
} from "./stream-balance.js";
export {
  isStreamEvidence,
  packStreamTerms,
  STREAM_PROOFS,
  type StreamProof,
  type StreamTerms,
  streamByEvidenceDefaults,
  streamByTimeDefaults,
  streamRateFor,
  streamTermsDefaults,
  unpackStreamTerms,
} from "./stream-terms.js";
export {
  BADGE_STANDING,
  type BadgeStanding,
  BOND_VERIFIER,
  type BondVerifier,
  CHALLENGE_STATE,
  type ChallengeState,
  CLAIM_ANSWER,
  type ClaimAnswer,
  DISPUTE_OUTCOME,
  DISPUTE_PHASE,
  DISPUTE_REASON,
  DISPUTE_SUBJECT,
  type DisputeFlag,
  type DisputeOutcome,
  type DisputePhase,
  type DisputeReason,
  type DisputeSubject,
  FAULT,
  type Fault,
  type FaultMark,
  KEY_PURPOSE_BITS,
  type KeyPurpose,
  OUTSIDE_RESULT,
  type OutsideResult,
  QUALITY_STATE,
  type QualityState,
  RECALL_ACTION,
  RECALL_REASON,
  RECALL_STANDING,
  type RecallAction,
  type RecallReason,
  type RecallStanding,
  SUBJECT_KIND,
  type SubjectKind,
  subjectOfReason,
} from "./trust-enums.js";
export {
  type BatchedConsent,
  type ConsentProof,
  consentBatch,
  consentHashOf,
  consentLeaf,
  datasetSubject,
  encodeBadgeData,
  personSubject,
  providerSubject,
  qualityCommitment,
  type RevocationReason,
  readSubject,
  type Subject,
  versionSubject,
  withdrawalOf,
} from "./trust-values.js";
export type {
  CallOptions,
  ColophonClient,
  ReadOptions,
  Transaction,
  WaitOptions,
  WithReceipt,
  WriteOptions,
} from "./types.js";
export { type LastVoucher, lastVoucherOf, nextVoucher } from "./voucher.js";
export {
  type ActionParameters,
  type ContractCall,
  type SyncAction,
  type WriteAction,
  waitForSuccess,
} from "./write.js";

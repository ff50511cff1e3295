/** Delivery from a provider's gateway: sign-in, parallel verified fetch with resume, receipts, and handing over encodings. */
export {
  createDeliveryClient,
  type DeliveryClient,
  type DeliveryClientOptions,
  type EncodingAddress,
  type EncodingDescription,
  encodingPath,
  parseReceipt,
  type SignedDeliveryReceipt,
} from "./client.js";
export {
  type EncodingRequestSigner,
  parseEncodingRequest,
  type SignEncodingRequestParameters,
  type SignedEncodingRequest,
  signEncodingRequest,
} from "./encoding-request.js";
export { DeliveryError, type DeliveryErrorCode, type DeliveryErrorDetails } from "./errors.js";
export {
  type DeliveryProgress,
  type DeliveryResult,
  type FetchVersionParameters,
  fetchVersion,
} from "./fetch-version.js";
export type { ChunkSession } from "./fetcher.js";
export {
  createJobsClient,
  type JobKindDescription,
  type JobReason,
  type JobState,
  type JobStatus,
  type JobSubmission,
  type JobsClient,
  jobSubmissionJson,
  parseJobSubmission,
} from "./jobs.js";
export { deliverLicensed, type LicensedDelivery, type LicensedParameters, type LicensedStage } from "./licensed.js";
export {
  type MeterEvent,
  meterEventData,
  meterEventHash,
  meterEventJson,
  meterEventSigner,
  parseMeterEvent,
  type SignedMeterEvent,
} from "./meter-event.js";
export {
  createMetering,
  type MeterAnswer,
  type Metering,
  type MeteringOptions,
  meteredChunkKey,
} from "./metering.js";
export {
  type ChunkStore,
  type DeliveredChunk,
  type DeliverySink,
  indexedDbChunkStore,
  memoryChunkStore,
  memorySink,
} from "./ports.js";
export {
  type OfferEncodingParameters,
  offerEncoding,
  type PublisherOptions,
  type SignedEncodingAcceptance,
} from "./publisher.js";
export { type RangeInclusion, rangeProof, verifyRange } from "./range-proof.js";
export { GatewaySession, type Grant, type SessionOptions, type SessionScope, type SignInAccount } from "./session.js";
export {
  BATCH_MEDIA_TYPE,
  type BatchHead,
  batchHeadLength,
  decodeBatchHead,
  encodeBatchHead,
  isBatchHead,
  type LeafRun,
  leafRun,
  MAX_BATCH_CHUNKS,
  type ServedTree,
  verifyLeafRun,
} from "./wire.js";

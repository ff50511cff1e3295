export { type BlobName, type BlobStore, type ByteRange, blobName, FolderBlobStore } from "./blobs.js";
export type { IngestProgress } from "./encrypt.js";
export { nodeAead, nodeEngine, nodeSha256 } from "./engine.js";
export { type SealedEnvelope, type SealParameters, sealEnvelope } from "./envelope.js";
export { IngestError, type IngestErrorCode } from "./errors.js";
export {
  type IngestParameters,
  type IngestResult,
  ingest,
  type ManifestFields,
  putBlob,
  type RecordInput,
  type VersionInput,
} from "./ingest.js";
export type { IngestSource } from "./plan.js";
export { type EncodingRecord, readRecord } from "./record.js";
export { type ChunkFault, verifyStored } from "./verify.js";

/** The provider's node as a library: what the command `colophon-gateway` runs. */
export { type BlobStore, blobName, FolderBlobs } from "./blobs/store.js";
export { DEFAULT_LIMITS, type GatewayConfig, GatewayConfigError, type Limits, loadConfig } from "./config.js";
export { Problem, type ProblemCode } from "./errors.js";
export { type RunningGateway, startGateway } from "./server.js";

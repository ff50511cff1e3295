export { type BenchReleaseParameters, benchRelease, type ReleaseTimings } from "./bench.js";
export {
  type ChainConfig,
  DEFAULT_CONFIG,
  type KeyNodeConfig,
  loadKeyNodeConfig,
  parseKeyNodeConfig,
} from "./config.js";
export { type DealtNetwork, dealNetworkKey, type KeyShare, type NetworkPublic, withUrls } from "./dealer.js";
export { KeyNodeConfigError, KeyNodeError, NODE_ERROR_STATUS, type NodeErrorCode } from "./errors.js";
export { createLogger, type KeyNodeOptions, type RunningKeyNode, startKeyNode } from "./node.js";
export { decryptShare, encryptShare, type NodeShare, readShareFile, writeShareFile } from "./share-file.js";

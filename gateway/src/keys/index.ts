export { type KeyNodeConfig, loadKeyNodeConfig, parseKeyNodeConfig } from "./config.js";
export { type DealtNetwork, dealNetworkKey, type NetworkPublic, withUrls } from "./dealer.js";
export { KeyNodeConfigError } from "./errors.js";
export { type RunningKeyNode, startKeyNode } from "./node.js";
export { releaseAccount } from "./release-key.js";
export { decryptShare, encryptShare, readShareFile, writeShareFile } from "./share-file.js";

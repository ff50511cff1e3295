export { ACCESS_REASONS, type AccessReason, USE_READ_RAW } from "./access.js";
export {
  CHAIN_NAMES,
  canonicalConditions,
  type EvmContractCondition,
  type EvmContractConditions,
  hashConditions,
  type LicenseCondition,
  type LicenseConditionsParameters,
  licenseConditions,
  parseLicenseConditions,
} from "./conditions.js";
export { type RegisteredKeyNetwork, verifiedKeyNetwork } from "./discover.js";
export {
  KeyAccessDenied,
  KeyError,
  KeyFormatError,
  type KeyNodeFailure,
  KeyNodesUnavailable,
  KeyUnwrapError,
} from "./errors.js";
export { type KeyGate, type KeyGateLicense, nativeKeyGate } from "./gate.js";
export {
  DATASET_KEY_BYTES,
  decryptWithSignature,
  encryptToIdentity,
  identityOf,
  parseCiphertext,
  sha256Hex,
} from "./ibe.js";
export {
  identityOfWrapped,
  type KeyNetwork,
  type KeyNode,
  validateKeyNetwork,
  type WrappedKey,
  wrapDatasetKey,
} from "./network.js";
export { type KeyRequestSigner, type ReleasedKey, type ReleaseParameters, releaseDatasetKey } from "./release.js";
export {
  type KeyAgreement,
  type KeyRequest,
  keyRequestDigest,
  keyRequestTypedData,
  newResponseKey,
  openShare,
  type SealedShare,
  sealShare,
} from "./request.js";
export {
  type EvidenceKey,
  evidenceKeyOf,
  evidenceRecipient,
  newEvidenceKey,
  openEvidence,
  sealEvidence,
} from "./sealed-evidence.js";
export {
  combineShares,
  type SignatureShare,
  shareFromBytes,
  sharesMatchNetwork,
  shareToBytes,
  signIdentity,
  verifyShare,
} from "./threshold.js";

export type { Abis, ActionContract } from "./abis.js";
export {
  type DeployedContract,
  type Deployment,
  type DeploymentOptions,
  getDeployment,
  parseDeployment,
  resolveAddress,
} from "./deployment.js";
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
export { type EscrowTerms, escrowTermsDefaults, packEscrowTerms, unpackEscrowTerms } from "./escrow-terms.js";
export {
  authorizationNonce,
  buildOffer,
  ESCROW_RAIL,
  type Offer,
  type OfferInput,
  offerId,
  type PurchaseBinding,
  type SplitMember,
  sortMembers,
  splitHash,
} from "./offer.js";
export { offerToJson, parseOffer } from "./offer-json.js";
export type { ReadAction } from "./read.js";
export type {
  CallOptions,
  ColophonClient,
  ReadOptions,
  Transaction,
  WaitOptions,
  WithReceipt,
  WriteOptions,
} from "./types.js";
export {
  type ActionParameters,
  type ContractCall,
  type SyncAction,
  type WriteAction,
  waitForSuccess,
} from "./write.js";

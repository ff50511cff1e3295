/** All actions, flat: import what you use, bundlers drop the rest. */
export * from "./attestations.js";
export * from "./bond.js";
export * from "./challenges.js";
export * from "./config.js";
export * from "./consents.js";
export * from "./contributors.js";
export * from "./council.js";
export * from "./dataset.js";
export * from "./disputes.js";
export * from "./escrow.js";
export * from "./faults.js";
export {
  type ContributorListEntry,
  chunkKeysShownIn,
  findContributorList,
  findEnvelopeHash,
  findOffer,
  findProviderProfile,
  type HistoryOptions,
  licensesMintedTo,
  licensesReceivedBy,
  type ShownInDispute,
} from "./history.js";
export * from "./keys-network.js";
export * from "./license.js";
export * from "./live.js";
export * from "./logs.js";
export * from "./market.js";
export * from "./messages.js";
export * from "./meter.js";
export * from "./outside.js";
export * from "./payments.js";
export * from "./proofs.js";
export * from "./quality.js";
export * from "./recalls.js";
export * from "./receipts.js";
export * from "./resale.js";
export * from "./revenue.js";
export * from "./share.js";
export * from "./stream.js";
export * from "./terms.js";
export * from "./watch.js";

import { relations } from "ponder";
import { badge, consentLink } from "./src/schema/attestations";
import { allocation, slashEvent } from "./src/schema/bonds";
import { dataset, datasetVersion, encoding, offer, parentLink, revokedRoot, termsSet } from "./src/schema/catalogue";
import { dispute, faultRemedy, licenseHold } from "./src/schema/disputes";
import { challenge, fault } from "./src/schema/faults";
import { delegation, license, resale, sale } from "./src/schema/licenses";
import {
  contributor,
  contributorList,
  contributorPayout,
  distribution,
  payment,
  pool,
  split,
  splitMember,
} from "./src/schema/money";
import { adherence, licenseReceipt } from "./src/schema/proofs";
import {
  epochRange,
  flowChange,
  hold,
  liveStream,
  meter,
  passage,
  passingChange,
  revenueAudit,
  revenueShare,
  revenueStatement,
  serviceReport,
  stream,
  voucher,
} from "./src/schema/rails";
import { qualityMethod, qualityRequest, recall, recallLicense } from "./src/schema/recalls";

export * from "./src/schema/attestations";
export * from "./src/schema/bonds";
export * from "./src/schema/catalogue";
export * from "./src/schema/disputes";
export * from "./src/schema/faults";
export * from "./src/schema/licenses";
export * from "./src/schema/money";
export * from "./src/schema/proof-relations";
export * from "./src/schema/proofs";
export * from "./src/schema/protocol";
export * from "./src/schema/rails";
export * from "./src/schema/recalls";
export * from "./src/schema/trust-relations";

export const datasetRelations = relations(dataset, ({ many }) => ({
  versions: many(datasetVersion),
  offers: many(offer),
  licenses: many(license),
  sales: many(sale),
  splits: many(split),
  contributorLists: many(contributorList),
  badges: many(badge),
  disputes: many(dispute),
  recalls: many(recall),
  parents: many(parentLink, { relationName: "child" }),
  children: many(parentLink, { relationName: "parent" }),
}));
export const parentLinkRelations = relations(parentLink, ({ one }) => ({
  child: one(dataset, { relationName: "child", fields: [parentLink.childRef], references: [dataset.id] }),
  parent: one(dataset, { relationName: "parent", fields: [parentLink.parentRef], references: [dataset.id] }),
}));
export const datasetVersionRelations = relations(datasetVersion, ({ one, many }) => ({
  dataset: one(dataset, { fields: [datasetVersion.datasetRef], references: [dataset.id] }),
  encodings: many(encoding),
  revokedRoots: many(revokedRoot),
  consentLinks: many(consentLink),
  recalls: many(recall),
  qualityRequests: many(qualityRequest),
  qualityMethods: many(qualityMethod),
}));
export const encodingRelations = relations(encoding, ({ one }) => ({
  datasetVersion: one(datasetVersion, { fields: [encoding.versionRef], references: [datasetVersion.id] }),
}));
export const revokedRootRelations = relations(revokedRoot, ({ one }) => ({
  datasetVersion: one(datasetVersion, { fields: [revokedRoot.versionRef], references: [datasetVersion.id] }),
}));
export const offerRelations = relations(offer, ({ one, many }) => ({
  dataset: one(dataset, { fields: [offer.datasetRef], references: [dataset.id] }),
  terms: one(termsSet, { fields: [offer.termsRef], references: [termsSet.id] }),
  allocation: one(allocation, { fields: [offer.id], references: [allocation.id] }),
  licenses: many(license),
}));
export const licenseRelations = relations(license, ({ one, many }) => ({
  dataset: one(dataset, { fields: [license.datasetRef], references: [dataset.id] }),
  offer: one(offer, { fields: [license.offerRef], references: [offer.id] }),
  hold: one(hold, { fields: [license.id], references: [hold.id] }),
  stream: one(stream, { fields: [license.id], references: [stream.id] }),
  liveStream: one(liveStream, { fields: [license.id], references: [liveStream.id] }),
  meter: one(meter, { fields: [license.id], references: [meter.id] }),
  revenueShare: one(revenueShare, { fields: [license.id], references: [revenueShare.id] }),
  held: one(licenseHold, { fields: [license.id], references: [licenseHold.id] }),
  disputes: many(dispute),
  faults: many(fault),
  faultRemedies: many(faultRemedy),
  challenges: many(challenge),
  slashes: many(slashEvent),
  recalls: many(recallLicense),
  qualityRequests: many(qualityRequest),
  adherence: many(adherence),
  computeReceipts: many(licenseReceipt),
  delegations: many(delegation),
  resales: many(resale),
  payments: many(payment),
  distributions: many(distribution),
}));
export const delegationRelations = relations(delegation, ({ one }) => ({
  license: one(license, { fields: [delegation.licenseRef], references: [license.id] }),
}));
export const resaleRelations = relations(resale, ({ one }) => ({
  license: one(license, { fields: [resale.licenseRef], references: [license.id] }),
}));
export const saleRelations = relations(sale, ({ one }) => ({
  dataset: one(dataset, { fields: [sale.datasetRef], references: [dataset.id] }),
  license: one(license, { fields: [sale.licenseRef], references: [license.id] }),
}));
export const paymentRelations = relations(payment, ({ one }) => ({
  license: one(license, { fields: [payment.licenseRef], references: [license.id] }),
}));
export const distributionRelations = relations(distribution, ({ one }) => ({
  license: one(license, { fields: [distribution.licenseRef], references: [license.id] }),
}));
export const streamRelations = relations(stream, ({ one, many }) => ({
  license: one(license, { fields: [stream.id], references: [license.id] }),
  epochs: many(epochRange),
  reports: many(serviceReport),
  flowChanges: many(flowChange),
}));
export const epochRangeRelations = relations(epochRange, ({ one }) => ({
  stream: one(stream, { fields: [epochRange.streamRef], references: [stream.id] }),
}));
export const serviceReportRelations = relations(serviceReport, ({ one }) => ({
  stream: one(stream, { fields: [serviceReport.streamRef], references: [stream.id] }),
}));
export const flowChangeRelations = relations(flowChange, ({ one }) => ({
  stream: one(stream, { fields: [flowChange.streamRef], references: [stream.id] }),
}));
export const liveStreamRelations = relations(liveStream, ({ one, many }) => ({
  license: one(license, { fields: [liveStream.id], references: [license.id] }),
  passages: many(passage),
  changes: many(passingChange),
}));
export const passageRelations = relations(passage, ({ one }) => ({
  stream: one(liveStream, { fields: [passage.streamRef], references: [liveStream.id] }),
}));
export const passingChangeRelations = relations(passingChange, ({ one }) => ({
  stream: one(liveStream, { fields: [passingChange.streamRef], references: [liveStream.id] }),
}));
export const meterRelations = relations(meter, ({ one, many }) => ({
  license: one(license, { fields: [meter.id], references: [license.id] }),
  redeemed: many(voucher),
}));
export const voucherRelations = relations(voucher, ({ one }) => ({
  meter: one(meter, { fields: [voucher.meterRef], references: [meter.id] }),
}));
export const revenueShareRelations = relations(revenueShare, ({ one, many }) => ({
  license: one(license, { fields: [revenueShare.id], references: [license.id] }),
  statements: many(revenueStatement),
  audits: many(revenueAudit),
}));
export const revenueStatementRelations = relations(revenueStatement, ({ one }) => ({
  share: one(revenueShare, { fields: [revenueStatement.shareRef], references: [revenueShare.id] }),
}));
export const revenueAuditRelations = relations(revenueAudit, ({ one }) => ({
  share: one(revenueShare, { fields: [revenueAudit.shareRef], references: [revenueShare.id] }),
}));
export const splitRelations = relations(split, ({ one, many }) => ({
  dataset: one(dataset, { fields: [split.datasetRef], references: [dataset.id] }),
  members: many(splitMember),
  pools: many(pool),
}));
export const splitMemberRelations = relations(splitMember, ({ one }) => ({
  split: one(split, { fields: [splitMember.splitRef], references: [split.id] }),
}));
export const poolRelations = relations(pool, ({ one }) => ({
  split: one(split, { fields: [pool.splitRef], references: [split.id] }),
}));
export const contributorListRelations = relations(contributorList, ({ one, many }) => ({
  dataset: one(dataset, { fields: [contributorList.datasetRef], references: [dataset.id] }),
  contributors: many(contributor),
  payouts: many(contributorPayout),
}));
export const contributorRelations = relations(contributor, ({ one }) => ({
  list: one(contributorList, { fields: [contributor.listRef], references: [contributorList.id] }),
}));
export const contributorPayoutRelations = relations(contributorPayout, ({ one }) => ({
  list: one(contributorList, { fields: [contributorPayout.listRef], references: [contributorList.id] }),
}));

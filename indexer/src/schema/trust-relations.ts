import { relations } from "ponder";
import {
  accreditation,
  attestationSchema,
  badge,
  consent,
  consentAnchor,
  consentLink,
  issuer,
  withdrawnAttestation,
} from "./attestations";
import {
  allocation,
  bondAccount,
  bondDelegation,
  bondEvent,
  bondLock,
  provider,
  providerKey,
  slashEvent,
} from "./bonds";
import { dataset, datasetVersion, offer } from "./catalogue";
import {
  arbitratorCase,
  chunkKey,
  councilVote,
  dispute,
  disputeEvent,
  disputeSetting,
  evidence,
  faultRemedy,
  judge,
  licenseHold,
  ruling,
  settlement,
} from "./disputes";
import { challenge, fault, logFork } from "./faults";
import { license } from "./licenses";
import { computeReceipt, run } from "./proofs";
import {
  qualityEvidence,
  qualityMethod,
  qualityReport,
  qualityRequest,
  recall,
  recallAcknowledgement,
  recallEvent,
  recallLicense,
} from "./recalls";

// How rows of trust lead to each other, in GraphQL and in queries.

export const providerRelations = relations(provider, ({ many }) => ({
  keys: many(providerKey),
  accounts: many(bondAccount),
  faults: many(fault),
  logForks: many(logFork),
  challenges: many(challenge),
  disputes: many(dispute),
}));
export const providerKeyRelations = relations(providerKey, ({ one }) => ({
  provider: one(provider, { fields: [providerKey.providerRef], references: [provider.id] }),
}));
export const bondAccountRelations = relations(bondAccount, ({ one, many }) => ({
  owner: one(provider, { fields: [bondAccount.providerRef], references: [provider.id] }),
  delegations: many(bondDelegation),
  allocations: many(allocation),
  locks: many(bondLock),
  slashesTaken: many(slashEvent),
  timeline: many(bondEvent),
}));
export const bondDelegationRelations = relations(bondDelegation, ({ one }) => ({
  account: one(bondAccount, { fields: [bondDelegation.accountRef], references: [bondAccount.id] }),
}));
export const allocationRelations = relations(allocation, ({ one }) => ({
  account: one(bondAccount, { fields: [allocation.accountRef], references: [bondAccount.id] }),
  offer: one(offer, { fields: [allocation.id], references: [offer.id] }),
}));
export const bondLockRelations = relations(bondLock, ({ one }) => ({
  account: one(bondAccount, { fields: [bondLock.accountRef], references: [bondAccount.id] }),
}));
export const slashEventRelations = relations(slashEvent, ({ one }) => ({
  account: one(bondAccount, { fields: [slashEvent.accountRef], references: [bondAccount.id] }),
  license: one(license, { fields: [slashEvent.licenseRef], references: [license.id] }),
  fault: one(fault, { fields: [slashEvent.claimRef], references: [fault.id] }),
}));
export const bondEventRelations = relations(bondEvent, ({ one }) => ({
  bond: one(bondAccount, { fields: [bondEvent.accountRef], references: [bondAccount.id] }),
}));
export const faultRelations = relations(fault, ({ one, many }) => ({
  owner: one(provider, { fields: [fault.providerRef], references: [provider.id] }),
  license: one(license, { fields: [fault.licenseRef], references: [license.id] }),
  slashes: many(slashEvent),
}));
export const logForkRelations = relations(logFork, ({ one }) => ({
  provider: one(provider, { fields: [logFork.providerRef], references: [provider.id] }),
}));
export const challengeRelations = relations(challenge, ({ one }) => ({
  owner: one(provider, { fields: [challenge.providerRef], references: [provider.id] }),
  license: one(license, { fields: [challenge.licenseRef], references: [license.id] }),
}));
export const disputeRelations = relations(dispute, ({ one, many }) => ({
  license: one(license, { fields: [dispute.licenseRef], references: [license.id] }),
  dataset: one(dataset, { fields: [dispute.datasetRef], references: [dataset.id] }),
  provider: one(provider, { fields: [dispute.providerRef], references: [provider.id] }),
  badge: one(badge, { fields: [dispute.badgeRef], references: [badge.id] }),
  recall: one(recall, { fields: [dispute.recallRef], references: [recall.id] }),
  run: one(run, { fields: [dispute.runRef], references: [run.id] }),
  receipt: one(computeReceipt, { fields: [dispute.receiptRef], references: [computeReceipt.id] }),
  judge: one(judge, { fields: [dispute.judgeRef], references: [judge.id] }),
  setting: one(disputeSetting, { fields: [dispute.settingRef], references: [disputeSetting.id] }),
  lock: one(bondLock, { fields: [dispute.claimRef], references: [bondLock.id] }),
  events: many(disputeEvent),
  evidence: many(evidence),
  chunkKeys: many(chunkKey),
  rulings: many(ruling),
  settlements: many(settlement),
  cases: many(arbitratorCase),
  votes: many(councilVote),
}));
export const disputeEventRelations = relations(disputeEvent, ({ one }) => ({
  dispute: one(dispute, { fields: [disputeEvent.disputeRef], references: [dispute.id] }),
}));
export const evidenceRelations = relations(evidence, ({ one }) => ({
  dispute: one(dispute, { fields: [evidence.disputeRef], references: [dispute.id] }),
}));
export const chunkKeyRelations = relations(chunkKey, ({ one }) => ({
  dispute: one(dispute, { fields: [chunkKey.disputeRef], references: [dispute.id] }),
}));
export const rulingRelations = relations(ruling, ({ one }) => ({
  dispute: one(dispute, { fields: [ruling.disputeRef], references: [dispute.id] }),
}));
export const settlementRelations = relations(settlement, ({ one }) => ({
  dispute: one(dispute, { fields: [settlement.disputeRef], references: [dispute.id] }),
}));
export const arbitratorCaseRelations = relations(arbitratorCase, ({ one }) => ({
  dispute: one(dispute, { fields: [arbitratorCase.disputeRef], references: [dispute.id] }),
}));
export const councilVoteRelations = relations(councilVote, ({ one }) => ({
  dispute: one(dispute, { fields: [councilVote.disputeRef], references: [dispute.id] }),
}));
export const licenseHoldRelations = relations(licenseHold, ({ one }) => ({
  license: one(license, { fields: [licenseHold.licenseRef], references: [license.id] }),
}));
export const faultRemedyRelations = relations(faultRemedy, ({ one }) => ({
  license: one(license, { fields: [faultRemedy.licenseRef], references: [license.id] }),
}));
export const attestationSchemaRelations = relations(attestationSchema, ({ many }) => ({ badges: many(badge) }));
export const issuerRelations = relations(issuer, ({ one, many }) => ({
  above: one(issuer, { fields: [issuer.accreditorRef], references: [issuer.id], relationName: "accredited" }),
  below: many(issuer, { relationName: "accredited" }),
  accreditations: many(accreditation),
  badges: many(badge),
  withdrawn: many(withdrawnAttestation),
}));
export const accreditationRelations = relations(accreditation, ({ one }) => ({
  issuer: one(issuer, { fields: [accreditation.issuerRef], references: [issuer.id] }),
}));
export const withdrawnAttestationRelations = relations(withdrawnAttestation, ({ one }) => ({
  issuer: one(issuer, { fields: [withdrawnAttestation.issuerRef], references: [issuer.id] }),
}));
export const badgeRelations = relations(badge, ({ one, many }) => ({
  by: one(issuer, { fields: [badge.issuerRef], references: [issuer.id] }),
  schema: one(attestationSchema, { fields: [badge.schemaRef], references: [attestationSchema.id] }),
  dataset: one(dataset, { fields: [badge.datasetRef], references: [dataset.id] }),
  disputes: many(dispute),
}));
export const consentRelations = relations(consent, ({ one, many }) => ({
  batch: one(consentAnchor, { fields: [consent.batchRef], references: [consentAnchor.id] }),
  links: many(consentLink),
}));
export const consentAnchorRelations = relations(consentAnchor, ({ many }) => ({
  consents: many(consent),
  links: many(consentLink),
}));
export const consentLinkRelations = relations(consentLink, ({ one }) => ({
  consent: one(consent, { fields: [consentLink.consentRef], references: [consent.id] }),
  batch: one(consentAnchor, { fields: [consentLink.batchRef], references: [consentAnchor.id] }),
  datasetVersion: one(datasetVersion, { fields: [consentLink.versionRef], references: [datasetVersion.id] }),
  recall: one(recall, { fields: [consentLink.recallRef], references: [recall.id] }),
}));
export const recallRelations = relations(recall, ({ one, many }) => ({
  dataset: one(dataset, { fields: [recall.datasetRef], references: [dataset.id] }),
  datasetVersion: one(datasetVersion, { fields: [recall.versionRef], references: [datasetVersion.id] }),
  licenses: many(recallLicense),
  acknowledgements: many(recallAcknowledgement),
  events: many(recallEvent),
  consents: many(consentLink),
  disputes: many(dispute),
}));
export const recallEventRelations = relations(recallEvent, ({ one }) => ({
  recall: one(recall, { fields: [recallEvent.recallRef], references: [recall.id] }),
}));
export const recallLicenseRelations = relations(recallLicense, ({ one, many }) => ({
  recall: one(recall, { fields: [recallLicense.recallRef], references: [recall.id] }),
  license: one(license, { fields: [recallLicense.licenseRef], references: [license.id] }),
  answers: many(recallAcknowledgement),
}));
export const recallAcknowledgementRelations = relations(recallAcknowledgement, ({ one }) => ({
  recall: one(recall, { fields: [recallAcknowledgement.recallRef], references: [recall.id] }),
  entry: one(recallLicense, { fields: [recallAcknowledgement.recallLicenseRef], references: [recallLicense.id] }),
}));
export const qualityRequestRelations = relations(qualityRequest, ({ one, many }) => ({
  datasetVersion: one(datasetVersion, { fields: [qualityRequest.versionRef], references: [datasetVersion.id] }),
  license: one(license, { fields: [qualityRequest.licenseRef], references: [license.id] }),
  reports: many(qualityReport),
}));
export const qualityReportRelations = relations(qualityReport, ({ one }) => ({
  request: one(qualityRequest, { fields: [qualityReport.requestRef], references: [qualityRequest.id] }),
}));
export const qualityEvidenceRelations = relations(qualityEvidence, ({ one }) => ({
  license: one(license, { fields: [qualityEvidence.licenseRef], references: [license.id] }),
  request: one(qualityRequest, { fields: [qualityEvidence.requestRef], references: [qualityRequest.id] }),
}));
export const qualityMethodRelations = relations(qualityMethod, ({ one }) => ({
  datasetVersion: one(datasetVersion, { fields: [qualityMethod.versionRef], references: [datasetVersion.id] }),
}));

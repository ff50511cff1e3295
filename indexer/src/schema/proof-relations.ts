import { relations } from "ponder";
import { provider } from "./bonds";
import { dataset, datasetVersion } from "./catalogue";
import { license } from "./licenses";
import {
  adherence,
  computeReceipt,
  enclavePolicy,
  enclaveSigner,
  licenseReceipt,
  logAnchor,
  proofProgram,
  proofRoute,
  providerLog,
  run,
  runVersion,
} from "./proofs";

export const proofProgramRelations = relations(proofProgram, ({ many }) => ({ runs: many(run) }));
export const runRelations = relations(run, ({ one, many }) => ({
  program: one(proofProgram, { fields: [run.programRef], references: [proofProgram.id] }),
  route: one(proofRoute, { fields: [run.routeRef], references: [proofRoute.id] }),
  versions: many(runVersion),
  adherence: many(adherence),
}));
export const runVersionRelations = relations(runVersion, ({ one }) => ({
  run: one(run, { fields: [runVersion.runRef], references: [run.id] }),
  license: one(license, { fields: [runVersion.licenseRef], references: [license.id] }),
  dataset: one(dataset, { fields: [runVersion.datasetRef], references: [dataset.id] }),
  datasetVersion: one(datasetVersion, { fields: [runVersion.versionRef], references: [datasetVersion.id] }),
}));
export const adherenceRelations = relations(adherence, ({ one }) => ({
  run: one(run, { fields: [adherence.runRef], references: [run.id] }),
  license: one(license, { fields: [adherence.licenseRef], references: [license.id] }),
}));
export const enclavePolicyRelations = relations(enclavePolicy, ({ many }) => ({
  signers: many(enclaveSigner),
  receipts: many(computeReceipt),
}));
export const enclaveSignerRelations = relations(enclaveSigner, ({ one, many }) => ({
  policy: one(enclavePolicy, { fields: [enclaveSigner.policyRef], references: [enclavePolicy.id] }),
  receipts: many(computeReceipt),
}));
export const computeReceiptRelations = relations(computeReceipt, ({ one, many }) => ({
  policy: one(enclavePolicy, { fields: [computeReceipt.policyRef], references: [enclavePolicy.id] }),
  signer: one(enclaveSigner, { fields: [computeReceipt.signerRef], references: [enclaveSigner.id] }),
  licenses: many(licenseReceipt),
}));
export const licenseReceiptRelations = relations(licenseReceipt, ({ one }) => ({
  license: one(license, { fields: [licenseReceipt.licenseRef], references: [license.id] }),
  receipt: one(computeReceipt, { fields: [licenseReceipt.receiptRef], references: [computeReceipt.id] }),
}));
export const providerLogRelations = relations(providerLog, ({ one, many }) => ({
  provider: one(provider, { fields: [providerLog.providerRef], references: [provider.id] }),
  anchors: many(logAnchor),
}));
export const logAnchorRelations = relations(logAnchor, ({ one }) => ({
  log: one(providerLog, { fields: [logAnchor.logRef], references: [providerLog.id] }),
}));

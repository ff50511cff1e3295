import { index, onchainEnum, onchainTable, relations, sql } from "ponder";
import { delegation, resale } from "./src/schema/licenses";
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
import {
  epochRange,
  flowChange,
  hold,
  meter,
  revenueAudit,
  revenueShare,
  revenueStatement,
  serviceReport,
  stream,
  voucher,
} from "./src/schema/rails";

export * from "./src/schema/licenses";
export * from "./src/schema/money";
export * from "./src/schema/protocol";
export * from "./src/schema/rails";

// Ids are `${chainId}-${...}` so that several chains can share a database. Amounts are base units, times are seconds.
// Enum values stand in capitals and in the order of the Solidity enums that they mirror.

export const datasetStatus = onchainEnum("dataset_status", [
  "NONE",
  "TRAINABLE",
  "QUARANTINED",
  "SUSPENDED",
  "RETIRED",
]);
export const offerStatus = onchainEnum("offer_status", ["OPEN", "CLOSED"]);
export const account = onchainTable("account", (t) => ({
  id: t.text().primaryKey(),
  chainId: t.integer().notNull(),
  address: t.hex().notNull(),
  datasetCount: t.integer().notNull(),
  licenseCount: t.integer().notNull(),
  firstSeenAt: t.bigint().notNull(),
}));

export const dataset = onchainTable(
  "dataset",
  (t) => ({
    id: t.text().primaryKey(),
    chainId: t.integer().notNull(),
    datasetId: t.bigint().notNull(),
    owner: t.hex().notNull(),
    publisher: t.hex().notNull(),
    status: datasetStatus().notNull(),
    versionCount: t.integer().notNull(),
    offerCount: t.integer().notNull(),
    licenseCount: t.integer().notNull(),
    name: t.text(),
    description: t.text(),
    modality: t.text().array(),
    dataLicense: t.text(),
    languages: t.text().array(),
    keywords: t.text().array(),
    searchText: t.text().notNull(),
    publishedAt: t.bigint().notNull(),
    updatedAt: t.bigint().notNull(),
    transactionHash: t.hex().notNull(),
  }),
  (table) => ({
    ownerIndex: index().on(table.owner),
    fullText: index().using("gin", sql`to_tsvector('english', ${table.searchText})`),
  }),
);

export const datasetVersion = onchainTable(
  "dataset_version",
  (t) => ({
    id: t.text().primaryKey(),
    chainId: t.integer().notNull(),
    datasetRef: t.text().notNull(),
    datasetId: t.bigint().notNull(),
    version: t.integer().notNull(),
    contentRoot: t.hex().notNull(),
    recordRoot: t.hex().notNull(),
    manifestHash: t.hex().notNull(),
    chunkCount: t.bigint().notNull(),
    recordCount: t.bigint().notNull(),
    byteSize: t.bigint().notNull(),
    encodingCount: t.integer().notNull(),
    status: datasetStatus().notNull(),
    revokedRoot: t.hex().notNull(),
    manifest: t.json(),
    publishedAt: t.bigint().notNull(),
    transactionHash: t.hex().notNull(),
  }),
  (table) => ({ datasetIndex: index().on(table.datasetRef) }),
);

export const parentLink = onchainTable(
  "parent_link",
  (t) => ({
    id: t.text().primaryKey(),
    chainId: t.integer().notNull(),
    childRef: t.text().notNull(),
    childVersion: t.integer().notNull(),
    parentRef: t.text().notNull(),
    parentVersion: t.integer().notNull(),
    shareBps: t.integer().notNull(),
    bundle: t.boolean().notNull(),
    licenseId: t.bigint().notNull(),
  }),
  (table) => ({ childIndex: index().on(table.childRef), parentIndex: index().on(table.parentRef) }),
);

export const revokedRoot = onchainTable("revoked_root", (t) => ({
  id: t.text().primaryKey(),
  chainId: t.integer().notNull(),
  versionRef: t.text().notNull(),
  position: t.integer().notNull(),
  revokedRoot: t.hex().notNull(),
  since: t.bigint().notNull(),
}));

export const encoding = onchainTable(
  "encoding",
  (t) => ({
    id: t.text().primaryKey(),
    chainId: t.integer().notNull(),
    versionRef: t.text().notNull(),
    datasetId: t.bigint().notNull(),
    version: t.integer().notNull(),
    encoding: t.integer().notNull(),
    encodingRoot: t.hex().notNull(),
    envelopeHash: t.hex().notNull(),
    provider: t.hex().notNull(),
    retirementNotice: t.bigint().notNull(),
    servedUntil: t.bigint(),
    addedAt: t.bigint().notNull(),
  }),
  (table) => ({ versionIndex: index().on(table.versionRef) }),
);

export const termsSet = onchainTable("terms_set", (t) => ({
  id: t.text().primaryKey(),
  chainId: t.integer().notNull(),
  termsId: t.hex().notNull(),
  termsIndex: t.bigint().notNull(),
  uses: t.integer().notNull(),
  flags: t.integer().notNull(),
  duration: t.bigint().notNull(),
  revocationNotice: t.bigint().notNull(),
  derivativeShareBps: t.integer().notNull(),
  resaleRoyaltyBps: t.integer().notNull(),
  quota: t.bigint().notNull(),
  territoryHash: t.hex().notNull(),
  documentHash: t.hex().notNull(),
  registeredAt: t.bigint().notNull(),
}));

export const termsTemplate = onchainTable("terms_template", (t) => ({
  id: t.text().primaryKey(),
  chainId: t.integer().notNull(),
  name: t.hex().notNull(),
  termsId: t.hex().notNull(),
}));

export const offer = onchainTable(
  "offer",
  (t) => ({
    id: t.text().primaryKey(),
    chainId: t.integer().notNull(),
    offerId: t.hex().notNull(),
    status: offerStatus().notNull(),
    sold: t.integer().notNull(),
    seller: t.hex().notNull(),
    salt: t.bigint().notNull(),
    datasetRef: t.text().notNull(),
    datasetId: t.bigint().notNull(),
    version: t.integer().notNull(),
    encoding: t.integer().notNull(),
    termsRef: t.text().notNull(),
    termsId: t.hex().notNull(),
    split: t.integer().notNull(),
    token: t.hex().notNull(),
    price: t.bigint().notNull(),
    rail: t.integer().notNull(),
    railTerms: t.hex().array().notNull(),
    provider: t.hex().notNull(),
    arbitrator: t.hex().notNull(),
    opensAt: t.bigint().notNull(),
    closesAt: t.bigint().notNull(),
    editions: t.bigint().notNull(),
    exclusive: t.boolean().notNull(),
    openedAt: t.bigint().notNull(),
    closedAt: t.bigint(),
    transactionHash: t.hex().notNull(),
  }),
  (table) => ({ datasetIndex: index().on(table.datasetRef), sellerIndex: index().on(table.seller) }),
);

/**
 * `billedTo` is who the next release is charged to: at first the payer, later whom the rail's terms make pay. `resaleRef` is the
 * resale announced last, whatever became of it.
 */
export const license = onchainTable(
  "license",
  (t) => ({
    id: t.text().primaryKey(),
    chainId: t.integer().notNull(),
    licenseId: t.bigint().notNull(),
    holder: t.hex().notNull(),
    licensee: t.hex().notNull(),
    payer: t.hex(),
    billedTo: t.hex(),
    offerRef: t.text().notNull(),
    offerId: t.hex().notNull(),
    datasetRef: t.text().notNull(),
    datasetId: t.bigint().notNull(),
    version: t.integer().notNull(),
    encoding: t.integer().notNull(),
    termsIndex: t.bigint().notNull(),
    split: t.integer().notNull(),
    feeBps: t.integer().notNull(),
    uses: t.integer().notNull(),
    flags: t.integer().notNull(),
    rail: t.integer().notNull(),
    start: t.bigint().notNull(),
    expiry: t.bigint().notNull(),
    frozen: t.boolean().notNull(),
    endedAt: t.bigint(),
    revokedAt: t.bigint(),
    resaleRef: t.text(),
    transactionHash: t.hex().notNull(),
  }),
  (table) => ({
    holderIndex: index().on(table.holder),
    datasetIndex: index().on(table.datasetRef),
    offerIndex: index().on(table.offerRef),
  }),
);

export const sale = onchainTable(
  "sale",
  (t) => ({
    id: t.text().primaryKey(),
    chainId: t.integer().notNull(),
    licenseRef: t.text().notNull(),
    licenseId: t.bigint().notNull(),
    offerRef: t.text().notNull(),
    datasetRef: t.text().notNull(),
    seller: t.hex().notNull(),
    licensee: t.hex().notNull(),
    payer: t.hex().notNull(),
    token: t.hex().notNull(),
    amount: t.bigint().notNull(),
    sold: t.integer().notNull(),
    reference: t.hex().notNull(),
    soldAt: t.bigint().notNull(),
    transactionHash: t.hex().notNull(),
  }),
  (table) => ({
    datasetIndex: index().on(table.datasetRef),
    licenseIndex: index().on(table.licenseRef),
    payerIndex: index().on(table.payer),
  }),
);

/** Immutable log of everything that happened, one row an event. */
export const action = onchainTable(
  "action",
  (t) => ({
    id: t.text().primaryKey(),
    chainId: t.integer().notNull(),
    category: t.text().notNull(),
    actor: t.hex(),
    datasetRef: t.text(),
    licenseRef: t.text(),
    block: t.bigint().notNull(),
    timestamp: t.bigint().notNull(),
    transactionHash: t.hex().notNull(),
    logIndex: t.integer().notNull(),
  }),
  (table) => ({ datasetIndex: index().on(table.datasetRef), licenseIndex: index().on(table.licenseRef) }),
);

export const datasetRelations = relations(dataset, ({ many }) => ({
  versions: many(datasetVersion),
  offers: many(offer),
  licenses: many(license),
  sales: many(sale),
  splits: many(split),
  contributorLists: many(contributorList),
}));
export const datasetVersionRelations = relations(datasetVersion, ({ one, many }) => ({
  dataset: one(dataset, { fields: [datasetVersion.datasetRef], references: [dataset.id] }),
  encodings: many(encoding),
  revokedRoots: many(revokedRoot),
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
  licenses: many(license),
}));
export const licenseRelations = relations(license, ({ one, many }) => ({
  dataset: one(dataset, { fields: [license.datasetRef], references: [dataset.id] }),
  offer: one(offer, { fields: [license.offerRef], references: [offer.id] }),
  hold: one(hold, { fields: [license.id], references: [hold.id] }),
  stream: one(stream, { fields: [license.id], references: [stream.id] }),
  meter: one(meter, { fields: [license.id], references: [meter.id] }),
  revenueShare: one(revenueShare, { fields: [license.id], references: [revenueShare.id] }),
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

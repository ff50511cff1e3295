import { index, onchainEnum, onchainTable, sql } from "ponder";

// What is published and offered: accounts, datasets, terms, offers. See money.ts for why it stands here.
//
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

import { index, onchainEnum, onchainTable, relations, sql } from "ponder";

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
export const holdState = onchainEnum("hold_state", [
  "HELD",
  "DELIVERED",
  "CONTESTED",
  "WITHDRAWING",
  "RELEASED",
  "REFUNDED",
]);
/** DEFERRED: of an earlier payout, this amount waits to be claimed. CREDIT: a contributor's share that waits likewise. */
export const payoutKind = onchainEnum("payout_kind", [
  "OWNER",
  "POOL",
  "ROYALTY",
  "FEE",
  "DEFERRED",
  "CREDIT",
  "CLAIM",
]);

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

export const license = onchainTable(
  "license",
  (t) => ({
    id: t.text().primaryKey(),
    chainId: t.integer().notNull(),
    licenseId: t.bigint().notNull(),
    holder: t.hex().notNull(),
    licensee: t.hex().notNull(),
    payer: t.hex(),
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
    transactionHash: t.hex().notNull(),
  }),
  (table) => ({
    holderIndex: index().on(table.holder),
    datasetIndex: index().on(table.datasetRef),
    offerIndex: index().on(table.offerRef),
  }),
);

export const delegation = onchainTable(
  "delegation",
  (t) => ({
    id: t.text().primaryKey(),
    chainId: t.integer().notNull(),
    licenseRef: t.text().notNull(),
    holder: t.hex().notNull(),
    delegate: t.hex().notNull(),
    from: t.bigint().notNull(),
    until: t.bigint().notNull(),
    endedAt: t.bigint(),
  }),
  (table) => ({ licenseIndex: index().on(table.licenseRef), delegateIndex: index().on(table.delegate) }),
);

/**
 * The delegations of one license to one delegate that nobody has ended, under both ids. Ending them finds them here by key: a query
 * would make Ponder write all its rows out first, for each event of history.
 */
export const runningDelegation = onchainTable("running_delegation", (t) => ({
  id: t.text().primaryKey(),
  chainId: t.integer().notNull(),
  delegations: t.text().array().notNull(),
}));

export const activation = onchainTable("activation", (t) => ({
  id: t.text().primaryKey(),
  chainId: t.integer().notNull(),
  user: t.hex().notNull(),
  datasetId: t.bigint().notNull(),
  version: t.integer().notNull(),
  licenseId: t.bigint().notNull(),
}));

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
  (table) => ({ datasetIndex: index().on(table.datasetRef), payerIndex: index().on(table.payer) }),
);

export const hold = onchainTable("hold", (t) => ({
  id: t.text().primaryKey(),
  chainId: t.integer().notNull(),
  licenseId: t.bigint().notNull(),
  payer: t.hex().notNull(),
  token: t.hex().notNull(),
  amount: t.bigint().notNull(),
  state: holdState().notNull(),
  frozen: t.boolean().notNull(),
  slaDeadline: t.bigint().notNull(),
  deadline: t.bigint(),
  receiptHash: t.hex(),
  deliveredChunks: t.bigint(),
  contester: t.hex(),
  contestBond: t.bigint(),
  reasonHash: t.hex(),
  released: t.bigint().notNull(),
  refunded: t.bigint().notNull(),
  openedAt: t.bigint().notNull(),
  updatedAt: t.bigint().notNull(),
}));

export const distribution = onchainTable(
  "distribution",
  (t) => ({
    id: t.text().primaryKey(),
    chainId: t.integer().notNull(),
    licenseId: t.bigint().notNull(),
    datasetRef: t.text().notNull(),
    token: t.hex().notNull(),
    amount: t.bigint().notNull(),
    fee: t.bigint().notNull(),
    parents: t.bigint().notNull(),
    contributors: t.bigint().notNull(),
    toOwner: t.bigint().notNull(),
    owner: t.hex().notNull(),
    at: t.bigint().notNull(),
    transactionHash: t.hex().notNull(),
  }),
  (table) => ({ datasetIndex: index().on(table.datasetRef) }),
);

export const payout = onchainTable(
  "payout",
  (t) => ({
    id: t.text().primaryKey(),
    chainId: t.integer().notNull(),
    kind: payoutKind().notNull(),
    account: t.hex().notNull(),
    token: t.hex().notNull(),
    amount: t.bigint().notNull(),
    datasetRef: t.text(),
    at: t.bigint().notNull(),
    transactionHash: t.hex().notNull(),
  }),
  (table) => ({ accountIndex: index().on(table.account) }),
);

/** What a parent version earned from its children and was paid, per token and the owner of the time. */
export const royalty = onchainTable("royalty", (t) => ({
  id: t.text().primaryKey(),
  chainId: t.integer().notNull(),
  parentRef: t.text().notNull(),
  parentVersion: t.integer().notNull(),
  token: t.hex().notNull(),
  owner: t.hex().notNull(),
  accrued: t.bigint().notNull(),
  paid: t.bigint().notNull(),
}));

export const split = onchainTable("split", (t) => ({
  id: t.text().primaryKey(),
  chainId: t.integer().notNull(),
  datasetRef: t.text().notNull(),
  split: t.integer().notNull(),
  createdAt: t.bigint().notNull(),
}));

export const splitMember = onchainTable(
  "split_member",
  (t) => ({
    id: t.text().primaryKey(),
    chainId: t.integer().notNull(),
    splitRef: t.text().notNull(),
    account: t.hex().notNull(),
    shareBps: t.integer().notNull(),
  }),
  (table) => ({ splitIndex: index().on(table.splitRef), accountIndex: index().on(table.account) }),
);

export const pool = onchainTable("pool", (t) => ({
  id: t.text().primaryKey(),
  chainId: t.integer().notNull(),
  splitRef: t.text().notNull(),
  token: t.hex().notNull(),
  superToken: t.hex().notNull(),
  pool: t.hex().notNull(),
}));

export const paymentToken = onchainTable("payment_token", (t) => ({
  id: t.text().primaryKey(),
  chainId: t.integer().notNull(),
  token: t.hex().notNull(),
  superToken: t.hex().notNull(),
  feeBps: t.integer().notNull(),
  allowed: t.boolean().notNull(),
}));

export const protocol = onchainTable("protocol", (t) => ({
  id: t.text().primaryKey(),
  chainId: t.integer().notNull(),
  treasury: t.hex().notNull(),
}));

export const rail = onchainTable("rail", (t) => ({
  id: t.text().primaryKey(),
  chainId: t.integer().notNull(),
  index: t.integer().notNull(),
  rail: t.hex().notNull(),
  live: t.boolean().notNull(),
  sells: t.boolean().notNull(),
}));

export const keyEpoch = onchainTable("key_epoch", (t) => ({
  id: t.text().primaryKey(),
  chainId: t.integer().notNull(),
  epoch: t.bigint().notNull(),
  threshold: t.bigint().notNull(),
  publicKey: t.hex().notNull(),
  nodes: t.json().notNull(),
  startedAt: t.bigint().notNull(),
}));

export const dailyTotal = onchainTable("daily_total", (t) => ({
  id: t.text().primaryKey(),
  chainId: t.integer().notNull(),
  day: t.integer().notNull(),
  token: t.hex().notNull(),
  sales: t.integer().notNull(),
  volume: t.bigint().notNull(),
  released: t.bigint().notNull(),
  refunded: t.bigint().notNull(),
  fees: t.bigint().notNull(),
}));

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
  delegations: many(delegation),
}));
export const delegationRelations = relations(delegation, ({ one }) => ({
  license: one(license, { fields: [delegation.licenseRef], references: [license.id] }),
}));
export const saleRelations = relations(sale, ({ one }) => ({
  dataset: one(dataset, { fields: [sale.datasetRef], references: [dataset.id] }),
  license: one(license, { fields: [sale.licenseRef], references: [license.id] }),
}));
export const splitRelations = relations(split, ({ one, many }) => ({
  dataset: one(dataset, { fields: [split.datasetRef], references: [dataset.id] }),
  members: many(splitMember),
}));
export const splitMemberRelations = relations(splitMember, ({ one }) => ({
  split: one(split, { fields: [splitMember.splitRef], references: [split.id] }),
}));

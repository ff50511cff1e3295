import { index, onchainEnum, onchainTable } from "ponder";

// Licenses and their sales; what holders do with them: delegate, select, sell on. See money.ts for why it stands here.

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

/** TAKEN: by the dataset's owner, at the price announced. DONE: the license moved to the buyer. REPLACED: by a later announcement. */
export const resaleState = onchainEnum("resale_state", ["ANNOUNCED", "CANCELLED", "REPLACED", "TAKEN", "DONE"]);

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

/**
 * A resale as announced: the dataset's owner may take the license for `price` until `refusalUntil`, after that it can move to `buyer`
 * until `openUntil`. Nothing on chain tells of that end, so an announcement that ran out stays ANNOUNCED. `price` is base units of
 * the offer's token; it moved over the market only when the resale was TAKEN.
 */
export const resale = onchainTable(
  "resale",
  (t) => ({
    id: t.text().primaryKey(),
    chainId: t.integer().notNull(),
    licenseRef: t.text().notNull(),
    licenseId: t.bigint().notNull(),
    datasetRef: t.text().notNull(),
    holder: t.hex().notNull(),
    buyer: t.hex().notNull(),
    token: t.hex().notNull(),
    price: t.bigint().notNull(),
    state: resaleState().notNull(),
    refusalUntil: t.bigint().notNull(),
    openUntil: t.bigint().notNull(),
    takenBy: t.hex(),
    announcedAt: t.bigint().notNull(),
    updatedAt: t.bigint().notNull(),
    transactionHash: t.hex().notNull(),
  }),
  (table) => ({
    licenseIndex: index().on(table.licenseRef),
    datasetIndex: index().on(table.datasetRef),
    holderIndex: index().on(table.holder),
    buyerIndex: index().on(table.buyer),
  }),
);

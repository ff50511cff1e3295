import { index, onchainEnum, onchainTable } from "ponder";

// Money between accounts, rails and the distributor. These files stand in src/, not beside ponder.schema.ts, because Ponder takes them into
// the id of its build only here: a changed table must not meet rows of the old one.

/**
 * DEFERRED: of an earlier payout or refund, this amount waits to be claimed at `source`. CREDIT: a contributor's share that waits
 * likewise. POOL: `amount` was wrapped, and `distributed` super tokens went to the pool's members by their shares.
 */
export const payoutKind = onchainEnum("payout_kind", [
  "OWNER",
  "POOL",
  "ROYALTY",
  "FEE",
  "DEFERRED",
  "CREDIT",
  "CLAIM",
]);

/**
 * What moved between an account and a rail after the purchase itself (which is `sale`). In: DEPOSIT (into a meter), BILL (a post-paid
 * voucher or its debt, out of an allowance), STATEMENT and DEBT (revenue share), STREAM (what concluded epochs held), BOND (of a contest).
 * Out: REFUND, WITHDRAWAL (of a meter's deposit), BOND_RETURNED (to the contester, or to the seller). And what went over the market from
 * account to account: RESALE, that a dataset's owner paid for a license, and RESALE_SOLD, that its holder got; `counterparty` is the other.
 */
export const paymentKind = onchainEnum("payment_kind", [
  "DEPOSIT",
  "BILL",
  "STATEMENT",
  "DEBT",
  "STREAM",
  "BOND",
  "REFUND",
  "WITHDRAWAL",
  "BOND_RETURNED",
  "RESALE",
  "RESALE_SOLD",
]);

export const payment = onchainTable(
  "payment",
  (t) => ({
    id: t.text().primaryKey(),
    chainId: t.integer().notNull(),
    kind: paymentKind().notNull(),
    licenseRef: t.text().notNull(),
    licenseId: t.bigint().notNull(),
    account: t.hex().notNull(),
    counterparty: t.hex(),
    token: t.hex().notNull(),
    amount: t.bigint().notNull(),
    at: t.bigint().notNull(),
    transactionHash: t.hex().notNull(),
    logIndex: t.integer().notNull(),
  }),
  (table) => ({ accountIndex: index().on(table.account), licenseIndex: index().on(table.licenseRef) }),
);

/**
 * A release, divided: `amount = fee + parents + contributors + toOwner`. It was charged to `billedTo`, as `billed` base units of the
 * offer's token: `token` itself is that, or its super token when a stream's vault paid.
 */
export const distribution = onchainTable(
  "distribution",
  (t) => ({
    id: t.text().primaryKey(),
    chainId: t.integer().notNull(),
    licenseRef: t.text().notNull(),
    licenseId: t.bigint().notNull(),
    datasetRef: t.text().notNull(),
    token: t.hex().notNull(),
    amount: t.bigint().notNull(),
    fee: t.bigint().notNull(),
    parents: t.bigint().notNull(),
    contributors: t.bigint().notNull(),
    toOwner: t.bigint().notNull(),
    owner: t.hex().notNull(),
    provider: t.hex(),
    billedTo: t.hex(),
    billed: t.bigint().notNull(),
    at: t.bigint().notNull(),
    transactionHash: t.hex().notNull(),
    logIndex: t.integer().notNull(),
  }),
  (table) => ({
    datasetIndex: index().on(table.datasetRef),
    licenseIndex: index().on(table.licenseRef),
    ownerIndex: index().on(table.owner),
    providerIndex: index().on(table.provider),
    timeIndex: index().on(table.at),
    billedIndex: index().on(table.billedTo),
    transactionIndex: index().on(table.transactionHash),
  }),
);

/** `gross` is what was divided, for royalties with the part that went on to the parent's own parents; else it is the amount. */
export const payout = onchainTable(
  "payout",
  (t) => ({
    id: t.text().primaryKey(),
    chainId: t.integer().notNull(),
    kind: payoutKind().notNull(),
    account: t.hex().notNull(),
    token: t.hex().notNull(),
    amount: t.bigint().notNull(),
    gross: t.bigint().notNull(),
    distributed: t.bigint(),
    datasetRef: t.text(),
    source: t.hex().notNull(),
    at: t.bigint().notNull(),
    transactionHash: t.hex().notNull(),
    logIndex: t.integer().notNull(),
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

/** One time that a parent version earned from a child. */
export const royaltyAccrual = onchainTable(
  "royalty_accrual",
  (t) => ({
    id: t.text().primaryKey(),
    chainId: t.integer().notNull(),
    parentRef: t.text().notNull(),
    parentVersion: t.integer().notNull(),
    childRef: t.text().notNull(),
    token: t.hex().notNull(),
    owner: t.hex().notNull(),
    amount: t.bigint().notNull(),
    at: t.bigint().notNull(),
    transactionHash: t.hex().notNull(),
    logIndex: t.integer().notNull(),
  }),
  (table) => ({ parentIndex: index().on(table.parentRef), ownerIndex: index().on(table.owner) }),
);

export const split = onchainTable("split", (t) => ({
  id: t.text().primaryKey(),
  chainId: t.integer().notNull(),
  datasetRef: t.text().notNull(),
  split: t.integer().notNull(),
  totalBps: t.integer().notNull(),
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

export const pool = onchainTable(
  "pool",
  (t) => ({
    id: t.text().primaryKey(),
    chainId: t.integer().notNull(),
    splitRef: t.text().notNull(),
    token: t.hex().notNull(),
    superToken: t.hex().notNull(),
    pool: t.hex().notNull(),
  }),
  (table) => ({ splitIndex: index().on(table.splitRef) }),
);

/** A list of contributors: an account (`list`) that stands in a split as one member, and that they claim from by their units. */
export const contributorList = onchainTable(
  "contributor_list",
  (t) => ({
    id: t.text().primaryKey(),
    chainId: t.integer().notNull(),
    list: t.hex().notNull(),
    datasetRef: t.text().notNull(),
    datasetId: t.bigint().notNull(),
    root: t.hex().notNull(),
    totalUnits: t.bigint().notNull(),
    contributorCount: t.integer().notNull(),
    createdAt: t.bigint().notNull(),
    transactionHash: t.hex().notNull(),
  }),
  (table) => ({ datasetIndex: index().on(table.datasetRef) }),
);

/** A contributor of a list. Proofs are made of all of a list's, in the order of `position`, which starts at 0. */
export const contributor = onchainTable(
  "contributor",
  (t) => ({
    id: t.text().primaryKey(),
    chainId: t.integer().notNull(),
    listRef: t.text().notNull(),
    position: t.integer().notNull(),
    account: t.hex().notNull(),
    units: t.bigint().notNull(),
  }),
  (table) => ({ listIndex: index().on(table.listRef), accountIndex: index().on(table.account) }),
);

/** What a list paid of `account`'s part, to `receiver`. Base units of `token`. */
export const contributorPayout = onchainTable(
  "contributor_payout",
  (t) => ({
    id: t.text().primaryKey(),
    chainId: t.integer().notNull(),
    listRef: t.text().notNull(),
    account: t.hex().notNull(),
    token: t.hex().notNull(),
    receiver: t.hex().notNull(),
    amount: t.bigint().notNull(),
    at: t.bigint().notNull(),
    transactionHash: t.hex().notNull(),
    logIndex: t.integer().notNull(),
  }),
  (table) => ({ listIndex: index().on(table.listRef), accountIndex: index().on(table.account) }),
);

/**
 * A UTC day in a token. `volume` is what payers paid in, contests' bonds aside, `refunded` what went back to them, `released` what
 * rails handed to the distributor: over all days, the rest is what the rails hold. Streams count when their epochs are concluded.
 */
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

/** Why money went back: nothing was delivered or proven in time, a ruling said so, or the payer withdrew as the terms allow. */
export const refundCause = onchainEnum("refund_cause", ["UNDELIVERED", "RULING", "WITHDRAWAL"]);

/** Money that went back to a license's payer, with whose doing it was: what reputation counts. Base units of `token`. */
export const refund = onchainTable(
  "refund",
  (t) => ({
    id: t.text().primaryKey(),
    chainId: t.integer().notNull(),
    licenseRef: t.text().notNull(),
    datasetRef: t.text().notNull(),
    seller: t.hex().notNull(),
    provider: t.hex().notNull(),
    token: t.hex().notNull(),
    amount: t.bigint().notNull(),
    cause: refundCause().notNull(),
    at: t.bigint().notNull(),
    transactionHash: t.hex().notNull(),
    logIndex: t.integer().notNull(),
  }),
  (table) => ({
    licenseIndex: index().on(table.licenseRef),
    datasetIndex: index().on(table.datasetRef),
    sellerIndex: index().on(table.seller),
    providerIndex: index().on(table.provider),
  }),
);

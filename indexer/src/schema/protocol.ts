import { index, onchainTable } from "ponder";

// What governance decides: tokens, rails, treasury, key networks; and the log of everything. See money.ts for why it stands here.

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

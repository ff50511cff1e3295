import { index, onchainEnum, onchainTable } from "ponder";

// Faults that need no judge, and requests that nobody answered. See money.ts for why it stands here.

export const faultKind = onchainEnum("fault_kind", [
  "NONE",
  "WRONG_CONTENT",
  "WRONG_ROOT",
  "LATE_RECEIPT",
  "EQUIVOCATION",
]);
export const challengeState = onchainEnum("challenge_state", ["NONE", "OPEN", "ANSWERED", "FAULTED", "VOID"]);

/** `refunded` went back to the license's payer out of its rail, base units of the offer's token; what the bond paid stands in `slashes`. */
export const fault = onchainTable(
  "fault",
  (t) => ({
    id: t.text().primaryKey(),
    chainId: t.integer().notNull(),
    faultId: t.hex().notNull(),
    kind: faultKind().notNull(),
    providerRef: t.text().notNull(),
    provider: t.hex().notNull(),
    licenseRef: t.text(),
    datasetRef: t.text(),
    reporter: t.hex().notNull(),
    evidence: t.hex().notNull(),
    refunded: t.bigint().notNull(),
    at: t.bigint().notNull(),
    transactionHash: t.hex().notNull(),
    logIndex: t.integer().notNull(),
  }),
  (table) => ({ providerIndex: index().on(table.providerRef), licenseIndex: index().on(table.licenseRef) }),
);

/** A log with two histories: its origin is dead from then on. */
export const logFork = onchainTable(
  "log_fork",
  (t) => ({
    id: t.text().primaryKey(),
    chainId: t.integer().notNull(),
    providerRef: t.text().notNull(),
    originHash: t.hex().notNull(),
    size: t.bigint().notNull(),
    root: t.hex().notNull(),
    otherSize: t.bigint().notNull(),
    otherRoot: t.hex().notNull(),
    at: t.bigint().notNull(),
    transactionHash: t.hex().notNull(),
  }),
  (table) => ({ providerIndex: index().on(table.providerRef) }),
);

/** What a fault costs. */
export const faultCost = onchainTable("fault_cost", (t) => ({
  id: t.text().primaryKey(),
  chainId: t.integer().notNull(),
  kind: faultKind().notNull(),
  priceBps: t.integer().notNull(),
  floorBps: t.integer().notNull(),
}));

/** One row: governed times of faults. */
export const faultSetting = onchainTable("fault_setting", (t) => ({
  id: t.text().primaryKey(),
  chainId: t.integer().notNull(),
  lateGrace: t.bigint().notNull(),
  maxAge: t.bigint().notNull(),
}));

/**
 * A licensee's request, put on chain for a fee. `digest` and `signer` are the answer's; `access` says why a VOID one is nobody's fault
 * (ILicenseToken.Access). Amounts are base units of the offer's token.
 */
export const challenge = onchainTable(
  "challenge",
  (t) => ({
    id: t.text().primaryKey(),
    chainId: t.integer().notNull(),
    challengeId: t.bigint().notNull(),
    claimRef: t.text().notNull(),
    providerRef: t.text().notNull(),
    provider: t.hex().notNull(),
    licenseRef: t.text().notNull(),
    datasetRef: t.text(),
    challenger: t.hex().notNull(),
    version: t.integer().notNull(),
    encoding: t.integer().notNull(),
    chunk: t.bigint().notNull(),
    sequence: t.bigint().notNull(),
    requestSignedAt: t.bigint().notNull(),
    fee: t.bigint().notNull(),
    penalty: t.bigint().notNull(),
    state: challengeState().notNull(),
    deadline: t.bigint().notNull(),
    digest: t.hex(),
    signer: t.hex(),
    paidTo: t.hex(),
    access: t.integer(),
    refunded: t.bigint(),
    openedAt: t.bigint().notNull(),
    closedAt: t.bigint(),
    transactionHash: t.hex().notNull(),
  }),
  (table) => ({
    providerIndex: index().on(table.providerRef),
    licenseIndex: index().on(table.licenseRef),
    claimIndex: index().on(table.claimRef),
  }),
);

/** One row: the governed numbers of challenges. */
export const challengeSetting = onchainTable("challenge_setting", (t) => ({
  id: t.text().primaryKey(),
  chainId: t.integer().notNull(),
  answerWindow: t.bigint().notNull(),
  cooldown: t.bigint().notNull(),
  feeBps: t.integer().notNull(),
  feeFloorBps: t.integer().notNull(),
  penaltyBps: t.integer().notNull(),
  penaltyFloorBps: t.integer().notNull(),
  open: t.boolean().notNull(),
}));

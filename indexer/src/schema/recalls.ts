import { index, onchainEnum, onchainTable } from "ponder";

// Recalls and who has to act on them; quality scores. See money.ts for why it stands here.

export const recallReason = onchainEnum("recall_reason", ["NONE", "CONSENT_REVOKED", "OPT_OUT", "TAKEDOWN", "DEFECT"]);
export const recallAction = onchainEnum("recall_action", ["NONE", "DELETE", "RETRAIN", "CONTEST"]);
export const recallEventKind = onchainEnum("recall_event_kind", [
  "OPENED",
  "COLLECTED",
  "ROOT_NAMED",
  "DECIDED",
  "RESOLVED",
]);
export const qualityState = onchainEnum("quality_state", ["NONE", "OPEN", "SCORED", "FAILED"]);

/**
 * A source withdrew. Licensees answer from `collectsUntil` to `deadline`; after a ruling that it stands, who contested has until
 * `againUntil`. `leavesHash` names what leaves, `revokedRoot` (null until named) covers it, `newVersion` is the one without.
 */
export const recall = onchainTable(
  "recall",
  (t) => ({
    id: t.text().primaryKey(),
    chainId: t.integer().notNull(),
    recallId: t.bigint().notNull(),
    datasetRef: t.text().notNull(),
    versionRef: t.text().notNull(),
    version: t.integer().notNull(),
    reason: recallReason().notNull(),
    openedBy: t.hex().notNull(),
    openedAt: t.bigint().notNull(),
    collectsUntil: t.bigint().notNull(),
    deadline: t.bigint().notNull(),
    period: t.bigint().notNull(),
    contestPeriod: t.bigint().notNull(),
    decidedAt: t.bigint(),
    dismissed: t.boolean().notNull(),
    againUntil: t.bigint(),
    leavesHash: t.hex().notNull(),
    revokedRoot: t.hex(),
    rootNamedAt: t.bigint(),
    newVersionRef: t.text(),
    newVersion: t.integer(),
    position: t.bigint(),
    affectedCount: t.integer().notNull(),
    answeredCount: t.integer().notNull(),
    contestedCount: t.integer().notNull(),
    updatedAt: t.bigint().notNull(),
    transactionHash: t.hex().notNull(),
  }),
  (table) => ({ datasetIndex: index().on(table.datasetRef), versionIndex: index().on(table.versionRef) }),
);

/** A recall's timeline. `hash` is the consent, root or list's hash that the event names. */
export const recallEvent = onchainTable(
  "recall_event",
  (t) => ({
    id: t.text().primaryKey(),
    chainId: t.integer().notNull(),
    recallRef: t.text().notNull(),
    kind: recallEventKind().notNull(),
    by: t.hex().notNull(),
    hash: t.hex(),
    stands: t.boolean(),
    until: t.bigint(),
    at: t.bigint().notNull(),
    transactionHash: t.hex().notNull(),
    logIndex: t.integer().notNull(),
  }),
  (table) => ({ recallIndex: index().on(table.recallRef) }),
);

/**
 * A license that a recall is about, listed when it opened: of that version (or of a bundle with it), or of an earlier one with later versions
 * included, neither ended nor expired then. `action` is the last answer. Standing by the clock: `/recalls/{id}/licenses`.
 */
export const recallLicense = onchainTable(
  "recall_license",
  (t) => ({
    id: t.text().primaryKey(),
    chainId: t.integer().notNull(),
    recallRef: t.text().notNull(),
    licenseRef: t.text().notNull(),
    action: recallAction().notNull(),
    answeredBy: t.hex(),
    answeredAt: t.bigint(),
    sequence: t.bigint().notNull(),
    evidenceHash: t.hex(),
  }),
  (table) => ({ recallIndex: index().on(table.recallRef), licenseIndex: index().on(table.licenseRef) }),
);

/** Every answer to a recall. */
export const recallAcknowledgement = onchainTable(
  "recall_acknowledgement",
  (t) => ({
    id: t.text().primaryKey(),
    chainId: t.integer().notNull(),
    recallRef: t.text().notNull(),
    recallLicenseRef: t.text().notNull(),
    licenseRef: t.text().notNull(),
    holder: t.hex().notNull(),
    action: recallAction().notNull(),
    evidenceHash: t.hex(),
    sequence: t.bigint().notNull(),
    at: t.bigint().notNull(),
    transactionHash: t.hex().notNull(),
    logIndex: t.integer().notNull(),
  }),
  (table) => ({ recallIndex: index().on(table.recallRef), licenseIndex: index().on(table.licenseRef) }),
);

/** One row: governed periods of recalls. */
export const recallSetting = onchainTable("recall_setting", (t) => ({
  id: t.text().primaryKey(),
  chainId: t.integer().notNull(),
  leastPeriod: t.bigint().notNull(),
  contestPeriod: t.bigint().notNull(),
}));

/**
 * A score that was asked for and paid. `score` is basis points of the method's scale, when SCORED. `stake` is what each of the `seats` locks,
 * `refunded` what went back when it failed. With the rules of its time.
 */
export const qualityRequest = onchainTable(
  "quality_request",
  (t) => ({
    id: t.text().primaryKey(),
    chainId: t.integer().notNull(),
    requestId: t.bigint().notNull(),
    requester: t.hex().notNull(),
    datasetRef: t.text().notNull(),
    versionRef: t.text().notNull(),
    version: t.integer().notNull(),
    licenseRef: t.text(),
    method: t.hex().notNull(),
    token: t.hex().notNull(),
    reward: t.bigint().notNull(),
    stake: t.bigint().notNull(),
    seats: t.integer().notNull(),
    committed: t.integer().notNull(),
    revealed: t.integer().notNull(),
    state: qualityState().notNull(),
    score: t.integer(),
    refunded: t.bigint(),
    commitUntil: t.bigint().notNull(),
    revealUntil: t.bigint().notNull(),
    tolerance: t.integer().notNull(),
    outlierPenaltyBps: t.integer().notNull(),
    silencePenaltyBps: t.integer().notNull(),
    requestedAt: t.bigint().notNull(),
    settledAt: t.bigint(),
    transactionHash: t.hex().notNull(),
  }),
  (table) => ({ versionIndex: index().on(table.versionRef), licenseIndex: index().on(table.licenseRef) }),
);

/** A reporter's seat: committed, revealed (`score`), settled (`reward`, `penalty`). */
export const qualityReport = onchainTable(
  "quality_report",
  (t) => ({
    id: t.text().primaryKey(),
    chainId: t.integer().notNull(),
    requestRef: t.text().notNull(),
    reporter: t.hex().notNull(),
    commitment: t.hex().notNull(),
    committedAt: t.bigint().notNull(),
    score: t.integer(),
    revealedAt: t.bigint(),
    reward: t.bigint(),
    penalty: t.bigint(),
    settledAt: t.bigint(),
  }),
  (table) => ({ requestIndex: index().on(table.requestRef), reporterIndex: index().on(table.reporter) }),
);

/** A license's first score: its release evidence. The row has the license's id. */
export const qualityEvidence = onchainTable("quality_evidence", (t) => ({
  id: t.text().primaryKey(),
  chainId: t.integer().notNull(),
  licenseRef: t.text().notNull(),
  requestRef: t.text().notNull(),
  score: t.integer().notNull(),
  at: t.bigint().notNull(),
}));

/** By which method licenses of a version are scored that are bought from the second after `at` on; null for none. */
export const qualityMethod = onchainTable(
  "quality_method",
  (t) => ({
    id: t.text().primaryKey(),
    chainId: t.integer().notNull(),
    versionRef: t.text().notNull(),
    method: t.hex(),
    at: t.bigint().notNull(),
  }),
  (table) => ({ versionIndex: index().on(table.versionRef) }),
);

/** Who may report. */
export const qualityReporter = onchainTable("quality_reporter", (t) => ({
  id: t.text().primaryKey(),
  chainId: t.integer().notNull(),
  reporter: t.hex().notNull(),
  admitted: t.boolean().notNull(),
  since: t.bigint().notNull(),
}));

/** What moved between an account and the oracle from outside. Rewards and penalties stand in its reports. */
export const qualityMove = onchainTable(
  "quality_move",
  (t) => ({
    id: t.text().primaryKey(),
    chainId: t.integer().notNull(),
    in: t.boolean().notNull(),
    account: t.hex().notNull(),
    token: t.hex().notNull(),
    other: t.hex().notNull(),
    amount: t.bigint().notNull(),
    at: t.bigint().notNull(),
    transactionHash: t.hex().notNull(),
  }),
  (table) => ({ accountIndex: index().on(table.account) }),
);

/** One row: governed numbers of requests. */
export const qualitySetting = onchainTable("quality_setting", (t) => ({
  id: t.text().primaryKey(),
  chainId: t.integer().notNull(),
  commitWindow: t.bigint().notNull(),
  revealWindow: t.bigint().notNull(),
  tolerance: t.integer().notNull(),
  outlierPenaltyBps: t.integer().notNull(),
  silencePenaltyBps: t.integer().notNull(),
}));

/** What requests cost in a token: `leastReward` a seat, and the `stake` that a seat locks. */
export const qualityToken = onchainTable("quality_token", (t) => ({
  id: t.text().primaryKey(),
  chainId: t.integer().notNull(),
  token: t.hex().notNull(),
  leastReward: t.bigint().notNull(),
  stake: t.bigint().notNull(),
}));

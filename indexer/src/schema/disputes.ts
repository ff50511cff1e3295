import { index, onchainEnum, onchainTable } from "ponder";

// Disputes, who judges them, and what they hold. See money.ts for why it stands here.

export const disputeSubject = onchainEnum("dispute_subject", [
  "NONE",
  "LICENSE",
  "VERSION",
  "PROVIDER",
  "PROOF",
  "ATTESTATION",
  "RECALL",
  "RECEIPT",
]);
export const disputeReason = onchainEnum("dispute_reason", [
  "NONE",
  "NOT_DELIVERED",
  "NOT_AS_DESCRIBED",
  "FALSE_ENCODING",
  "SERVICE_FAILURE",
  "CONTESTED",
  "BREACH_OF_TERMS",
  "FALSE_STATEMENT",
  "COPYRIGHT",
  "PRIVACY",
  "CONSENT_WITHDRAWN",
  "UNLAWFUL_CONTENT",
  "FALSE_RECORD",
  "CONTESTED_RECALL",
  "MISCONDUCT",
  "FALSE_PROOF",
  "FALSE_ATTESTATION",
  "FALSE_RECEIPT",
]);
export const disputePhase = onchainEnum("dispute_phase", ["NONE", "OPEN", "ASKED", "RULED", "CLOSED"]);
export const disputeOutcome = onchainEnum("dispute_outcome", [
  "NONE",
  "UPHELD",
  "REJECTED",
  "WITHDRAWN",
  "DROPPED",
  "SETTLED",
  "SILENT",
  "UNRULED",
]);
export const disputeEventKind = onchainEnum("dispute_event_kind", [
  "OPENED",
  "EVIDENCE",
  "CHUNK_KEY",
  "ANSWERED",
  "COUNTER_BOND",
  "REFERRED",
  "VOTED",
  "RULED",
  "APPEALED",
  "SETTLEMENT_OFFERED",
  "SETTLED",
  "COMPENSATED",
  "REMEDY_FAILED",
  "ORACLE_ANSWERED",
  "ORACLE_NOT_TAKEN",
  "COURT_APPEALED",
  "CLOSED",
]);
export const oracleResult = onchainEnum("oracle_result", ["NONE", "ASKED", "UPHELD", "REJECTED", "REFUSED"]);

/**
 * What is claimed, and how far it is. `subjectId` is the license id, `datasetId << 32 | version`, the provider's address, the proof, badge,
 * recall or receipt id; the refs name those that have rows. Bonds are base units of `token`, `claimed` likewise. `deadline` ends the phase. While it is open
 * the dispute `holdsMoney`, `stopsSales` or `locksBond`; `byBuyer` says on which side the claimant of a license stands.
 */
export const dispute = onchainTable(
  "dispute",
  (t) => ({
    id: t.text().primaryKey(),
    chainId: t.integer().notNull(),
    disputeId: t.bigint().notNull(),
    subject: disputeSubject().notNull(),
    subjectId: t.bigint().notNull(),
    licenseRef: t.text(),
    datasetRef: t.text(),
    versionRef: t.text(),
    providerRef: t.text(),
    badgeRef: t.text(),
    recallRef: t.text(),
    runRef: t.text(),
    receiptRef: t.text(),
    claimRef: t.text().notNull(),
    claimant: t.hex().notNull(),
    respondent: t.hex().notNull(),
    reason: disputeReason().notNull(),
    claimed: t.bigint().notNull(),
    occurredAt: t.bigint().notNull(),
    token: t.hex().notNull(),
    bond: t.bigint().notNull(),
    counterBond: t.bigint(),
    appealBond: t.bigint(),
    appellant: t.hex(),
    judgeRef: t.text().notNull(),
    settingRef: t.text().notNull(),
    holdsMoney: t.boolean().notNull(),
    stopsSales: t.boolean().notNull(),
    locksBond: t.boolean().notNull(),
    byBuyer: t.boolean().notNull(),
    phase: disputePhase().notNull(),
    round: t.integer().notNull(),
    arbitrator: t.hex(),
    deadline: t.bigint(),
    answeredBy: t.hex(),
    answeredAt: t.bigint(),
    outcome: disputeOutcome().notNull(),
    evidenceCount: t.integer().notNull(),
    compensated: t.bigint().notNull(),
    toClaimant: t.bigint(),
    toRespondent: t.bigint(),
    openedAt: t.bigint().notNull(),
    closedAt: t.bigint(),
    updatedAt: t.bigint().notNull(),
    transactionHash: t.hex().notNull(),
  }),
  (table) => ({
    licenseIndex: index().on(table.licenseRef),
    datasetIndex: index().on(table.datasetRef),
    providerIndex: index().on(table.providerRef),
    claimantIndex: index().on(table.claimant),
    respondentIndex: index().on(table.respondent),
    phaseIndex: index().on(table.phase),
  }),
);

/**
 * A dispute's timeline. `by` is who acted; `amount` is in base units of `token` (a bond, a compensation); `hash` the evidence, ruling or
 * remedy's call, `until` the deadline that follows.
 */
export const disputeEvent = onchainTable(
  "dispute_event",
  (t) => ({
    id: t.text().primaryKey(),
    chainId: t.integer().notNull(),
    disputeRef: t.text().notNull(),
    kind: disputeEventKind().notNull(),
    round: t.integer(),
    by: t.hex().notNull(),
    token: t.hex(),
    amount: t.bigint(),
    hash: t.hex(),
    until: t.bigint(),
    position: t.bigint().notNull(),
    at: t.bigint().notNull(),
    transactionHash: t.hex().notNull(),
    logIndex: t.integer().notNull(),
  }),
  (table) => ({ disputeIndex: index().on(table.disputeRef) }),
);

/** SHA-256 of the bytes at `uri`, encrypted to `recipient` when there is one. Anyone gives evidence: readers weigh who did. */
export const evidence = onchainTable(
  "evidence",
  (t) => ({
    id: t.text().primaryKey(),
    chainId: t.integer().notNull(),
    disputeRef: t.text().notNull(),
    by: t.hex().notNull(),
    hash: t.hex().notNull(),
    uri: t.text().notNull(),
    recipient: t.hex(),
    position: t.bigint().notNull(),
    at: t.bigint().notNull(),
    transactionHash: t.hex().notNull(),
    logIndex: t.integer().notNull(),
  }),
  (table) => ({ disputeIndex: index().on(table.disputeRef) }),
);

/** One chunk's key, shown with leaves and proofs that hold: what decrypts exactly that chunk. */
export const chunkKey = onchainTable(
  "chunk_key",
  (t) => ({
    id: t.text().primaryKey(),
    chainId: t.integer().notNull(),
    disputeRef: t.text().notNull(),
    by: t.hex().notNull(),
    encoding: t.integer().notNull(),
    index: t.bigint().notNull(),
    file: t.bigint().notNull(),
    counter: t.bigint().notNull(),
    flags: t.integer().notNull(),
    keyRoot: t.hex().notNull(),
    chunkKey: t.hex().notNull(),
    cipher: t.hex().notNull(),
    cipherSize: t.bigint().notNull(),
    plain: t.hex().notNull(),
    plainSize: t.bigint().notNull(),
    at: t.bigint().notNull(),
    transactionHash: t.hex().notNull(),
  }),
  (table) => ({ disputeIndex: index().on(table.disputeRef) }),
);

/** What an arbitrator decided in a round. `status` is DatasetRegistry's number, 0 for no change; `endsAt` null leaves the license;
 * a recall of `leaves` follows where there are any. */
export const ruling = onchainTable(
  "ruling",
  (t) => ({
    id: t.text().primaryKey(),
    chainId: t.integer().notNull(),
    disputeRef: t.text().notNull(),
    round: t.integer().notNull(),
    arbitrator: t.hex(),
    upheld: t.boolean().notNull(),
    refund: t.bigint().notNull(),
    loss: t.bigint().notNull(),
    penalty: t.bigint().notNull(),
    endsAt: t.bigint(),
    status: t.integer().notNull(),
    corrects: t.boolean().notNull(),
    revokesRecord: t.boolean().notNull(),
    revokedRoot: t.hex().notNull(),
    leaves: t.hex(),
    reasons: t.hex().notNull(),
    appealBy: t.bigint().notNull(),
    at: t.bigint().notNull(),
    transactionHash: t.hex().notNull(),
  }),
  (table) => ({ disputeIndex: index().on(table.disputeRef) }),
);

/** Terms that one side offered, and whether both agreed to them. */
export const settlement = onchainTable(
  "settlement",
  (t) => ({
    id: t.text().primaryKey(),
    chainId: t.integer().notNull(),
    disputeRef: t.text().notNull(),
    by: t.hex().notNull(),
    refund: t.bigint().notNull(),
    revoke: t.boolean().notNull(),
    claimantBond: t.bigint().notNull(),
    deadline: t.bigint().notNull(),
    agreed: t.boolean().notNull(),
    position: t.bigint().notNull(),
    at: t.bigint().notNull(),
    transactionHash: t.hex().notNull(),
  }),
  (table) => ({ disputeIndex: index().on(table.disputeRef) }),
);

/**
 * What disputes hold of a license; the row has the license's id. `owed` of what its rail holds is to go back once the last one ends,
 * `refunded` and `released` did; `endsAt` is when a ruling ends it.
 */
export const licenseHold = onchainTable("license_hold", (t) => ({
  id: t.text().primaryKey(),
  chainId: t.integer().notNull(),
  licenseRef: t.text().notNull(),
  moneyFrozen: t.boolean().notNull(),
  moneyHolds: t.integer().notNull(),
  accessFrozen: t.boolean().notNull(),
  accessHolds: t.integer().notNull(),
  owed: t.bigint().notNull(),
  refunded: t.bigint().notNull(),
  released: t.bigint().notNull(),
  endsAt: t.bigint(),
  updatedAt: t.bigint().notNull(),
}));

/** Whether disputes stop new sales of a version; the row has the version's id. */
export const salesStop = onchainTable("sales_stop", (t) => ({
  id: t.text().primaryKey(),
  chainId: t.integer().notNull(),
  datasetRef: t.text().notNull(),
  versionRef: t.text().notNull(),
  stopped: t.boolean().notNull(),
  holds: t.integer().notNull(),
  updatedAt: t.bigint().notNull(),
}));

/** A proven fault ended a license: `refunded` of what its rail held went back. */
export const faultRemedy = onchainTable(
  "fault_remedy",
  (t) => ({
    id: t.text().primaryKey(),
    chainId: t.integer().notNull(),
    licenseRef: t.text().notNull(),
    by: t.hex().notNull(),
    reporter: t.hex().notNull(),
    refunded: t.bigint().notNull(),
    at: t.bigint().notNull(),
    transactionHash: t.hex().notNull(),
  }),
  (table) => ({ licenseIndex: index().on(table.licenseRef) }),
);

/** An arbitrator as listed under a number. */
export const judge = onchainTable("judge", (t) => ({
  id: t.text().primaryKey(),
  chainId: t.integer().notNull(),
  index: t.integer().notNull(),
  arbitrator: t.hex().notNull(),
  rulingWindow: t.bigint().notNull(),
  appealTo: t.integer(),
  listed: t.boolean().notNull(),
}));

/** Governed numbers of disputes: a dispute keeps those of its opening. `judge` is the default arbitrator's number. */
export const disputeSetting = onchainTable("dispute_setting", (t) => ({
  id: t.text().primaryKey(),
  chainId: t.integer().notNull(),
  index: t.integer().notNull(),
  responseWindow: t.bigint().notNull(),
  referWindow: t.bigint().notNull(),
  appealWindow: t.bigint().notNull(),
  limitation: t.bigint().notNull(),
  priceBps: t.integer().notNull(),
  counterFactor: t.integer().notNull(),
  appealFactor: t.integer().notNull(),
  judge: t.integer(),
  bondToken: t.hex().notNull(),
  setAt: t.bigint().notNull(),
}));

/** The fixed bond of a claim about a subject, in a token. */
export const disputeBond = onchainTable("dispute_bond", (t) => ({
  id: t.text().primaryKey(),
  chainId: t.integer().notNull(),
  subject: disputeSubject().notNull(),
  token: t.hex().notNull(),
  amount: t.bigint().notNull(),
}));

/** A case before an arbitrator of ours: when it was asked, and what the protocol behind it answered. `key` is its own number of it. */
export const arbitratorCase = onchainTable(
  "arbitrator_case",
  (t) => ({
    id: t.text().primaryKey(),
    chainId: t.integer().notNull(),
    disputeRef: t.text().notNull(),
    round: t.integer().notNull(),
    arbitrator: t.hex().notNull(),
    payer: t.hex().notNull(),
    key: t.hex(),
    result: oracleResult(),
    taken: t.boolean(),
    askedAt: t.bigint().notNull(),
    answeredAt: t.bigint(),
    transactionHash: t.hex().notNull(),
  }),
  (table) => ({ disputeIndex: index().on(table.disputeRef), keyIndex: index().on(table.key) }),
);

/** A council as appointed: disputes referred while it is the present one go to it. `members` are accounts with the names they go by. */
export const council = onchainTable("council", (t) => ({
  id: t.text().primaryKey(),
  chainId: t.integer().notNull(),
  council: t.integer().notNull(),
  members: t.json().notNull(),
  threshold: t.integer().notNull(),
  appealThreshold: t.integer().notNull(),
  setAt: t.bigint().notNull(),
}));

/** A member's vote in a round; a later one replaces it. `votes` were for the same ruling then. */
export const councilVote = onchainTable(
  "council_vote",
  (t) => ({
    id: t.text().primaryKey(),
    chainId: t.integer().notNull(),
    disputeRef: t.text().notNull(),
    round: t.integer().notNull(),
    member: t.hex().notNull(),
    rulingHash: t.hex().notNull(),
    upheld: t.boolean().notNull(),
    votes: t.integer().notNull(),
    at: t.bigint().notNull(),
  }),
  (table) => ({ disputeIndex: index().on(table.disputeRef) }),
);

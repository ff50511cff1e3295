import { index, onchainEnum, onchainTable } from "ponder";

// What each payment rail keeps of a license; rows that stand for a license have its id. See money.ts for why it stands here.

export const holdState = onchainEnum("hold_state", [
  "HELD",
  "DELIVERED",
  "CONTESTED",
  "WITHDRAWING",
  "RELEASED",
  "REFUNDED",
]);
export const epochOutcome = onchainEnum("epoch_outcome", ["PROVEN", "FAULTED", "RULED"]);

export const releaseCondition = onchainEnum("release_condition", ["NONE", "COMPUTE_RECEIPT", "ADHERENCE", "QUALITY"]);

/** `condition` and `provenAt` stand where named evidence, recorded at that time, released the money. */
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
  condition: releaseCondition(),
  provenAt: t.bigint(),
  released: t.bigint().notNull(),
  refunded: t.bigint().notNull(),
  openedAt: t.bigint().notNull(),
  updatedAt: t.bigint().notNull(),
}));

/**
 * A streaming license. `rate` is agreed, in super token units per second. The flow as last seen: since `flowAt`, `flowRate` counts
 * on top of `flowReceived`. `settled` epochs are concluded; a report or contest is about those up to `reportedTo`, until `deadline`.
 * `released` and `refunded` are base units of `token`, `releasedLast` by the latest epochs; `swept` (to the payer) and
 * `collected` (by the distributor) super token units.
 */
export const stream = onchainTable(
  "stream",
  (t) => ({
    id: t.text().primaryKey(),
    chainId: t.integer().notNull(),
    licenseId: t.bigint().notNull(),
    payer: t.hex().notNull(),
    vault: t.hex().notNull(),
    token: t.hex().notNull(),
    superToken: t.hex().notNull(),
    rate: t.bigint().notNull(),
    start: t.bigint().notNull(),
    flowAt: t.bigint().notNull(),
    flowRate: t.bigint().notNull(),
    flowReceived: t.bigint().notNull(),
    unpaid: t.bigint().notNull(),
    stray: t.bigint().notNull(),
    pausedAt: t.bigint(),
    frozen: t.boolean().notNull(),
    noticeBy: t.hex(),
    endsAt: t.bigint(),
    endedAt: t.bigint(),
    settled: t.integer().notNull(),
    reportedTo: t.integer(),
    reportHash: t.hex(),
    deadline: t.bigint(),
    contester: t.hex(),
    contestBond: t.bigint(),
    reasonHash: t.hex(),
    released: t.bigint().notNull(),
    releasedLast: t.bigint().notNull(),
    refunded: t.bigint().notNull(),
    swept: t.bigint().notNull(),
    collected: t.bigint().notNull(),
    updatedAt: t.bigint().notNull(),
  }),
  (table) => ({ payerIndex: index().on(table.payer) }),
);

/** Which license a vault belongs to: what a vault tells of its flow names no license. */
export const streamVault = onchainTable("stream_vault", (t) => ({
  id: t.text().primaryKey(),
  chainId: t.integer().notNull(),
  licenseRef: t.text().notNull(),
}));

/** Each time that a vault saw its flow changed. */
export const flowChange = onchainTable(
  "flow_change",
  (t) => ({
    id: t.text().primaryKey(),
    chainId: t.integer().notNull(),
    streamRef: t.text().notNull(),
    since: t.bigint().notNull(),
    rate: t.bigint().notNull(),
    received: t.bigint().notNull(),
    unpaid: t.bigint().notNull(),
    stray: t.bigint().notNull(),
    at: t.bigint().notNull(),
    transactionHash: t.hex().notNull(),
  }),
  (table) => ({ streamIndex: index().on(table.streamRef) }),
);

/** A provider's report over the epochs from `fromEpoch` to before `toEpoch`. */
export const serviceReport = onchainTable(
  "service_report",
  (t) => ({
    id: t.text().primaryKey(),
    chainId: t.integer().notNull(),
    streamRef: t.text().notNull(),
    fromEpoch: t.integer().notNull(),
    toEpoch: t.integer().notNull(),
    reportHash: t.hex().notNull(),
    windowEnds: t.bigint().notNull(),
    at: t.bigint().notNull(),
    transactionHash: t.hex().notNull(),
  }),
  (table) => ({ streamIndex: index().on(table.streamRef) }),
);

/** Epochs from `fromEpoch` to before `toEpoch`, concluded in one move. Base units of `token`. */
export const epochRange = onchainTable(
  "epoch_range",
  (t) => ({
    id: t.text().primaryKey(),
    chainId: t.integer().notNull(),
    streamRef: t.text().notNull(),
    fromEpoch: t.integer().notNull(),
    toEpoch: t.integer().notNull(),
    outcome: epochOutcome().notNull(),
    token: t.hex().notNull(),
    released: t.bigint().notNull(),
    refunded: t.bigint().notNull(),
    at: t.bigint().notNull(),
    transactionHash: t.hex().notNull(),
  }),
  (table) => ({ streamIndex: index().on(table.streamRef) }),
);

/**
 * A license whose payer's flows are passed on while they come in, of `rate` super token units per second: `poolRate` through `poolVault` to
 * the contributors (null when there are none), the rest through `restVault`. `passing` says whether they are, as far as a transaction
 * told; between transactions the vaults' own flows decide. `passedToPool` and `passedRest` are booked, in super token units; `released`
 * is the same in base units of `token`, whole ones, `releasedLast` what the latest booking added to it. `buffered` base units were put into
 * the vaults, `returned` super token units went back to the payer.
 */
export const liveStream = onchainTable(
  "live_stream",
  (t) => ({
    id: t.text().primaryKey(),
    chainId: t.integer().notNull(),
    licenseId: t.bigint().notNull(),
    payer: t.hex().notNull(),
    poolVault: t.hex(),
    restVault: t.hex().notNull(),
    token: t.hex().notNull(),
    superToken: t.hex().notNull(),
    scale: t.bigint().notNull(),
    rate: t.bigint().notNull(),
    poolRate: t.bigint().notNull(),
    passing: t.boolean().notNull(),
    passingSince: t.bigint().notNull(),
    frozen: t.boolean().notNull(),
    noticeBy: t.hex(),
    endsAt: t.bigint(),
    endedAt: t.bigint(),
    passedToPool: t.bigint().notNull(),
    passedRest: t.bigint().notNull(),
    released: t.bigint().notNull(),
    releasedLast: t.bigint().notNull(),
    buffered: t.bigint().notNull(),
    returned: t.bigint().notNull(),
    openedAt: t.bigint().notNull(),
    updatedAt: t.bigint().notNull(),
  }),
  (table) => ({ payerIndex: index().on(table.payer) }),
);

/** Each time that passing on began or stopped. */
export const passingChange = onchainTable(
  "passing_change",
  (t) => ({
    id: t.text().primaryKey(),
    chainId: t.integer().notNull(),
    streamRef: t.text().notNull(),
    passing: t.boolean().notNull(),
    at: t.bigint().notNull(),
    transactionHash: t.hex().notNull(),
    logIndex: t.integer().notNull(),
  }),
  (table) => ({ streamIndex: index().on(table.streamRef) }),
);

/** What was passed on since the booking before: `toPool` and `rest` super token units, `released` base units of the token. */
export const passage = onchainTable(
  "passage",
  (t) => ({
    id: t.text().primaryKey(),
    chainId: t.integer().notNull(),
    streamRef: t.text().notNull(),
    toPool: t.bigint().notNull(),
    rest: t.bigint().notNull(),
    released: t.bigint().notNull(),
    at: t.bigint().notNull(),
    transactionHash: t.hex().notNull(),
    logIndex: t.integer().notNull(),
  }),
  (table) => ({ streamIndex: index().on(table.streamRef) }),
);

/** The pool through which the distributor gets a super token's live streams. */
export const liveCollector = onchainTable("live_collector", (t) => ({
  id: t.text().primaryKey(),
  chainId: t.integer().notNull(),
  superToken: t.hex().notNull(),
  collector: t.hex().notNull(),
}));

/**
 * A metered license. Held is `funded - spent`, debt `spent - funded`, `released` the lesser, all base units of `token`. `sponsor` bought
 * it for somebody else and gets withdrawals and refunds; without one the holder does.
 */
export const meter = onchainTable("meter", (t) => ({
  id: t.text().primaryKey(),
  chainId: t.integer().notNull(),
  licenseId: t.bigint().notNull(),
  sponsor: t.hex(),
  token: t.hex().notNull(),
  units: t.bigint().notNull(),
  spent: t.bigint().notNull(),
  funded: t.bigint().notNull(),
  released: t.bigint().notNull(),
  sequence: t.bigint().notNull(),
  vouchers: t.integer().notNull(),
  thawing: t.bigint().notNull(),
  thawedAt: t.bigint(),
  debtor: t.hex(),
  lapsesAt: t.bigint(),
  frozen: t.boolean().notNull(),
  redeemableUntil: t.bigint(),
  finishedAt: t.bigint(),
  openedAt: t.bigint().notNull(),
  updatedAt: t.bigint().notNull(),
}));

/** A voucher billed: `units` and `amount` in all, `billedUnits` and `billed` by this one, of which `released` was paid. */
export const voucher = onchainTable(
  "voucher",
  (t) => ({
    id: t.text().primaryKey(),
    chainId: t.integer().notNull(),
    meterRef: t.text().notNull(),
    licenseId: t.bigint().notNull(),
    sequence: t.bigint().notNull(),
    signer: t.hex().notNull(),
    units: t.bigint().notNull(),
    amount: t.bigint().notNull(),
    billedUnits: t.bigint().notNull(),
    billed: t.bigint().notNull(),
    released: t.bigint().notNull(),
    at: t.bigint().notNull(),
    transactionHash: t.hex().notNull(),
  }),
  (table) => ({ meterIndex: index().on(table.meterRef) }),
);

/** A voucher of a batch that was refused; `reason` is the selector of the error. */
export const voucherRefusal = onchainTable(
  "voucher_refusal",
  (t) => ({
    id: t.text().primaryKey(),
    chainId: t.integer().notNull(),
    licenseId: t.bigint().notNull(),
    sequence: t.bigint().notNull(),
    reason: t.hex().notNull(),
    at: t.bigint().notNull(),
    transactionHash: t.hex().notNull(),
  }),
  (table) => ({ licenseIndex: index().on(table.licenseId) }),
);

/**
 * A license that pays a share of revenue. Periods up to `stated` are stated; `missed` is one that is overdue, in breach after
 * `cureUntil`. `held` is the guarantee while the rail keeps it. Base units of `token`.
 */
export const revenueShare = onchainTable("revenue_share", (t) => ({
  id: t.text().primaryKey(),
  chainId: t.integer().notNull(),
  licenseId: t.bigint().notNull(),
  payer: t.hex().notNull(),
  token: t.hex().notNull(),
  guarantee: t.bigint().notNull(),
  held: t.bigint().notNull(),
  stated: t.integer().notNull(),
  missed: t.integer(),
  cureUntil: t.bigint(),
  owed: t.bigint().notNull(),
  debt: t.bigint().notNull(),
  credit: t.bigint().notNull(),
  lastPeriod: t.integer(),
  endsAt: t.bigint(),
  frozen: t.boolean().notNull(),
  closedAt: t.bigint(),
  openedAt: t.bigint().notNull(),
  updatedAt: t.bigint().notNull(),
}));

/** A period as stated: `owed` by the statement, of which `paid` came with it and the rest out of credit. */
export const revenueStatement = onchainTable(
  "revenue_statement",
  (t) => ({
    id: t.text().primaryKey(),
    chainId: t.integer().notNull(),
    shareRef: t.text().notNull(),
    licenseId: t.bigint().notNull(),
    period: t.integer().notNull(),
    by: t.hex().notNull(),
    token: t.hex().notNull(),
    revenue: t.bigint().notNull(),
    owed: t.bigint().notNull(),
    paid: t.bigint().notNull(),
    reportHash: t.hex().notNull(),
    at: t.bigint().notNull(),
    transactionHash: t.hex().notNull(),
  }),
  (table) => ({ shareIndex: index().on(table.shareRef) }),
);

/** What the auditor found of a period: `before` was owed by the statement (0 where there was none), `owed` is. */
export const revenueAudit = onchainTable(
  "revenue_audit",
  (t) => ({
    id: t.text().primaryKey(),
    chainId: t.integer().notNull(),
    shareRef: t.text().notNull(),
    licenseId: t.bigint().notNull(),
    period: t.integer().notNull(),
    revenue: t.bigint().notNull(),
    before: t.bigint().notNull(),
    owed: t.bigint().notNull(),
    debt: t.bigint().notNull(),
    credit: t.bigint().notNull(),
    reportHash: t.hex().notNull(),
    at: t.bigint().notNull(),
    transactionHash: t.hex().notNull(),
  }),
  (table) => ({ shareIndex: index().on(table.shareRef) }),
);

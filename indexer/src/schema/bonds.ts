import { index, onchainEnum, onchainTable } from "ponder";

// Providers, what they bonded, and what was taken of it. See money.ts for why it stands here.

export const verifier = onchainEnum("verifier", ["NONE", "OBJECTIVE_FAULTS", "SERVICE_CHALLENGES", "DISPUTE_MANAGER"]);

/**
 * What happened to a bond. Requests carry all that thaws from then on, 0 when taken back; DELEGATION_EMPTIED what was too little to count
 * and became own stake.
 */
export const bondEventKind = onchainEnum("bond_event_kind", [
  "DEPOSIT",
  "WITHDRAWAL_REQUEST",
  "WITHDRAWAL",
  "DELEGATION",
  "UNDELEGATION_REQUEST",
  "UNDELEGATION",
  "DELEGATION_EMPTIED",
  "REWARD",
  "REWARD_CLAIM",
  "ALLOCATION",
  "DEALLOCATION_REQUEST",
  "DEALLOCATION",
  "ALLOCATIONS_EMPTIED",
  "LOCK",
  "UNLOCK",
  "SLASH",
]);

/** `delegatorBps` of rewards is the delegators'; from `nextAt` on it is `nextBps`. */
export const provider = onchainTable("provider", (t) => ({
  id: t.text().primaryKey(),
  chainId: t.integer().notNull(),
  address: t.hex().notNull(),
  payout: t.hex().notNull(),
  endpoints: t.text().notNull(),
  endpointsHash: t.hex().notNull(),
  termsHash: t.hex().notNull(),
  delegatorBps: t.integer().notNull(),
  nextBps: t.integer(),
  nextAt: t.bigint(),
  registeredAt: t.bigint().notNull(),
  updatedAt: t.bigint().notNull(),
  transactionHash: t.hex().notNull(),
}));

/** A key signs for its provider from `from` to before `until`, for the bits of `purposes`. */
export const providerKey = onchainTable(
  "provider_key",
  (t) => ({
    id: t.text().primaryKey(),
    chainId: t.integer().notNull(),
    providerRef: t.text().notNull(),
    key: t.hex().notNull(),
    purposes: t.integer().notNull(),
    from: t.bigint().notNull(),
    until: t.bigint(),
  }),
  (table) => ({ providerIndex: index().on(table.providerRef), keyIndex: index().on(table.key) }),
);

/**
 * A provider's stake in a token: `own + delegated`, what thaws included. `locked` stands behind open claims, `allocated` behind offers:
 * an allocation's worth is its part of `allocationShares`. Delegators' parts are `shares` of `delegated`, of which `thawingShares` are
 * asked back. Epochs count how often a slash left too little to be counted in shares. `rewarded` went to provider and delegators; `events` counts the timeline.
 */
export const bondAccount = onchainTable(
  "bond_account",
  (t) => ({
    id: t.text().primaryKey(),
    chainId: t.integer().notNull(),
    providerRef: t.text().notNull(),
    provider: t.hex().notNull(),
    token: t.hex().notNull(),
    own: t.bigint().notNull(),
    delegated: t.bigint().notNull(),
    locked: t.bigint().notNull(),
    allocated: t.bigint().notNull(),
    allocationShares: t.bigint().notNull(),
    allocationEpoch: t.integer().notNull(),
    thawing: t.bigint().notNull(),
    thawedAt: t.bigint(),
    shares: t.bigint().notNull(),
    thawingShares: t.bigint().notNull(),
    epoch: t.integer().notNull(),
    slashed: t.bigint().notNull(),
    slashes: t.integer().notNull(),
    events: t.integer().notNull(),
    rewarded: t.bigint().notNull(),
    updatedAt: t.bigint().notNull(),
  }),
  (table) => ({ providerIndex: index().on(table.providerRef) }),
);

/** Rewards per share of a pool since its epoch began, in 2^-96 base units. */
export const rewardLevel = onchainTable("reward_level", (t) => ({
  id: t.text().primaryKey(),
  chainId: t.integer().notNull(),
  value: t.bigint().notNull(),
}));

/**
 * A delegator's part of an account. `shares` count while `epoch` is the account's. `rewards` are booked up to the reward index
 * `indexPaid`; more come with every reward: `shares * (value - indexPaid) / 2^96`.
 */
export const bondDelegation = onchainTable(
  "bond_delegation",
  (t) => ({
    id: t.text().primaryKey(),
    chainId: t.integer().notNull(),
    accountRef: t.text().notNull(),
    delegator: t.hex().notNull(),
    shares: t.bigint().notNull(),
    thawingShares: t.bigint().notNull(),
    thawedAt: t.bigint(),
    epoch: t.integer().notNull(),
    indexPaid: t.bigint().notNull(),
    rewards: t.bigint().notNull(),
    claimed: t.bigint().notNull(),
    updatedAt: t.bigint().notNull(),
  }),
  (table) => ({ accountIndex: index().on(table.accountRef), delegatorIndex: index().on(table.delegator) }),
);

/**
 * What stands behind an offer; the row has the offer's id. Worth is `shares` of the account's `allocationShares`, of what it has
 * `allocated`, while `epoch` is the account's `allocationEpoch`; `/cover/{offerId}` gives it in base units.
 */
export const allocation = onchainTable(
  "allocation",
  (t) => ({
    id: t.text().primaryKey(),
    chainId: t.integer().notNull(),
    accountRef: t.text().notNull(),
    offerId: t.hex().notNull(),
    provider: t.hex().notNull(),
    token: t.hex().notNull(),
    shares: t.bigint().notNull(),
    thawingShares: t.bigint().notNull(),
    thawedAt: t.bigint(),
    epoch: t.integer().notNull(),
    valueAtRisk: t.bigint().notNull(),
    updatedAt: t.bigint().notNull(),
  }),
  (table) => ({ accountIndex: index().on(table.accountRef) }),
);

/** Stake behind an open claim. */
export const bondLock = onchainTable(
  "bond_lock",
  (t) => ({
    id: t.text().primaryKey(),
    chainId: t.integer().notNull(),
    claimId: t.hex().notNull(),
    accountRef: t.text().notNull(),
    provider: t.hex().notNull(),
    token: t.hex().notNull(),
    offerRef: t.text(),
    amount: t.bigint().notNull(),
    verifier: verifier().notNull(),
    since: t.bigint().notNull(),
    endedAt: t.bigint(),
  }),
  (table) => ({ accountIndex: index().on(table.accountRef) }),
);

/**
 * A slash: `toHarmed + toReporter + toTreasury = fromOwn + fromDelegated`. `claimRef` leads to the fault or challenge that it is of; a
 * dispute's lock has the same claim id.
 */
export const slashEvent = onchainTable(
  "slash_event",
  (t) => ({
    id: t.text().primaryKey(),
    chainId: t.integer().notNull(),
    claimId: t.hex().notNull(),
    claimRef: t.text().notNull(),
    accountRef: t.text().notNull(),
    provider: t.hex().notNull(),
    token: t.hex().notNull(),
    offerRef: t.text(),
    licenseRef: t.text(),
    harmed: t.hex(),
    loss: t.bigint().notNull(),
    penalty: t.bigint().notNull(),
    reporter: t.hex(),
    evidence: t.hex().notNull(),
    toHarmed: t.bigint().notNull(),
    toReporter: t.bigint().notNull(),
    toTreasury: t.bigint().notNull(),
    fromOwn: t.bigint().notNull(),
    fromDelegated: t.bigint().notNull(),
    fromAllocation: t.bigint().notNull(),
    at: t.bigint().notNull(),
    transactionHash: t.hex().notNull(),
    logIndex: t.integer().notNull(),
  }),
  (table) => ({
    accountIndex: index().on(table.accountRef),
    claimIndex: index().on(table.claimRef),
    licenseIndex: index().on(table.licenseRef),
  }),
);

/**
 * A bond's timeline. `account` is who gave, asked or was paid; `shares` where the event counts in them; `stake` what the account holds after it.
 * `position` counts an account's events.
 */
export const bondEvent = onchainTable(
  "bond_event",
  (t) => ({
    id: t.text().primaryKey(),
    chainId: t.integer().notNull(),
    kind: bondEventKind().notNull(),
    accountRef: t.text().notNull(),
    provider: t.hex().notNull(),
    token: t.hex().notNull(),
    account: t.hex(),
    offerRef: t.text(),
    claimId: t.hex(),
    amount: t.bigint().notNull(),
    shares: t.bigint(),
    stake: t.bigint().notNull(),
    position: t.integer().notNull(),
    thawedAt: t.bigint(),
    at: t.bigint().notNull(),
    transactionHash: t.hex().notNull(),
    logIndex: t.integer().notNull(),
  }),
  (table) => ({
    accountIndex: index().on(table.accountRef),
    providerIndex: index().on(table.provider),
    whoIndex: index().on(table.account),
  }),
);

/** What a token takes to be a bond: `minimum` per offer plus `ratioBps` of the value at risk. */
export const bondToken = onchainTable("bond_token", (t) => ({
  id: t.text().primaryKey(),
  chainId: t.integer().notNull(),
  token: t.hex().notNull(),
  minimum: t.bigint().notNull(),
  ratioBps: t.integer().notNull(),
  accepted: t.boolean().notNull(),
  treasuryPaid: t.bigint().notNull(),
}));

/** One row: the governed numbers of bonds. The caps are the most that one event of each verifier takes of a stake. */
export const bondSetting = onchainTable("bond_setting", (t) => ({
  id: t.text().primaryKey(),
  chainId: t.integer().notNull(),
  thawingTime: t.bigint().notNull(),
  rewardBps: t.integer().notNull(),
  delegationRatio: t.integer().notNull(),
  capFaultsBps: t.integer().notNull(),
  capChallengesBps: t.integer().notNull(),
  capDisputesBps: t.integer().notNull(),
}));

import type { Address, Hex } from "viem";

// What the indexer knows of providers, their bonds and faults. Amounts are base units of `token` unless
// named otherwise, times seconds, enums in capitals.

/** Where a row comes from. */
export interface Place {
  at: bigint;
  transactionHash: Hex;
}

export type FaultKind = "WRONG_CONTENT" | "WRONG_ROOT" | "LATE_RECEIPT" | "EQUIVOCATION";
export type VerifierKind = "NONE" | "OBJECTIVE_FAULTS" | "SERVICE_CHALLENGES" | "DISPUTE_MANAGER";

/** What stands behind an offer, what must, and what a purchase is covered to: `ProviderBond.coverOf`. */
export interface CoverEntity {
  offerId: Hex;
  provider: Address;
  token: Address;
  price: bigint;
  allocated: bigint;
  required: bigint;
  perPurchase: bigint;
  covered: boolean;
}

/** One thing that happened to a bond; `stake` is what the account holds after it, `position` counts an account's events. */
export interface BondEventEntity extends Place {
  kind:
    | "DEPOSIT"
    | "WITHDRAWAL_REQUEST"
    | "WITHDRAWAL"
    | "DELEGATION"
    | "UNDELEGATION_REQUEST"
    | "UNDELEGATION"
    | "DELEGATION_EMPTIED"
    | "REWARD"
    | "REWARD_CLAIM"
    | "ALLOCATION"
    | "DEALLOCATION_REQUEST"
    | "DEALLOCATION"
    | "ALLOCATIONS_EMPTIED"
    | "LOCK"
    | "UNLOCK"
    | "SLASH";
  token: Address;
  /** Who gave, asked or was paid. */
  account: Address | null;
  /** Id of the offer's row, for what is about one. */
  offerRef: string | null;
  claimId: Hex | null;
  amount: bigint;
  shares: bigint | null;
  stake: bigint;
  position: number;
  thawedAt: bigint | null;
}

/** A slash: `toHarmed + toReporter + toTreasury = fromOwn + fromDelegated`. */
export interface SlashEntity extends Place {
  claimId: Hex;
  token: Address;
  /** Id of the license's row, for what was taken for one. */
  licenseRef: string | null;
  harmed: Address | null;
  reporter: Address | null;
  loss: bigint;
  penalty: bigint;
  toHarmed: bigint;
  toReporter: bigint;
  toTreasury: bigint;
  fromOwn: bigint;
  fromDelegated: bigint;
}

/** A proven fault; `refunded` went back out of the license's rail, `slashes` are what the bond paid. */
export interface FaultEntity extends Place {
  faultId: Hex;
  kind: FaultKind;
  provider: Address;
  /** Id of the license's row, for faults under a license. */
  licenseRef: string | null;
  reporter: Address;
  evidence: Hex;
  refunded: bigint;
  slashes: SlashEntity[];
}

/** A licensee's request that was put on chain for a fee. */
export interface ChallengeEntity {
  challengeId: bigint;
  provider: Address;
  licenseRef: string;
  challenger: Address;
  version: number;
  encoding: number;
  chunk: bigint;
  fee: bigint;
  penalty: bigint;
  state: "OPEN" | "ANSWERED" | "FAULTED" | "VOID";
  deadline: bigint;
  digest: Hex | null;
  paidTo: Address | null;
  refunded: bigint | null;
  openedAt: bigint;
  closedAt: bigint | null;
  transactionHash: Hex;
}

/** What stands behind one offer of a provider, with the cover that it gives now. */
export interface AllocationEntity {
  offerId: Hex;
  valueAtRisk: bigint;
  thawedAt: bigint | null;
  updatedAt: bigint;
  /** Null where the indexer does not know the offer: stake may stand behind one that never opened. `datasetRef` is `<chain>-<dataset>`. */
  offer: { datasetRef: string; version: number; status: "OPEN" | "CLOSED" } | null;
  /** Null for the same offers. */
  cover: CoverEntity | null;
}

/** Who backs a provider; worth `delegated * shares / all shares` of the account. */
export interface DelegationEntity {
  delegator: Address;
  shares: bigint;
  thawingShares: bigint;
}

/** A provider's stake in one token: `own + delegated`, what thaws included. */
export interface BondAccountEntity {
  token: Address;
  own: bigint;
  delegated: bigint;
  locked: bigint;
  allocated: bigint;
  thawing: bigint;
  thawedAt: bigint | null;
  shares: bigint;
  thawingShares: bigint;
  slashed: bigint;
  slashes: number;
  rewarded: bigint;
  updatedAt: bigint;
  allocations: AllocationEntity[];
  /** At most 100. */
  delegations: DelegationEntity[];
  /** Newest first, at most 100; all of it by `getBondHistory`. */
  timeline: BondEventEntity[];
}

/** A key signs for its provider from `from` to before `until`, for the bits of `purposes` (`KEY_PURPOSE_BITS`). */
export interface ProviderKeyEntity {
  key: Address;
  purposes: number;
  from: bigint;
  until: bigint | null;
}

/** A provider with its bond, what it covers, and its record. */
export interface ProviderEntity {
  address: Address;
  payout: Address;
  endpoints: string;
  endpointsHash: Hex;
  termsHash: Hex;
  /** Delegators' part of rewards; from `nextAt` on `nextBps`. */
  delegatorBps: number;
  nextBps: number | null;
  nextAt: bigint | null;
  registeredAt: bigint;
  updatedAt: bigint;
  keys: ProviderKeyEntity[];
  accounts: BondAccountEntity[];
  faults: FaultEntity[];
  /** Logs that have two histories. */
  logForks: ({ originHash: Hex; size: bigint; root: Hex; otherSize: bigint; otherRoot: Hex } & Place)[];
  challenges: ChallengeEntity[];
}

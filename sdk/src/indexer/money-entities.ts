import type { Address, Hex } from "viem";

// What the indexer knows of how licenses are paid and who earned. Amounts are base units of `token` unless named otherwise.

/** Where a row comes from. */
interface Place {
  at: bigint;
  transactionHash: Hex;
}

/** A streaming license. `rate`, flows, `stray`, `swept` and `collected` are super token units; see the rail's `readStream` for now. */
export interface StreamEntity {
  licenseId: bigint;
  payer: Address;
  vault: Address;
  token: Address;
  superToken: Address;
  rate: bigint;
  start: bigint;
  /** Since `flowAt`, `flowRate` counts on top of `flowReceived`. */
  flowAt: bigint;
  flowRate: bigint;
  flowReceived: bigint;
  /** Seconds of missing payment. */
  unpaid: bigint;
  stray: bigint;
  pausedAt: bigint | null;
  frozen: boolean;
  noticeBy: Address | null;
  endsAt: bigint | null;
  endedAt: bigint | null;
  /** Epochs that are concluded; a report or contest is about those up to `reportedTo`, until `deadline`. */
  settled: number;
  reportedTo: number | null;
  reportHash: Hex | null;
  deadline: bigint | null;
  contester: Address | null;
  contestBond: bigint | null;
  released: bigint;
  refunded: bigint;
  swept: bigint;
  collected: bigint;
  updatedAt: bigint;
}

/** A license paid live. Rates, `passedToPool`, `passedRest` and `returned` are super token units; see `readLive` for now. */
export interface LiveStreamEntity {
  licenseId: bigint;
  payer: Address;
  /** Of the contributors; null without a split. */
  poolVault: Address | null;
  restVault: Address;
  token: Address;
  superToken: Address;
  rate: bigint;
  poolRate: bigint;
  passing: boolean;
  passingSince: bigint;
  frozen: boolean;
  noticeBy: Address | null;
  endsAt: bigint | null;
  endedAt: bigint | null;
  /** Passed on and booked: to contributors, and for fee, parents and owner. */
  passedToPool: bigint;
  passedRest: bigint;
  released: bigint;
  buffered: bigint;
  returned: bigint;
  openedAt: bigint;
  updatedAt: bigint;
}

/** Epochs from `fromEpoch` to before `toEpoch`, concluded in one move. */
export interface EpochRangeEntity extends Place {
  fromEpoch: number;
  toEpoch: number;
  outcome: "PROVEN" | "FAULTED" | "RULED";
  token: Address;
  released: bigint;
  refunded: bigint;
}

/** A metered license: held is `funded - spent`, debt `spent - funded`. */
export interface MeterEntity {
  licenseId: bigint;
  sponsor: Address | null;
  token: Address;
  units: bigint;
  spent: bigint;
  funded: bigint;
  released: bigint;
  sequence: bigint;
  vouchers: number;
  thawing: bigint;
  thawedAt: bigint | null;
  debtor: Address | null;
  lapsesAt: bigint | null;
  frozen: boolean;
  redeemableUntil: bigint | null;
  finishedAt: bigint | null;
  openedAt: bigint;
  updatedAt: bigint;
}

/** A voucher billed: `units` and `amount` in all, `billedUnits` and `billed` by this one, of which `released` was paid. */
export interface VoucherEntity extends Place {
  licenseId: bigint;
  sequence: bigint;
  signer: Address;
  units: bigint;
  amount: bigint;
  billedUnits: bigint;
  billed: bigint;
  released: bigint;
}

/** A license that pays a share of revenue. */
export interface RevenueShareEntity {
  licenseId: bigint;
  payer: Address;
  token: Address;
  guarantee: bigint;
  held: bigint;
  /** Periods up to this one are stated. */
  stated: number;
  missed: number | null;
  cureUntil: bigint | null;
  owed: bigint;
  debt: bigint;
  credit: bigint;
  lastPeriod: number | null;
  endsAt: bigint | null;
  frozen: boolean;
  closedAt: bigint | null;
  openedAt: bigint;
  updatedAt: bigint;
}

/** A period as stated: `owed`, of which `paid` came with the statement and the rest out of credit. */
export interface RevenueStatementEntity extends Place {
  licenseId: bigint;
  period: number;
  by: Address;
  token: Address;
  revenue: bigint;
  owed: bigint;
  paid: bigint;
  reportHash: Hex;
}

/** What moved between an account and a rail after the purchase. */
export interface PaymentEntity extends Place {
  kind:
    | "DEPOSIT"
    | "BILL"
    | "STATEMENT"
    | "DEBT"
    | "STREAM"
    | "BOND"
    | "REFUND"
    | "WITHDRAWAL"
    | "BOND_RETURNED"
    | "RESALE"
    | "RESALE_SOLD";
  licenseId: bigint;
  account: Address;
  token: Address;
  amount: bigint;
  logIndex: number;
}

/** What an account, or a pool, was paid or credited after a release. */
export interface PayoutEntity extends Place {
  kind: "OWNER" | "POOL" | "ROYALTY" | "FEE" | "DEFERRED" | "CREDIT" | "CLAIM";
  account: Address;
  token: Address;
  amount: bigint;
  /** What was divided, for royalties with the part that went on to the parent's own parents; else the amount. */
  gross: bigint;
  /** Super tokens that went to a pool's members. */
  distributed: bigint | null;
  source: Address;
  logIndex: number;
}

/** What a parent version earned from its children and was paid, per token and owner of the time; `parentRef` is `<chain>-<dataset>`. */
export interface RoyaltyEntity {
  parentRef: string;
  parentVersion: number;
  token: Address;
  owner: Address;
  accrued: bigint;
  paid: bigint;
}

/** A UTC day in a token; `day` counts from 1970. */
export interface DailyTotalEntity {
  day: number;
  token: Address;
  sales: number;
  volume: bigint;
  released: bigint;
  refunded: bigint;
  fees: bigint;
}

/** A resale as announced; one that ran out stays ANNOUNCED. TAKEN is by the dataset's owner, DONE by the buyer. */
export interface ResaleEntity {
  licenseId: bigint;
  holder: Address;
  buyer: Address;
  token: Address;
  price: bigint;
  state: "ANNOUNCED" | "CANCELLED" | "REPLACED" | "TAKEN" | "DONE";
  refusalUntil: bigint;
  openUntil: bigint;
  takenBy: Address | null;
  announcedAt: bigint;
  updatedAt: bigint;
  transactionHash: Hex;
}

/** A list of contributors. */
export interface ContributorListEntity {
  list: Address;
  datasetId: bigint;
  root: Hex;
  totalUnits: bigint;
  contributorCount: number;
  createdAt: bigint;
  transactionHash: Hex;
}

/** An account's place in a list. */
export interface ContributorEntity {
  account: Address;
  units: bigint;
  list: ContributorListEntity;
}

/** What a list paid of an account's part. */
export interface ContributorPayoutEntity extends Place {
  account: Address;
  token: Address;
  receiver: Address;
  amount: bigint;
  list: Pick<ContributorListEntity, "list" | "datasetId">;
  logIndex: number;
}

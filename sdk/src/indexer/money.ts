import type { Address } from "viem";
import type { IndexerOptions, Page } from "./client.js";
import type {
  ContributorEntity,
  ContributorListEntity,
  ContributorPayoutEntity,
  DailyTotalEntity,
  EpochRangeEntity,
  LiveStreamEntity,
  MeterEntity,
  PaymentEntity,
  PayoutEntity,
  ResaleEntity,
  RevenueShareEntity,
  RevenueStatementEntity,
  RoyaltyEntity,
  StreamEntity,
  VoucherEntity,
} from "./money-entities.js";
import { type Filters, type PageParameters, readRow, readRows, rowId } from "./rows.js";

const PLACE = "at transactionHash";
const LIST = "list datasetId root totalUnits contributorCount createdAt transactionHash";
/** Fields by entity, as the indexer names both. */
const FIELDS = {
  stream: `licenseId payer vault token superToken rate start flowAt flowRate flowReceived unpaid stray pausedAt frozen noticeBy
    endsAt endedAt settled reportedTo reportHash deadline contester contestBond released refunded swept collected updatedAt`,
  liveStream: `licenseId payer poolVault restVault token superToken rate poolRate passing passingSince frozen noticeBy endsAt
    endedAt passedToPool passedRest released buffered returned openedAt updatedAt`,
  epochRange: `fromEpoch toEpoch outcome token released refunded ${PLACE}`,
  meter: `licenseId sponsor token units spent funded released sequence vouchers thawing thawedAt debtor lapsesAt frozen
    redeemableUntil finishedAt openedAt updatedAt`,
  voucher: `licenseId sequence signer units amount billedUnits billed released ${PLACE}`,
  revenueShare: `licenseId payer token guarantee held stated missed cureUntil owed debt credit lastPeriod endsAt frozen closedAt
    openedAt updatedAt`,
  revenueStatement: `licenseId period by token revenue owed paid reportHash ${PLACE}`,
  payment: `kind licenseId account token amount logIndex ${PLACE}`,
  payout: `kind account token amount gross distributed source logIndex ${PLACE}`,
  royalty: "parentRef parentVersion token owner accrued paid",
  dailyTotal: "day token sales volume released refunded fees",
  resale: `licenseId holder buyer token price state refusalUntil openUntil takenBy announcedAt updatedAt transactionHash`,
  contributorList: LIST,
  contributor: `account units list { ${LIST} }`,
  contributorPayout: `account token receiver amount list { list datasetId } logIndex ${PLACE}`,
} as const;
type Entity = keyof typeof FIELDS;

/** A license on a chain. */
export interface LicenseOfChain {
  chainId: number;
  licenseId: bigint;
}

const idOf = ({ chainId, licenseId }: LicenseOfChain) => rowId(chainId, licenseId);

const row = <T>(options: IndexerOptions, name: Entity, id: string): Promise<T | null> =>
  readRow(options, { name, fields: FIELDS[name] }, id);
const rows = <T>(
  options: IndexerOptions,
  name: Entity,
  orderBy: string,
  page: PageParameters,
  filters: Filters,
): Promise<Page<T>> => readRows(options, { name, fields: FIELDS[name] }, orderBy, page, filters);

/** A license's stream as the indexer saw it last, null when it has none. */
export const getStream = (options: IndexerOptions, license: LicenseOfChain): Promise<StreamEntity | null> =>
  row(options, "stream", idOf(license));

/** Streams, all or of one payer, the latest change first. */
export const getStreams = (
  options: IndexerOptions,
  { payer, ...page }: PageParameters & { payer?: Address },
): Promise<Page<StreamEntity>> => rows(options, "stream", "updatedAt", page, { payer });

/** A license's live stream as the indexer saw it last, null when it has none. */
export const getLiveStream = (options: IndexerOptions, license: LicenseOfChain): Promise<LiveStreamEntity | null> =>
  row(options, "liveStream", idOf(license));

/** Concluded epochs of a license's stream, the latest first. */
export const getEpochs = (
  options: IndexerOptions,
  { licenseId, ...page }: PageParameters & LicenseOfChain,
): Promise<Page<EpochRangeEntity>> =>
  rows(options, "epochRange", "toEpoch", page, { streamRef: idOf({ ...page, licenseId }) });

/** A license's meter as the indexer saw it last, null when it has none. */
export const getMeter = (options: IndexerOptions, license: LicenseOfChain): Promise<MeterEntity | null> =>
  row(options, "meter", idOf(license));

/** Vouchers that were billed under a license, the latest first. */
export const getVouchers = (
  options: IndexerOptions,
  { licenseId, ...page }: PageParameters & LicenseOfChain,
): Promise<Page<VoucherEntity>> =>
  rows(options, "voucher", "sequence", page, { meterRef: idOf({ ...page, licenseId }) });

/** A license's revenue share as the indexer saw it last, null when it has none. */
export const getRevenueShare = (options: IndexerOptions, license: LicenseOfChain): Promise<RevenueShareEntity | null> =>
  row(options, "revenueShare", idOf(license));

/** Revenue statements under a license, the latest period first. */
export const getRevenueStatements = (
  options: IndexerOptions,
  { licenseId, ...page }: PageParameters & LicenseOfChain,
): Promise<Page<RevenueStatementEntity>> =>
  rows(options, "revenueStatement", "period", page, { shareRef: idOf({ ...page, licenseId }) });

/** Payments of an account or under a license, the latest first. */
export const getPayments = (
  options: IndexerOptions,
  { account, licenseId, ...page }: PageParameters & { account?: Address; licenseId?: bigint },
): Promise<Page<PaymentEntity>> => rows(options, "payment", "at", page, { account, licenseId });

/** Payouts to an account, the latest first. What pools pay is in the pool's name: see `getPayoutStatement` for shares. */
export const getPayouts = (
  options: IndexerOptions,
  { account, ...page }: PageParameters & { account?: Address },
): Promise<Page<PayoutEntity>> => rows(options, "payout", "at", page, { account });

/** Royalties of an owner, the largest accrual first. */
export const getRoyalties = (
  options: IndexerOptions,
  { owner, ...page }: PageParameters & { owner?: Address },
): Promise<Page<RoyaltyEntity>> => rows(options, "royalty", "accrued", page, { owner });

/** Totals by day, the latest first. */
export const getDailyTotals = (
  options: IndexerOptions,
  { token, ...page }: PageParameters & { token?: Address },
): Promise<Page<DailyTotalEntity>> => rows(options, "dailyTotal", "day", page, { token });

/** Resales of a license, by a holder or to a buyer, the latest first. */
export const getResales = (
  options: IndexerOptions,
  filters: PageParameters & { licenseId?: bigint; datasetId?: bigint; holder?: Address; buyer?: Address },
): Promise<Page<ResaleEntity>> => {
  const { licenseId, datasetId, holder, buyer, ...page } = filters;
  const datasetRef = datasetId === undefined ? undefined : `${page.chainId}-${datasetId}`;
  return rows(options, "resale", "announcedAt", page, { licenseId, datasetRef, holder, buyer });
};

/** Lists of contributors, all or of a dataset, the latest first. */
export const getContributorLists = (
  options: IndexerOptions,
  { datasetId, ...page }: PageParameters & { datasetId?: bigint },
): Promise<Page<ContributorListEntity>> => rows(options, "contributorList", "createdAt", page, { datasetId });

/** Lists in which an account is, the largest share first. */
export const getContributorShares = (
  options: IndexerOptions,
  { account, ...page }: PageParameters & { account: Address },
): Promise<Page<ContributorEntity>> => rows(options, "contributor", "units", page, { account });

/** What lists paid to an account, the latest first. */
export const getContributorPayouts = (
  options: IndexerOptions,
  { account, ...page }: PageParameters & { account?: Address },
): Promise<Page<ContributorPayoutEntity>> => rows(options, "contributorPayout", "at", page, { account });

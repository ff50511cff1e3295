export type { InvoiceDetails } from "../formats/invoice-details.js";
export * from "../statements/index.js";
export type * from "./bond-entities.js";
export { IndexerError, type IndexerOptions, type Page } from "./client.js";
export * from "./entities.js";
export {
  getContributorLists,
  getContributorPayouts,
  getContributorShares,
  getDailyTotals,
  getEpochs,
  getLiveStream,
  getMeter,
  getPayments,
  getPayouts,
  getResales,
  getRevenueShare,
  getRevenueStatements,
  getRoyalties,
  getStream,
  getStreams,
  getVouchers,
  type LicenseOfChain,
} from "./money.js";
export * from "./money-entities.js";
export { offerOf } from "./offer.js";
export {
  getDataset,
  getIndexedBlock,
  getLicense,
  getLicenses,
  type SearchParameters,
  searchDatasets,
} from "./queries.js";
export type { PageParameters } from "./rows.js";
export {
  type DisputesParameters,
  getBondHistory,
  getChallenges,
  getConsent,
  getConsents,
  getDispute,
  getDisputes,
  getFaults,
  getProvider,
  getQualityRequest,
  getQualityRequests,
  getRecall,
  getSlashes,
} from "./trust.js";
export * from "./trust-entities.js";
export {
  type AsOf,
  type BadgesParameters,
  getBadges,
  getCover,
  getIssuer,
  getRecallInbox,
  getRecallLicenses,
  getReputation,
  type ReputationOf,
  type TrustPage,
} from "./trust-routes.js";

export type { InvoiceDetails } from "../formats/invoice-details.js";
export * from "../statements/index.js";
export { IndexerError, type IndexerOptions, type Page } from "./client.js";
export * from "./entities.js";
export {
  getContributorLists,
  getContributorPayouts,
  getContributorShares,
  getDailyTotals,
  getEpochs,
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
  type PageParameters,
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

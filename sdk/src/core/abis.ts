/** ABIs by contract name. Types only: actions bring the ABI values they use, so bundlers keep no other. */
import type {
  contributorListAbi,
  contributorListsAbi,
  datasetRegistryAbi,
  escrowRailAbi,
  keyNetworkAbi,
  licenseMarketAbi,
  licenseTokenAbi,
  meterRailAbi,
  protocolConfigAbi,
  revenueDistributorAbi,
  revenueShareRailAbi,
  streamOffersAbi,
  streamRailAbi,
  streamVaultAbi,
  termsRegistryAbi,
} from "@colophon-protocol/contracts";

/** Contract name → type of its ABI. Named here so that declaration files say `Abis["LicenseMarket"]`, not 12 kB of literal. */
export interface Abis {
  DatasetRegistry: typeof datasetRegistryAbi;
  TermsRegistry: typeof termsRegistryAbi;
  LicenseMarket: typeof licenseMarketAbi;
  LicenseToken: typeof licenseTokenAbi;
  EscrowRail: typeof escrowRailAbi;
  StreamRail: typeof streamRailAbi;
  StreamOffers: typeof streamOffersAbi;
  StreamVault: typeof streamVaultAbi;
  MeterRail: typeof meterRailAbi;
  RevenueShareRail: typeof revenueShareRailAbi;
  RevenueDistributor: typeof revenueDistributorAbi;
  ContributorLists: typeof contributorListsAbi;
  ContributorList: typeof contributorListAbi;
  KeyNetwork: typeof keyNetworkAbi;
  ProtocolConfig: typeof protocolConfigAbi;
}

/** Contracts that have actions. */
export type ActionContract = keyof Abis;

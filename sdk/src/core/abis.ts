/** ABIs by contract name. Types only: actions bring the ABI values they use, so bundlers keep no other. */
import type {
  attestationRegistryAbi,
  checkpointLogAbi,
  computeReceiptsAbi,
  consentRegistryAbi,
  contributorListAbi,
  contributorListsAbi,
  councilArbitratorAbi,
  datasetRegistryAbi,
  disputeManagerAbi,
  erc792ArbitratorAbi,
  escrowRailAbi,
  keyNetworkAbi,
  licenseMarketAbi,
  licenseTokenAbi,
  liveStreamRailAbi,
  liveVaultAbi,
  meterRailAbi,
  objectiveFaultsAbi,
  proofRegistryAbi,
  protocolConfigAbi,
  providerBondAbi,
  qualityOracleAbi,
  recallsAbi,
  revenueDistributorAbi,
  revenueShareRailAbi,
  serviceChallengesAbi,
  streamOffersAbi,
  streamRailAbi,
  streamVaultAbi,
  termsRegistryAbi,
  umaArbitratorAbi,
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
  LiveStreamRail: typeof liveStreamRailAbi;
  LiveVault: typeof liveVaultAbi;
  MeterRail: typeof meterRailAbi;
  RevenueShareRail: typeof revenueShareRailAbi;
  RevenueDistributor: typeof revenueDistributorAbi;
  ContributorLists: typeof contributorListsAbi;
  ContributorList: typeof contributorListAbi;
  KeyNetwork: typeof keyNetworkAbi;
  ProtocolConfig: typeof protocolConfigAbi;
  ProviderBond: typeof providerBondAbi;
  ObjectiveFaults: typeof objectiveFaultsAbi;
  ServiceChallenges: typeof serviceChallengesAbi;
  DisputeManager: typeof disputeManagerAbi;
  CouncilArbitrator: typeof councilArbitratorAbi;
  UmaArbitrator: typeof umaArbitratorAbi;
  Erc792Arbitrator: typeof erc792ArbitratorAbi;
  AttestationRegistry: typeof attestationRegistryAbi;
  ConsentRegistry: typeof consentRegistryAbi;
  Recalls: typeof recallsAbi;
  QualityOracle: typeof qualityOracleAbi;
  ProofRegistry: typeof proofRegistryAbi;
  ComputeReceipts: typeof computeReceiptsAbi;
  CheckpointLog: typeof checkpointLogAbi;
}

/** Contracts that have actions. */
export type ActionContract = keyof Abis;

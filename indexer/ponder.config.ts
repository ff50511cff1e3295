import {
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
  streamRailAbi,
  streamVaultAbi,
  termsRegistryAbi,
  umaArbitratorAbi,
} from "@colophon-protocol/contracts";
import { createConfig, factory, mergeAbis } from "ponder";
import { getAbiItem } from "viem";
import { deployment, rpcUrls } from "./src/settings";

const at = (name: string) => {
  const contract = deployment.contracts[name];
  if (!contract)
    throw new Error(`The deployment file has no contract named ${name}; deploy it or choose another file.`);
  return { chain: "colophon" as const, address: contract.address, startBlock: contract.block };
};

export default createConfig({
  ...(process.env.DATABASE_URL
    ? { database: { kind: "postgres", connectionString: process.env.DATABASE_URL } as const }
    : { database: { kind: "pglite", directory: process.env.COLOPHON_INDEXER_DIR ?? ".ponder/pglite" } as const }),
  chains: {
    colophon: {
      id: deployment.chainId,
      // Ponder limits requests per URL; the same URL several times lifts the limit for a chain of our own.
      rpc: rpcUrls,
      pollingInterval: 250,
      disableCache: deployment.chainId === 31337,
    },
  },
  contracts: {
    DatasetRegistry: { abi: datasetRegistryAbi, ...at("DatasetRegistry") },
    TermsRegistry: { abi: termsRegistryAbi, ...at("TermsRegistry") },
    LicenseMarket: { abi: licenseMarketAbi, ...at("LicenseMarket") },
    LicenseToken: { abi: licenseTokenAbi, ...at("LicenseToken") },
    EscrowRail: { abi: escrowRailAbi, ...at("EscrowRail") },
    StreamRail: { abi: streamRailAbi, ...at("StreamRail") },
    // Every streaming license has a vault of its own.
    StreamVault: {
      abi: streamVaultAbi,
      ...at("StreamRail"),
      address: factory({
        address: at("StreamRail").address,
        event: getAbiItem({ abi: streamRailAbi, name: "StreamOpened" }),
        parameter: "vault",
      }),
    },
    LiveStreamRail: { abi: liveStreamRailAbi, ...at("LiveStreamRail") },
    MeterRail: { abi: meterRailAbi, ...at("MeterRail") },
    RevenueShareRail: { abi: revenueShareRailAbi, ...at("RevenueShareRail") },
    RevenueDistributor: { abi: revenueDistributorAbi, ...at("RevenueDistributor") },
    ContributorLists: { abi: contributorListsAbi, ...at("ContributorLists") },
    // Every list of contributors is an account of its own.
    ContributorList: {
      abi: contributorListAbi,
      ...at("ContributorLists"),
      address: factory({
        address: at("ContributorLists").address,
        event: getAbiItem({ abi: contributorListsAbi, name: "ListCreated" }),
        parameter: "list",
      }),
    },
    ProviderBond: { abi: providerBondAbi, ...at("ProviderBond") },
    ObjectiveFaults: { abi: objectiveFaultsAbi, ...at("ObjectiveFaults") },
    ServiceChallenges: { abi: serviceChallengesAbi, ...at("ServiceChallenges") },
    DisputeManager: { abi: disputeManagerAbi, ...at("DisputeManager") },
    CouncilArbitrator: { abi: councilArbitratorAbi, ...at("CouncilArbitrator") },
    // The adapters of other protocols, by the list of arbitrators, on which the council is too.
    ExternalArbitrator: {
      abi: mergeAbis([umaArbitratorAbi, erc792ArbitratorAbi]),
      ...at("DisputeManager"),
      address: factory({
        address: at("DisputeManager").address,
        event: getAbiItem({ abi: disputeManagerAbi, name: "JudgeSet" }),
        parameter: "arbitrator",
      }),
    },
    AttestationRegistry: { abi: attestationRegistryAbi, ...at("AttestationRegistry") },
    ConsentRegistry: { abi: consentRegistryAbi, ...at("ConsentRegistry") },
    Recalls: { abi: recallsAbi, ...at("Recalls") },
    QualityOracle: { abi: qualityOracleAbi, ...at("QualityOracle") },
    ComputeReceipts: { abi: computeReceiptsAbi, ...at("ComputeReceipts") },
    ProofRegistry: { abi: proofRegistryAbi, ...at("ProofRegistry") },
    CheckpointLog: { abi: checkpointLogAbi, ...at("CheckpointLog") },
    KeyNetwork: { abi: keyNetworkAbi, ...at("KeyNetwork") },
    ProtocolConfig: { abi: protocolConfigAbi, ...at("ProtocolConfig") },
  },
  blocks: {
    // Manifests that no source had when their version was added are asked for again, once history is in: the query would make
    // Ponder write all its rows out each time, and asking again minutes of history later finds nothing new.
    MissingManifests: { chain: "colophon", interval: 20, startBlock: "latest" },
  },
});

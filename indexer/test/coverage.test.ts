import { readdirSync, readFileSync } from "node:fs";
import * as contracts from "@colophon-protocol/contracts";
import type { Abi } from "viem";
import { expect, it } from "vitest";

/** Events that say nothing which another one, or nobody's row, would: plumbing of proxies and of the token standards. */
const PLUMBING = new Set([
  "Approval",
  "ApprovalForAll",
  "AuthorityUpdated",
  "BatchMetadataUpdate",
  "Initialized",
  "MetadataUpdate",
  "StateChanged",
  "Unlocked",
  "Upgraded",
]);

/** Events that say what another event of the same contract says in full. */
const TOLD: Record<string, readonly string[]> = {
  // A badge never moves: its token's events are those of its issue.
  AttestationRegistry: ["Transfer", "Locked"],
  LicenseToken: ["Locked"],
  // What a court of another protocol reads; the dispute manager's own events have it.
  Erc792Arbitrator: ["Dispute", "Evidence", "MetaEvidence", "Ruling"],
};

/** Under which name of the configuration a contract is indexed, where that is not its own. */
const NAME: Record<string, string> = { Erc792Arbitrator: "ExternalArbitrator", UmaArbitrator: "ExternalArbitrator" };

const INDEXED: Record<string, Abi> = {
  DatasetRegistry: contracts.datasetRegistryAbi as Abi,
  TermsRegistry: contracts.termsRegistryAbi as Abi,
  LicenseMarket: contracts.licenseMarketAbi as Abi,
  LicenseToken: contracts.licenseTokenAbi as Abi,
  EscrowRail: contracts.escrowRailAbi as Abi,
  StreamRail: contracts.streamRailAbi as Abi,
  StreamVault: contracts.streamVaultAbi as Abi,
  LiveStreamRail: contracts.liveStreamRailAbi as Abi,
  MeterRail: contracts.meterRailAbi as Abi,
  RevenueShareRail: contracts.revenueShareRailAbi as Abi,
  RevenueDistributor: contracts.revenueDistributorAbi as Abi,
  ContributorLists: contracts.contributorListsAbi as Abi,
  ContributorList: contracts.contributorListAbi as Abi,
  KeyNetwork: contracts.keyNetworkAbi as Abi,
  ProtocolConfig: contracts.protocolConfigAbi as Abi,
  ProviderBond: contracts.providerBondAbi as Abi,
  ObjectiveFaults: contracts.objectiveFaultsAbi as Abi,
  ServiceChallenges: contracts.serviceChallengesAbi as Abi,
  DisputeManager: contracts.disputeManagerAbi as Abi,
  CouncilArbitrator: contracts.councilArbitratorAbi as Abi,
  UmaArbitrator: contracts.umaArbitratorAbi as Abi,
  Erc792Arbitrator: contracts.erc792ArbitratorAbi as Abi,
  AttestationRegistry: contracts.attestationRegistryAbi as Abi,
  ConsentRegistry: contracts.consentRegistryAbi as Abi,
  Recalls: contracts.recallsAbi as Abi,
  QualityOracle: contracts.qualityOracleAbi as Abi,
  ComputeReceipts: contracts.computeReceiptsAbi as Abi,
  ProofRegistry: contracts.proofRegistryAbi as Abi,
  CheckpointLog: contracts.checkpointLogAbi as Abi,
};

const folder = new URL("../src/", import.meta.url);
const handlers = readdirSync(folder, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts"))
  .map((file) => readFileSync(new URL(file, folder), "utf8"))
  .join("\n");

it.each(Object.entries(INDEXED))("handles every event of %s", (name, abi) => {
  const events = abi.flatMap((item) => (item.type === "event" && !PLUMBING.has(item.name) ? [item.name] : []));
  expect(events.length).toBeGreaterThan(0);
  const untold = events.filter((event) => !TOLD[name]?.includes(event));
  expect(untold.filter((event) => !handlers.includes(`"${NAME[name] ?? name}:${event}"`))).toEqual([]);
});

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
  "Locked",
  "MetadataUpdate",
  "StateChanged",
  "Unlocked",
  "Upgraded",
]);

const INDEXED: Record<string, Abi> = {
  DatasetRegistry: contracts.datasetRegistryAbi as Abi,
  TermsRegistry: contracts.termsRegistryAbi as Abi,
  LicenseMarket: contracts.licenseMarketAbi as Abi,
  LicenseToken: contracts.licenseTokenAbi as Abi,
  EscrowRail: contracts.escrowRailAbi as Abi,
  StreamRail: contracts.streamRailAbi as Abi,
  StreamVault: contracts.streamVaultAbi as Abi,
  MeterRail: contracts.meterRailAbi as Abi,
  RevenueShareRail: contracts.revenueShareRailAbi as Abi,
  RevenueDistributor: contracts.revenueDistributorAbi as Abi,
  ContributorLists: contracts.contributorListsAbi as Abi,
  ContributorList: contracts.contributorListAbi as Abi,
  KeyNetwork: contracts.keyNetworkAbi as Abi,
  ProtocolConfig: contracts.protocolConfigAbi as Abi,
};

const folder = new URL("../src/", import.meta.url);
const handlers = readdirSync(folder)
  .filter((file) => file.endsWith(".ts"))
  .map((file) => readFileSync(new URL(file, folder), "utf8"))
  .join("\n");

it.each(Object.entries(INDEXED))("handles every event of %s", (name, abi) => {
  const events = abi.flatMap((item) => (item.type === "event" && !PLUMBING.has(item.name) ? [item.name] : []));
  expect(events.length).toBeGreaterThan(0);
  expect(events.filter((event) => !handlers.includes(`"${name}:${event}"`))).toEqual([]);
});

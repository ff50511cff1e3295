import { useQuery } from "@tanstack/react-query";
import type { Address, Hex } from "viem";
import { useColophon } from "../app";
import { ask, type List } from "../data/graph";

/** A provider's stake in one token; amounts are base units as the indexer writes them. */
export interface AccountRow {
  id: string;
  token: Address;
  own: string;
  delegated: string;
  locked: string;
  allocated: string;
  thawing: string;
  thawedAt: string | null;
  slashed: string;
  slashes: number;
  delegations: List<{ delegator: Address; shares: string; thawingShares: string }>;
  shares: string;
  allocations: List<{
    offerId: Hex;
    offer: { status: string; datasetRef: string; version: number } | null;
  }>;
  slashesTaken: List<SlashRow>;
  timeline: List<BondEventRow>;
}

/** A slash: `toHarmed + toReporter + toTreasury` was taken. */
interface SlashRow {
  id: string;
  toHarmed: string;
  toReporter: string;
  toTreasury: string;
  at: string;
  transactionHash: Hex;
  license: { licenseId: string } | null;
  fault: { kind: string } | null;
}

interface BondEventRow {
  id: string;
  kind: string;
  account: Address | null;
  amount: string;
  at: string;
  transactionHash: Hex;
}

/** A provider whole. */
export interface ProviderRow {
  address: Address;
  payout: Address;
  endpoints: string;
  endpointsHash: Hex;
  termsHash: Hex;
  delegatorBps: number;
  registeredAt: string;
  keys: List<{ key: Address; purposes: number; from: string; until: string | null }>;
  accounts: List<AccountRow>;
  faults: List<{ id: string; kind: string; at: string; refunded: string; transactionHash: Hex; reporter: Address }>;
  challenges: List<{ challengeId: string; state: string; openedAt: string; deadline: string; licenseRef: string }>;
  disputes: List<{ disputeId: string; reason: string; phase: string; outcome: string; openedAt: string }>;
}

const PROVIDER = `query ($id: String!) {
  provider(id: $id) { address payout endpoints endpointsHash termsHash delegatorBps registeredAt
    keys(limit: 100, orderBy: "from", orderDirection: "desc") { items { key purposes from until } }
    accounts(limit: 20) { items { id token own delegated locked allocated thawing thawedAt shares slashed slashes
      delegations(limit: 100) { items { delegator shares thawingShares } }
      allocations(limit: 100) { items { offerId offer { status datasetRef version } } }
      slashesTaken(limit: 50, orderBy: "at", orderDirection: "desc") { items {
        id toHarmed toReporter toTreasury at transactionHash license { licenseId } fault { kind } } }
      timeline(limit: 50, orderBy: "position", orderDirection: "desc") { items { id kind account amount at transactionHash } } } }
    faults(limit: 50, orderBy: "at", orderDirection: "desc") { items { id kind at refunded transactionHash reporter } }
    challenges(limit: 50, orderBy: "openedAt", orderDirection: "desc") { items {
      challengeId state openedAt deadline licenseRef } }
    disputes(limit: 50, orderBy: "openedAt", orderDirection: "desc") { items {
      disputeId reason phase outcome openedAt } } } }`;

/** A provider with its bond, keys and history; null when it never registered. */
export function useProvider(address: string) {
  const { config } = useColophon();
  return useQuery({
    queryKey: ["provider", address.toLowerCase()],
    refetchInterval: 30_000,
    queryFn: async () => {
      const id = `${config.chainId}-${address.toLowerCase()}`;
      return (await ask<{ provider: ProviderRow | null }>(config.indexerUrl, PROVIDER, { id })).provider;
    },
  });
}

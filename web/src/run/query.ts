import { useQuery } from "@tanstack/react-query";
import type { Address, Hex } from "viem";
import { useColophon } from "../app";
import { ask, type List } from "../data/graph";

/** A recorded run as the indexer writes it: times in seconds, numbers as text. */
export interface RunRow {
  recordId: string;
  assurance: "MOCK" | "DEVELOPMENT" | "PRODUCTION";
  grade: number;
  timesBound: boolean;
  runner: Address;
  submitter: Address;
  runManifestHash: Hex;
  licenseSetHash: Hex;
  attestationDigest: Hex | null;
  entries: string;
  distinctEntries: string;
  runStart: string;
  runEnd: string;
  recordedAt: string;
  revokedAt: string | null;
  transactionHash: Hex;
  program: { program: number; vkey: Hex; statementVersion: number; unsoundAt: string | null };
  route: { verifier: Address };
  versions: List<UsedVersion>;
}

/** A licensed version that the run used; `uses` are bits. */
export interface UsedVersion {
  id: string;
  uses: number;
  license: { licenseId: string; offer: { provider: Address } };
  dataset: { datasetId: string; name: string | null };
  datasetVersion: { version: number };
}

/** The receipt that a run names. */
export interface ReceiptRow {
  grade: number;
  jobManifestHash: Hex;
  outputsHash: Hex;
  evidenceHash: Hex;
  startedAt: string;
  endedAt: string;
  transactionHash: Hex;
  signer: { signer: Address; measurement: Hex; revokedAt: string | null };
}

const RUN = `query ($id: String!) {
  run(id: $id) { recordId assurance grade timesBound runner submitter runManifestHash licenseSetHash attestationDigest
    entries distinctEntries runStart runEnd recordedAt revokedAt transactionHash
    program { program vkey statementVersion unsoundAt } route { verifier }
    versions(limit: 64) { items { id uses license { licenseId offer { provider } } dataset { datasetId name } datasetVersion { version } } } } }`;

const RECEIPT = `query ($id: String!) {
  computeReceipt(id: $id) { grade jobManifestHash outputsHash evidenceHash startedAt endedAt transactionHash
    signer { signer measurement revokedAt } } }`;

/** A run with its receipt; null when there is no such record. */
export function useRun(recordId: string) {
  const { config } = useColophon();
  const idOf = (part: string) => `${config.chainId}-${part}`;
  return useQuery({
    queryKey: ["run", recordId],
    refetchInterval: 30_000,
    queryFn: async () => {
      if (!/^\d{1,77}$/.test(recordId)) return null;
      const { run } = await ask<{ run: RunRow | null }>(config.indexerUrl, RUN, { id: idOf(recordId) });
      if (!run?.attestationDigest) return run && { run, receipt: null };
      const named = { id: idOf(run.attestationDigest) };
      const { computeReceipt } = await ask<{ computeReceipt: ReceiptRow | null }>(config.indexerUrl, RECEIPT, named);
      return { run, receipt: computeReceipt };
    },
  });
}

/** A record of adherence under one license. */
export interface AdherenceRow {
  id: string;
  grade: number;
  at: string;
  run: { recordId: string; revokedAt: string | null; entries: string; program: { unsoundAt: string | null } };
}

const OF_LICENSE = `query ($license: String!) {
  adherences(where: { licenseRef: $license }, orderBy: "at", orderDirection: "desc", limit: 50) { items {
    id grade at run { recordId revokedAt entries program { unsoundAt } } } } }`;

/** The runs that were recorded under a license, newest first. */
export function useRunsOfLicense(licenseId: bigint) {
  const { config } = useColophon();
  return useQuery({
    queryKey: ["runs of license", String(licenseId)],
    refetchInterval: 30_000,
    queryFn: async () => {
      const license = `${config.chainId}-${licenseId}`;
      return (await ask<{ adherences: List<AdherenceRow> }>(config.indexerUrl, OF_LICENSE, { license })).adherences
        .items;
    },
  });
}

import { getPayoutStatement } from "@colophon-protocol/sdk/indexer";
import { useQuery } from "@tanstack/react-query";
import type { Address } from "viem";
import { useColophon } from "../app";
import { ask, type List } from "./graph";

/** A period as the statements take it: `from` counts, `to` does not; seconds, left out for open. */
export interface StatementPeriod {
  from?: bigint;
  to?: bigint;
}

/** A split that an account is a member of, with the pools that pay it. */
export interface Membership {
  datasetId: bigint;
  dataset: string | null;
  split: number;
  shareBps: number;
  totalBps: number;
  tokens: Address[];
}

/** A stream into one of an account's datasets, as the indexer saw it last; units are of the super token. */
export interface IncomingStream {
  licenseId: bigint;
  datasetId: bigint;
  dataset: string | null;
  token: Address;
  streamed: { received: bigint; rate: bigint; at: number };
  /** Base units of the token that concluded epochs released or refunded. */
  concluded: bigint;
}

/** Most rows of one kind that the page asks for. */
const MOST = 1000;

/** What an account earned in a period: its statement, and which split each license was sold under. */
export function useStatement(account: Address | undefined, period: StatementPeriod) {
  const { config } = useColophon();
  return useQuery({
    queryKey: ["statement", account, String(period.from), String(period.to)],
    enabled: account !== undefined,
    retry: false,
    queryFn: async () => {
      const statement = await getPayoutStatement(
        { url: config.indexerUrl },
        { account: account as Address, ...period },
      );
      const ids = [
        ...new Set(statement.lines.flatMap(({ licenseId }) => (licenseId === null ? [] : [String(licenseId)]))),
      ];
      const { licenses } = await ask<{ licenses: List<{ licenseId: string; split: number }> }>(
        config.indexerUrl,
        `query ($ids: [BigInt]) { licenses(where: { licenseId_in: $ids }, limit: ${MOST}) { items { licenseId split } } }`,
        { ids: ids.slice(0, MOST) },
      );
      return { statement, splits: new Map(licenses.items.map(({ licenseId, split }) => [BigInt(licenseId), split])) };
    },
  });
}

interface MemberRow {
  shareBps: number;
  split: {
    split: number;
    totalBps: number;
    dataset: { datasetId: string; name: string | null };
    pools: List<{ token: Address }>;
  };
}

interface DatasetRow {
  datasetId: string;
  name: string | null;
  licenses: List<{ licenseId: string; stream: StreamRow | null }>;
}

interface StreamRow {
  token: Address;
  flowAt: string;
  flowRate: string;
  flowReceived: string;
  released: string;
  refunded: string;
  endedAt: string | null;
}

/** Where an account's money comes from: the splits that it is in, and the streams into its own datasets. */
export function useSources(account: Address | undefined) {
  const { config } = useColophon();
  return useQuery({
    queryKey: ["sources", account],
    enabled: account !== undefined,
    refetchInterval: 30_000,
    queryFn: async () => {
      const { splitMembers, datasets } = await ask<{ splitMembers: List<MemberRow>; datasets: List<DatasetRow> }>(
        config.indexerUrl,
        `query ($account: String!, $chainId: Int!) {
          splitMembers(where: { chainId: $chainId, account: $account }, limit: ${MOST}) { items { shareBps split {
            split totalBps dataset { datasetId name } pools { items { token } } } } }
          datasets(where: { chainId: $chainId, owner: $account }, limit: ${MOST}) { items { datasetId name
            licenses(where: { rail: 2 }, limit: ${MOST}) { items { licenseId stream {
              token flowAt flowRate flowReceived released refunded endedAt } } } } } }`,
        { account: (account as string).toLowerCase(), chainId: config.chainId },
      );
      return { memberships: splitMembers.items.map(membershipOf), streams: datasets.items.flatMap(streamsOf) };
    },
  });
}

const membershipOf = ({ shareBps, split: { split, totalBps, dataset, pools } }: MemberRow): Membership => ({
  datasetId: BigInt(dataset.datasetId),
  dataset: dataset.name,
  split,
  shareBps,
  totalBps,
  tokens: pools.items.map(({ token }) => token),
});

function streamsOf({ datasetId, name, licenses }: DatasetRow): IncomingStream[] {
  return licenses.items.flatMap(({ licenseId, stream }) =>
    stream && stream.endedAt === null
      ? [
          {
            licenseId: BigInt(licenseId),
            datasetId: BigInt(datasetId),
            dataset: name,
            token: stream.token,
            streamed: {
              received: BigInt(stream.flowReceived),
              rate: BigInt(stream.flowRate),
              at: Number(stream.flowAt),
            },
            concluded: BigInt(stream.released) + BigInt(stream.refunded),
          },
        ]
      : [],
  );
}

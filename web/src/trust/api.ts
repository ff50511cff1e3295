import { useQuery } from "@tanstack/react-query";
import type { Address, Hex } from "viem";
import { useColophon } from "../app";

/** Asks one of the indexer's own paths. @throws Error with the indexer's words */
export async function get<T>(indexerUrl: string, path: string): Promise<T | null> {
  const response = await fetch(`${indexerUrl}${path}`);
  if (response.status === 404) return null;
  const answer = (await response.json()) as T & { error?: string };
  if (!response.ok) throw new Error(answer.error ?? "The indexer gave no answer.");
  return answer;
}

/** An attestation on chain with what it is worth now. */
export interface BadgeRow {
  id: string;
  badgeId: string;
  issuer: Address;
  subjectKind: "DATASET" | "VERSION" | "PROVIDER" | "PERSON";
  versionRef: string | null;
  standing: string;
  issuedAt: string;
  expiresAt: string | null;
  transactionHash: Hex;
  schema: { name: string | null; known: boolean; fields: string };
}

/** Badges of a dataset and its versions, or of a provider; newest first. */
export function useBadges(of: { dataset: bigint } | { provider: string }) {
  const { config } = useColophon();
  const query = "dataset" in of ? `dataset=${of.dataset}` : `provider=${of.provider}`;
  return useQuery({
    queryKey: ["badges", query],
    queryFn: async () => (await get<{ items: BadgeRow[] }>(config.indexerUrl, `/badges?${query}`))?.items ?? [],
  });
}

/** What stands behind an offer, base units of its token. */
export interface Cover {
  allocated: bigint;
  required: bigint;
  perPurchase: bigint;
  covered: boolean;
}

/** How far a purchase of an offer is covered by its provider's bond; null for an offer that the indexer does not know. */
export function useCover(offerId: Hex) {
  const { config } = useColophon();
  return useQuery({
    queryKey: ["cover", offerId],
    queryFn: async (): Promise<Cover | null> => {
      type Row = Record<"allocated" | "required" | "perPurchase", string> & { covered: boolean };
      const row = await get<Row>(config.indexerUrl, `/cover/${offerId}`);
      if (!row) return null;
      const { allocated, required, perPurchase, covered } = row;
      return { allocated: BigInt(allocated), required: BigInt(required), perPurchase: BigInt(perPurchase), covered };
    },
  });
}

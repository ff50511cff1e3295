import {
  type BadgesParameters,
  getBadges,
  getCover,
  getReputation,
  type ReputationOf,
} from "@colophon-protocol/sdk/indexer";
import { useQuery } from "@tanstack/react-query";
import type { Hex } from "viem";
import { useColophon } from "../app";

/** Badges of a dataset and its versions, or of a provider; newest first. */
export function useBadges(of: Pick<BadgesParameters, "datasetId" | "provider">) {
  const { config } = useColophon();
  return useQuery({
    queryKey: ["badges", String(of.datasetId), of.provider],
    queryFn: async () => (await getBadges({ url: config.indexerUrl }, of)).items,
  });
}

/** How far a purchase of an offer is covered by its provider's bond; null for an offer that the indexer does not know. */
export function useCover(offerId: Hex) {
  const { config } = useColophon();
  return useQuery({
    queryKey: ["cover", offerId],
    queryFn: () => getCover({ url: config.indexerUrl }, { offerId }),
  });
}

/** A score as of now, with its terms. */
export function useReputation(of: ReputationOf) {
  const { config } = useColophon();
  return useQuery({
    queryKey: ["reputation", of.kind, String(of.id).toLowerCase()],
    queryFn: () => getReputation({ url: config.indexerUrl }, of),
  });
}

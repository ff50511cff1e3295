import {
  getDataset,
  getLicense,
  getLicenses,
  type SearchParameters,
  searchDatasets,
} from "@colophon-protocol/sdk/indexer";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { Address } from "viem";
import { useColophon } from "../app";

/** Search results; the page before stays while the next one loads. */
export function useSearch(parameters: SearchParameters) {
  const { config } = useColophon();
  return useQuery({
    queryKey: ["search", parameters],
    queryFn: () => searchDatasets({ url: config.indexerUrl }, parameters),
    placeholderData: keepPreviousData,
  });
}

/** A dataset whole. */
export function useDataset(datasetId: string) {
  const { config } = useColophon();
  return useQuery({
    queryKey: ["dataset", datasetId],
    queryFn: () => getDataset({ url: config.indexerUrl }, { chainId: config.chainId, datasetId: BigInt(datasetId) }),
  });
}

/** The licenses that an account holds; asked again while a purchase may be on its way to the indexer. */
export function useLicenses(holder: Address | undefined) {
  const { config } = useColophon();
  return useQuery({
    queryKey: ["licenses", holder],
    enabled: holder !== undefined,
    refetchInterval: 4_000,
    queryFn: () => getLicenses({ url: config.indexerUrl }, { chainId: config.chainId, holder: holder as Address }),
  });
}

/** One license. */
export function useLicense(licenseId: string) {
  const { config } = useColophon();
  return useQuery({
    queryKey: ["license", licenseId],
    refetchInterval: 4_000,
    queryFn: () => getLicense({ url: config.indexerUrl }, { chainId: config.chainId, licenseId: BigInt(licenseId) }),
  });
}

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

/** Ids come from the address bar: only whole numbers within a word name anything. */
const isId = (text: string) => /^\d{1,77}$/.test(text);

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
    queryFn: async () =>
      isId(datasetId)
        ? getDataset({ url: config.indexerUrl }, { chainId: config.chainId, datasetId: BigInt(datasetId) })
        : null,
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
    queryFn: async () =>
      isId(licenseId)
        ? getLicense({ url: config.indexerUrl }, { chainId: config.chainId, licenseId: BigInt(licenseId) })
        : null,
  });
}

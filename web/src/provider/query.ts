import {
  type BondEventEntity,
  getBondHistory,
  getDisputes,
  getProvider,
  getSlashes,
  type Page,
} from "@colophon-protocol/sdk/indexer";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { type Address, isAddress } from "viem";
import { useColophon } from "../app";

const LOOK_MS = 30_000;
const PAGE = 50;

/** A provider with its bond, keys and record; null when it never registered. */
export function useProvider(address: string) {
  const { config } = useColophon();
  return useQuery({
    queryKey: ["provider", address.toLowerCase()],
    enabled: isAddress(address, { strict: false }),
    refetchInterval: LOOK_MS,
    queryFn: () => {
      const { chainId, indexerUrl: url } = config;
      return getProvider({ url }, { chainId, provider: address as Address });
    },
  });
}

/** The last disputes about a provider. */
export function useProviderDisputes(provider: Address) {
  const { config } = useColophon();
  return useQuery({
    queryKey: ["provider-disputes", provider],
    refetchInterval: LOOK_MS,
    queryFn: async () => {
      const { chainId, indexerUrl: url } = config;
      return (await getDisputes({ url }, { chainId, provider, limit: PAGE })).items;
    },
  });
}

/** What moved a provider's bond in one token, newest first, a page at a time. */
export function useBondHistory(provider: Address, token: Address) {
  const { config } = useColophon();
  return useInfiniteQuery({
    queryKey: ["bond-history", provider, token],
    initialPageParam: null as string | null,
    getNextPageParam: ({ cursor }: Page<BondEventEntity>) => cursor,
    queryFn: ({ pageParam: cursor }) => {
      const { chainId, indexerUrl: url } = config;
      return getBondHistory({ url }, { chainId, provider, token, cursor: cursor ?? undefined, limit: PAGE });
    },
  });
}

/** What was taken out of a provider's bond in one token, and who got it. */
export function useSlashes(provider: Address, token: Address) {
  const { config } = useColophon();
  return useQuery({
    queryKey: ["slashes", provider, token],
    queryFn: async () => {
      const { chainId, indexerUrl: url } = config;
      return (await getSlashes({ url }, { chainId, provider, token, limit: 1_000 })).items;
    },
  });
}

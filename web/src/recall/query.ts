import { getRecallInbox } from "@colophon-protocol/sdk/indexer";
import { useQuery } from "@tanstack/react-query";
import type { Address } from "viem";
import { useColophon } from "../app";

/** The recalls of all licenses that an account holds, newest first. */
export function useRecalls(holder: Address | undefined) {
  const { config } = useColophon();
  return useQuery({
    queryKey: ["recalls", holder],
    enabled: holder !== undefined,
    refetchInterval: 4_000,
    queryFn: async () =>
      (await getRecallInbox({ url: config.indexerUrl }, { holder: holder as Address, limit: 200 })).items,
  });
}

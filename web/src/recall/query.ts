import { useQuery } from "@tanstack/react-query";
import type { Hex } from "viem";
import { useColophon } from "../app";
import { get } from "../trust/api";

/** A license of an account that a recall is about. */
export interface RecallRow {
  id: string;
  licenseId: string;
  standing: string;
  action: string;
  answeredAt: string | null;
  recall: {
    recallId: string;
    datasetRef: string;
    version: number;
    reason: string;
    openedAt: string;
    collectsUntil: string;
    deadline: string;
    againUntil: string | null;
    leavesHash: Hex;
    revokedRoot: Hex | null;
    newVersion: number | null;
  };
}

/** The recalls of all licenses that an account holds, newest first. */
export function useRecalls(holder: string | undefined) {
  const { config } = useColophon();
  return useQuery({
    queryKey: ["recalls", holder],
    enabled: holder !== undefined,
    refetchInterval: 4_000,
    queryFn: async () =>
      (await get<{ items: RecallRow[] }>(config.indexerUrl, `/recalls?holder=${holder}&limit=200`))?.items ?? [],
  });
}

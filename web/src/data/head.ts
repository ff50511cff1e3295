import { useQuery } from "@tanstack/react-query";
import { useColophon } from "../app";

const EVERY_MS = 5_000;

/** The newest block of the chain, and the newest that the indexer has taken in. */
export function useHead() {
  const { config } = useColophon();
  const chain = useQuery({
    queryKey: ["head"],
    queryFn: () => chainHead(config.rpcUrl),
    refetchInterval: EVERY_MS,
  });
  const indexed = useQuery({
    queryKey: ["indexer-status"],
    queryFn: () => indexedHead(config.indexerUrl),
    refetchInterval: EVERY_MS,
  });
  return { chain, indexed };
}

/** Asked in plain JSON-RPC: the footer is no reason to load a chain client. */
async function chainHead(rpcUrl: string): Promise<number> {
  const response = await fetch(rpcUrl, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "eth_blockNumber", params: [] }),
  });
  const { result } = (await response.json()) as { result?: string };
  if (!result) throw new Error("The chain named no block.");
  return Number(result);
}

async function indexedHead(indexerUrl: string): Promise<number> {
  const response = await fetch(`${indexerUrl}/status`);
  const status = (await response.json()) as Record<string, { block: { number: number } }>;
  const first = Object.values(status)[0];
  if (!first) throw new Error("The indexer reports no chain.");
  return first.block.number;
}

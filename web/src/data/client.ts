import type { ColophonClient } from "@colophon-protocol/sdk";
import { useConnection, useConnectorClient, usePublicClient } from "wagmi";
import { useColophon } from "../app";

/** The client that signs, once a wallet is connected to the right chain; undefined before. */
export function useSigner(): ColophonClient | undefined {
  const { config } = useColophon();
  const { chainId } = useConnection();
  const { data } = useConnectorClient({ chainId: config.chainId, query: { enabled: chainId === config.chainId } });
  return data as ColophonClient | undefined;
}

/** The client that reads. */
export function useReader(): ColophonClient {
  const { config } = useColophon();
  const client = usePublicClient({ chainId: config.chainId });
  if (!client) throw new Error(`No client is configured for chain ${config.chainId}.`);
  return client as ColophonClient;
}

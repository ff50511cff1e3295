import type { Address, Hex } from "viem";

/** A contract of the deployment. */
interface DeployedContract {
  address: Address;
  block: number;
}

/** What the dApp is told at run time by `/colophon.json`: which chain, which deployment, which services. */
export interface ColophonConfig {
  chainId: number;
  chainName: string;
  rpcUrl: string;
  indexerUrl: string;
  gatewayUrl: string;
  /** URLs of the key nodes, in the order of their share index. */
  keyNodes: string[];
  /** True on a local chain: offers the burner wallet and the faucet. */
  local: boolean;
  deployment: {
    chainId: number;
    contracts: Record<string, DeployedContract>;
    tokens?: Record<string, { address: Address; superToken?: Address; symbol: string; decimals: number }>;
    keyNetworkPublicKey?: Hex;
  };
}

/** Reads the settings; throws with what to do when there are none. */
export async function loadConfig(): Promise<ColophonConfig> {
  const response = await fetch("/colophon.json"); // The page preloads it; options here would make that a second request.
  if (!response.ok) {
    throw new Error(
      "The dApp found no /colophon.json. Serve one beside it that names the chain and its services, or run npm start.",
    );
  }
  return (await response.json()) as ColophonConfig;
}

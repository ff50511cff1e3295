import { defineChain } from "viem";
import { createConfig, http } from "wagmi";
import type { ColophonConfig } from "../config";
import { burner } from "./burner";

/** wagmi for the one chain of the settings. Wallets announce themselves (EIP-6963); a local chain also has a burner. */
export function wagmiConfig(config: ColophonConfig) {
  const chain = defineChain({
    id: config.chainId,
    name: config.chainName,
    nativeCurrency: { name: "Ether", symbol: "ETH", decimals: 18 },
    rpcUrls: { default: { http: [config.rpcUrl] } },
  });
  return createConfig({
    chains: [chain],
    connectors: config.local ? [burner(chain, config.rpcUrl)] : [],
    transports: { [chain.id]: http(config.rpcUrl) },
    pollingInterval: config.local ? 500 : 4_000,
  });
}

import { defineChain } from "viem";
import { type Config, createConfig, http } from "wagmi";
import { reconnect } from "wagmi/actions";
import type { ColophonConfig } from "../config";
import { burner } from "./burner";

let made: Config | undefined;

/**
 * wagmi for the one chain of the settings, made once and connected to the wallet of an earlier visit. Wallets announce
 * themselves (EIP-6963); a local chain also has a burner.
 */
export function walletConfig(config: ColophonConfig): Config {
  if (!made) {
    made = create(config);
    void reconnect(made);
  }
  return made;
}

function create(config: ColophonConfig): Config {
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

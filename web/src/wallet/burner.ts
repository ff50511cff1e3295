import { type EIP1193Parameters, numberToHex } from "viem";
import type { Chain } from "viem/chains";
import { createConnector } from "wagmi";
import type { BurnerKey } from "./burner-key";
import { BURNER_KEY, BURNER_LEFT, burnerInUse } from "./used";

/**
 * A wallet whose key lives in this browser: for the local chain only, where money is free. It lets a visitor try the
 * whole path without installing anything. Its key and the code to sign with it are loaded when they are first needed.
 */
export function burner(chain: Chain, rpcUrl: string) {
  let opened: Promise<BurnerKey> | undefined;
  const open = () => {
    opened ??= import("./burner-key").then(({ openKey }) => openKey(BURNER_KEY, chain, rpcUrl));
    return opened.catch((error) => {
      opened = undefined; // The next click tries again.
      throw error;
    });
  };
  const accounts = async () => (burnerInUse() ? [(await open()).address] : []);

  async function request(call: EIP1193Parameters): Promise<unknown> {
    switch (call.method as string) {
      case "eth_accounts":
        return accounts();
      case "eth_requestAccounts":
        return [(await open()).address];
      case "eth_chainId":
        return numberToHex(chain.id);
      case "wallet_switchEthereumChain":
        return null;
      default:
        return (await open()).request(call);
    }
  }

  const provider = { on: () => {}, removeListener: () => {}, request };

  return createConnector((config) => ({
    id: "burner",
    name: "Burner wallet (this browser, local chain)",
    type: "burner",
    async connect() {
      const { address } = await open();
      localStorage.removeItem(BURNER_LEFT);
      return { accounts: [address] as never, chainId: chain.id };
    },
    async disconnect() {
      localStorage.setItem(BURNER_LEFT, "1");
    },
    getAccounts: accounts,
    getChainId: async () => chain.id,
    getProvider: async () => provider,
    isAuthorized: async () => burnerInUse(),
    onAccountsChanged() {},
    onChainChanged() {},
    onDisconnect() {
      config.emitter.emit("disconnect");
    },
    switchChain: async () => chain,
  }));
}

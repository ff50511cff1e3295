import {
  type Address,
  createClient,
  type EIP1193Parameters,
  type Hex,
  hexToBigInt,
  http,
  numberToHex,
  type TransactionRequest,
} from "viem";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import { sendTransaction, signMessage, signTypedData } from "viem/actions";
import type { Chain } from "viem/chains";
import { createConnector } from "wagmi";

const STORAGE_KEY = "colophon.burner";

/**
 * A wallet whose key lives in this browser: for the local chain only, where money is free. It lets a visitor try the
 * whole path without installing anything.
 */
export function burner(chain: Chain, rpcUrl: string) {
  let account = readAccount();
  const client = () => createClient({ account: ensureAccount(), chain, transport: http(rpcUrl) });

  function ensureAccount() {
    if (!account) {
      const key = generatePrivateKey();
      localStorage.setItem(STORAGE_KEY, key);
      account = privateKeyToAccount(key);
    }
    return account;
  }

  async function request({ method, params }: EIP1193Parameters): Promise<unknown> {
    const args = (params ?? []) as unknown[];
    switch (method as string) {
      case "eth_accounts":
        return account ? [account.address] : [];
      case "eth_requestAccounts":
        return [ensureAccount().address];
      case "eth_chainId":
        return numberToHex(chain.id);
      case "wallet_switchEthereumChain":
        return null;
      case "personal_sign":
        return signMessage(client(), { message: { raw: args[0] as Hex } });
      case "eth_signTypedData_v4":
        return signTypedData(client(), JSON.parse(args[1] as string));
      case "eth_sendTransaction":
        return sendTransaction(client(), fromRpc(args[0] as RpcTransaction));
      default:
        return client().request({ method, params } as never);
    }
  }

  const provider = { on: () => {}, removeListener: () => {}, request };

  return createConnector((config) => ({
    id: "burner",
    name: "Burner wallet (this browser, local chain)",
    type: "burner",
    async connect() {
      const address = ensureAccount().address;
      return { accounts: [address] as never, chainId: chain.id };
    },
    async disconnect() {},
    getAccounts: async () => (account ? [account.address] : []),
    getChainId: async () => chain.id,
    getProvider: async () => provider,
    isAuthorized: async () => account !== undefined,
    onAccountsChanged() {},
    onChainChanged() {},
    onDisconnect() {
      config.emitter.emit("disconnect");
    },
    switchChain: async () => chain,
  }));
}

interface RpcTransaction {
  to?: Address;
  data?: Hex;
  value?: Hex;
  gas?: Hex;
}

function fromRpc(tx: RpcTransaction): TransactionRequest & { chain: null } {
  return {
    chain: null,
    ...(tx.to && { to: tx.to }),
    ...(tx.data && { data: tx.data }),
    ...(tx.value && { value: hexToBigInt(tx.value) }),
    ...(tx.gas && { gas: hexToBigInt(tx.gas) }),
  } as TransactionRequest & { chain: null };
}

function readAccount() {
  const key = localStorage.getItem(STORAGE_KEY);
  return key ? privateKeyToAccount(key as Hex) : undefined;
}

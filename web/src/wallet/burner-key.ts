import {
  type Address,
  createClient,
  type EIP1193Parameters,
  type Hex,
  hexToBigInt,
  http,
  type TransactionRequest,
} from "viem";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import { sendTransaction, signMessage, signTypedData } from "viem/actions";
import type { Chain } from "viem/chains";

/** The burner's account and what it answers for it. */
export interface BurnerKey {
  address: Address;
  /** Signs and sends with the key; passes anything else to the chain. Throws as the chain does. */
  request(request: EIP1193Parameters): Promise<unknown>;
}

/** Opens the key kept under `item` of local storage, made on first use. Brings the curve along: import this module lazily. */
export function openKey(item: string, chain: Chain, rpcUrl: string): BurnerKey {
  const account = privateKeyToAccount(keptKey(item));
  const client = createClient({ account, chain, transport: http(rpcUrl) });

  async function request({ method, params }: EIP1193Parameters): Promise<unknown> {
    const args = (params ?? []) as unknown[];
    switch (method as string) {
      case "personal_sign":
        return signMessage(client, { message: { raw: args[0] as Hex } });
      case "eth_signTypedData_v4":
        return signTypedData(client, JSON.parse(args[1] as string));
      case "eth_sendTransaction":
        return sendTransaction(client, fromRpc(args[0] as RpcTransaction));
      default:
        return client.request({ method, params } as never);
    }
  }
  return { address: account.address, request };
}

function keptKey(item: string): Hex {
  const kept = localStorage.getItem(item) as Hex | null;
  const key = kept ?? generatePrivateKey();
  if (!kept) localStorage.setItem(item, key);
  return key;
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

// An EIP-6963 wallet for Chromium: announced in the page, its requests answered here with a known key on the test chain.
import type { Page } from "playwright-core";
import { createWalletClient, defineChain, type Hex, hexToBigInt, http, numberToHex } from "viem";
import { type PrivateKeyAccount, privateKeyToAccount } from "viem/accounts";

/** How the wallet answers: approve everything, reject signatures, or sit on another chain until asked to switch. */
export type Behavior = "approve" | "reject" | "wrong-chain";

/** A wallet whose behavior a test can change between steps. */
export interface TestWallet {
  account: PrivateKeyAccount;
  behavior: Behavior;
  /** Methods that asked for a signature or a transaction, in order. */
  asked: string[];
}

const OTHER_CHAIN = 1;

interface Request {
  method: string;
  params?: unknown[];
}

/** Announces a wallet in every document of the page. */
export async function installWallet(page: Page, options: { rpcUrl: string; chainId: number; privateKey: Hex }) {
  const wallet: TestWallet = { account: privateKeyToAccount(options.privateKey), behavior: "approve", asked: [] };
  let chainId = options.chainId;
  let authorized = false;
  const chain = defineChain({
    id: options.chainId,
    name: "test",
    nativeCurrency: { name: "Ether", symbol: "ETH", decimals: 18 },
    rpcUrls: { default: { http: [options.rpcUrl] } },
  });
  const client = createWalletClient({ account: wallet.account, chain, transport: http(options.rpcUrl) });

  const sign = async (request: Request): Promise<unknown> => {
    wallet.asked.push(request.method);
    if (wallet.behavior === "reject") return { error: { code: 4001, message: "User rejected the request." } };
    const params = request.params ?? [];
    if (request.method === "personal_sign")
      return { result: await client.signMessage({ message: { raw: params[0] as Hex } }) };
    if (request.method === "eth_signTypedData_v4") {
      return { result: await client.signTypedData(JSON.parse(params[1] as string)) };
    }
    const { to, data, value, gas } = params[0] as { to: Hex; data?: Hex; value?: Hex; gas?: Hex };
    const transaction = { to, ...(data && { data }), ...(value && { value: hexToBigInt(value) }) };
    return { result: await client.sendTransaction({ ...transaction, ...(gas && { gas: hexToBigInt(gas) }) }) };
  };

  const answer = async (request: Request): Promise<unknown> => {
    if (wallet.behavior === "wrong-chain") chainId = OTHER_CHAIN;
    switch (request.method) {
      case "eth_requestAccounts":
        authorized = true;
        return { result: [wallet.account.address] };
      case "eth_accounts":
        return { result: authorized ? [wallet.account.address] : [] };
      case "eth_chainId":
        return { result: numberToHex(chainId) };
      case "wallet_switchEthereumChain":
        wallet.behavior = "approve";
        chainId = options.chainId;
        return { result: null, event: ["chainChanged", numberToHex(chainId)] };
      case "personal_sign":
      case "eth_signTypedData_v4":
      case "eth_sendTransaction":
        return sign(request);
      default:
        return { result: await client.request(request as never) };
    }
  };

  await page.exposeFunction("colophonTestWallet", (request: Request) =>
    answer(request).catch((error: Error) => ({ error: { code: -32_000, message: error.message } })),
  );
  await page.addInitScript(announce);
  return wallet;
}

/** Runs in the page. */
function announce() {
  type Ask = (request: { method: string; params?: unknown[] }) => Promise<{
    result?: unknown;
    error?: { code: number; message: string };
    event?: [string, unknown];
  }>;
  const ask = (window as unknown as { colophonTestWallet: Ask }).colophonTestWallet;
  const listeners: Record<string, ((value: unknown) => void)[]> = {};
  const provider = {
    request: async ({ method, params }: { method: string; params?: unknown[] }) => {
      const { result, error, event } = await ask({ method, ...(params && { params }) });
      if (error) throw Object.assign(new Error(error.message), { code: error.code });
      if (event) for (const listener of listeners[event[0]] ?? []) listener(event[1]);
      return result;
    },
    on: (name: string, listener: (value: unknown) => void) => {
      listeners[name] = [...(listeners[name] ?? []), listener];
    },
    removeListener: (name: string, listener: (value: unknown) => void) => {
      listeners[name] = (listeners[name] ?? []).filter((known) => known !== listener);
    },
  };
  const info = {
    uuid: "9b6b5a52-6f0a-4f43-9d6f-1f6f7c3a0001",
    name: "Test Wallet",
    icon: "data:image/svg+xml;base64,PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmciLz4=",
    rdns: "org.colophon.testwallet",
  };
  const detail = Object.freeze({ info: Object.freeze(info), provider });
  const tell = () => window.dispatchEvent(new CustomEvent("eip6963:announceProvider", { detail }));
  window.addEventListener("eip6963:requestProvider", tell);
  tell();
}

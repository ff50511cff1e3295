import { readFileSync } from "node:fs";
import type { ColophonClient, Deployment } from "@colophon-protocol/sdk";
import { registeredKeyNetwork } from "@colophon-protocol/sdk";
import { type KeyNetwork, verifiedKeyNetwork } from "@colophon-protocol/sdk/keys";
import {
  type Address,
  createPublicClient,
  createWalletClient,
  defineChain,
  erc20Abi,
  formatUnits,
  type Hex,
  http,
  type LocalAccount,
  parseAbi,
  type TransactionReceipt,
} from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { waitForTransactionReceipt, writeContract } from "viem/actions";

/** Decimals of the local payment token, as of USDC. */
const USDC_DECIMALS = 6;

type Role =
  | "rightsholder"
  | "contributor"
  | "licensee"
  | "provider"
  | "stranger"
  | "steward"
  | "researcher"
  | "treasury"
  | "firstCouncillor"
  | "secondCouncillor";

/** What the stack writes for its users. */
interface Endpoints {
  chainId: number;
  rpcUrl: string;
  gatewayUrl: string;
  indexerUrl: string;
  /** Public part of the key network, as it was dealt. */
  keyNetwork: { publicKey: Hex };
  accounts: Record<Role, { address: Address; privateKey: Hex }>;
  deployment: Deployment;
}

/** A person of the story: an account and a client that signs with it. */
export interface Actor {
  address: Address;
  account: LocalAccount;
  client: ColophonClient;
}

/** The stack's chain, with its contracts and people. */
export interface LocalChain {
  endpoints: Endpoints;
  deployment: Deployment;
  /** Reads, and moves the local chain's clock. */
  reader: ColophonClient;
  usdc: Address;
  licenseToken: Address;
  keyNetwork: Address;
  actors: Record<Role, Actor>;
}

/** What all steps share. */
export interface Context extends LocalChain {
  keys: KeyNetwork;
}

/** Connects to the stack that `endpointsFile` describes, and asks its key nodes who they are. */
export async function connect(endpointsFile: string): Promise<Context> {
  const chain = connectChain(endpointsFile);
  const registered = await registeredKeyNetwork(chain.reader, { deployment: chain.deployment });
  return { ...chain, keys: await verifiedKeyNetwork(registered) };
}

/** Connects to the stack's chain alone. */
export function connectChain(endpointsFile: string): LocalChain {
  const endpoints = JSON.parse(readFileSync(endpointsFile, "utf8")) as Endpoints;
  const chain = defineChain({
    id: endpoints.chainId,
    name: "Local chain",
    nativeCurrency: { name: "Ether", symbol: "ETH", decimals: 18 },
    rpcUrls: { default: { http: [endpoints.rpcUrl] } },
  });
  const options = { chain, transport: http(endpoints.rpcUrl), pollingInterval: 50, cacheTime: 0 };
  const reader = createPublicClient(options);
  const actor = (role: Role): Actor => {
    const account = privateKeyToAccount(endpoints.accounts[role].privateKey);
    return { address: account.address, account, client: createWalletClient({ ...options, account }) };
  };
  const { deployment } = endpoints;
  const at = (name: string): Address => {
    const contract = deployment.contracts[name];
    if (contract) return contract.address;
    throw new Error(`The deployment has no ${name}: the main job runs on a local chain.`);
  };
  return {
    endpoints,
    deployment,
    reader,
    usdc: at("TestUSDC"),
    licenseToken: at("LicenseToken"),
    keyNetwork: at("KeyNetwork"),
    actors: {
      rightsholder: actor("rightsholder"),
      contributor: actor("contributor"),
      licensee: actor("licensee"),
      provider: actor("provider"),
      stranger: actor("stranger"),
      steward: actor("steward"),
      researcher: actor("researcher"),
      treasury: actor("treasury"),
      firstCouncillor: actor("firstCouncillor"),
      secondCouncillor: actor("secondCouncillor"),
    },
  };
}

/** Gas of several transactions together. */
export const gasOf = (...receipts: Pick<TransactionReceipt, "gasUsed">[]): bigint =>
  receipts.reduce((sum, receipt) => sum + receipt.gasUsed, 0n);

/** "250 USDC" from base units. */
export const usdcText = (amount: bigint): string => `${formatUnits(amount, USDC_DECIMALS)} USDC`;

/** Base units of USDC. */
export const usdcUnits = (whole: number): bigint => BigInt(whole) * 10n ** BigInt(USDC_DECIMALS);

/** Plain USDC balance of an account. */
export async function usdcBalance(context: Context, owner: Address): Promise<bigint> {
  const client = createPublicClient({ transport: http(context.endpoints.rpcUrl), cacheTime: 0 });
  return client.readContract({ address: context.usdc, abi: erc20Abi, functionName: "balanceOf", args: [owner] });
}

/** Gives an actor base units of USDC: the local token mints to anyone. */
export async function fund(context: LocalChain, { client, address, account }: Actor, amount: bigint): Promise<void> {
  const hash = await writeContract(client, {
    chain: client.chain,
    account,
    address: context.usdc,
    abi: parseAbi(["function mint(address to, uint256 amount)"]),
    functionName: "mint",
    args: [address, amount],
  });
  await waitForTransactionReceipt(client, { hash });
}

/** Asks anvil for what only a local chain does. */
const onAnvil = ({ reader }: LocalChain, method: string, ...params: unknown[]) =>
  (reader.request as (args: { method: string; params: unknown[] }) => Promise<unknown>)({ method, params });

/** Moves the local chain's clock forward and mines a block. @returns the chain's new time, in seconds */
export async function advanceClock(context: Context, seconds: number): Promise<bigint> {
  await onAnvil(context, "evm_increaseTime", seconds);
  await onAnvil(context, "evm_mine");
  return chainTime(context);
}

/** The local chain's next block is of this time, in seconds since 1970. */
export async function setNextBlockTime(context: LocalChain, time: number): Promise<void> {
  await onAnvil(context, "evm_setNextBlockTimestamp", time);
}

/** Mines a block of this time, from which on the local chain's clock runs. */
export async function mineAt(context: LocalChain, time: number): Promise<void> {
  await setNextBlockTime(context, time);
  await onAnvil(context, "evm_mine");
}

/** The chain's present, in seconds. */
export async function chainTime(context: Context): Promise<bigint> {
  const block = (await context.reader.request({ method: "eth_getBlockByNumber", params: ["latest", false] })) as {
    timestamp: Hex;
  };
  return BigInt(block.timestamp);
}

/** Asks until the answer is there. @throws Error naming what did not come */
export async function until<T>(what: string, seconds: number, ask: () => Promise<T | null | undefined>): Promise<T> {
  for (const end = Date.now() + seconds * 1000; Date.now() < end; ) {
    const answer = await ask();
    if (answer !== null && answer !== undefined) return answer;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${what} did not come within ${seconds} seconds.`);
}

// What stories do on the stack's chain beside the browser: act as one of its people, let time pass, wait for the indexer.
import type { Deployment } from "@colophon-protocol/sdk";
import { getIndexedBlock } from "@colophon-protocol/sdk/indexer";
import { createPublicClient, createWalletClient, defineChain, erc20Abi, type Hex, http } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { expect, vi } from "vitest";

/** What the tests need of the stack's endpoints. */
export interface Endpoints {
  chainId: number;
  rpcUrl: string;
  gatewayUrl: string;
  indexerUrl: string;
  deployment: Deployment;
  accounts: Record<string, { address: Hex; privateKey: Hex }>;
}

function optionsOf({ chainId, rpcUrl }: Endpoints) {
  const chain = defineChain({
    id: chainId,
    name: "test",
    nativeCurrency: { name: "Ether", symbol: "ETH", decimals: 18 },
    rpcUrls: { default: { http: [rpcUrl] } },
  });
  return { chain, transport: http(rpcUrl), pollingInterval: 50, cacheTime: 0 };
}

/** A client that reads. */
export const readerOf = (endpoints: Endpoints) => createPublicClient(optionsOf(endpoints));

/** A client that signs as one of the stack's people. */
export function actorOf(endpoints: Endpoints, role: string) {
  const person = endpoints.accounts[role];
  if (!person) throw new Error(`The stack has no ${role}.`);
  return createWalletClient({ ...optionsOf(endpoints), account: privateKeyToAccount(person.privateKey) });
}

/** Address of a contract of the deployment. */
export function addressOf({ deployment }: Endpoints, name: string): Hex {
  const contract = deployment.contracts[name];
  if (!contract) throw new Error(`The deployment has no ${name}.`);
  return contract.address;
}

/** Base units of the stack's payment token. */
export function balanceOf(endpoints: Endpoints, account: Hex): Promise<bigint> {
  const call = { address: addressOf(endpoints, "TestUSDC"), abi: erc20Abi, functionName: "balanceOf" } as const;
  return readerOf(endpoints).readContract({ ...call, args: [account] });
}

/** Moves the chain's clock forward. */
export async function passTime(endpoints: Endpoints, seconds: number): Promise<void> {
  const { request } = readerOf(endpoints) as { request: (call: { method: string; params: unknown[] }) => unknown };
  await request({ method: "evm_increaseTime", params: [seconds] });
  await request({ method: "evm_mine", params: [] });
}

/** Waits until the indexer says something. @throws what the last look threw */
export const untilIndexed = (look: () => Promise<void>): Promise<void> =>
  vi.waitFor(look, { timeout: 60_000, interval: 500 });

/** Waits until the indexer has taken in all that happened so far: pages do not ask again for what a dataset has. */
export async function untilCaughtUp(endpoints: Endpoints): Promise<void> {
  const head = await readerOf(endpoints).getBlockNumber();
  await untilIndexed(async () => {
    expect(await getIndexedBlock({ url: endpoints.indexerUrl })).toBeGreaterThanOrEqual(Number(head));
  });
}

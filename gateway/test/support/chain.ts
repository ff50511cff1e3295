/** A real anvil with a double of the two contracts that the gateway reads. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { type Abi, type Address, createTestClient, createWalletClient, type Hex, http, publicActions } from "viem";
import { mnemonicToAccount } from "viem/accounts";
import { foundry } from "viem/chains";
import type { ChainConfig } from "../../src/chain/reader.js";

const HERE = path.dirname(fileURLToPath(import.meta.url));
const ROOT = path.resolve(HERE, "../../..");
const MNEMONIC = "test test test test test test test test test test test junk";

/** anvil's development accounts. */
export const account = (index: number) => mnemonicToAccount(MNEMONIC, { addressIndex: index });

export async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

interface Artifact {
  abi: Abi;
  bytecode: Hex;
}

/** Chain.sol compiled; Chain.json keeps the result and is rewritten when the source changes. */
function artifacts(): Record<"Chain" | "Licenses" | "Account", Artifact> {
  const source = readFileSync(path.join(HERE, "Chain.sol"), "utf8");
  const sourceHash = createHash("sha256").update(source).digest("hex");
  const kept = path.join(HERE, "Chain.json");
  const known = existsSync(kept) && JSON.parse(readFileSync(kept, "utf8"));
  if (known.sourceHash === sourceHash) return known;
  const settings = { outputSelection: { "*": { "*": ["abi", "evm.bytecode.object"] } } };
  const input = { language: "Solidity", sources: { "Chain.sol": { content: source } }, settings };
  const output = JSON.parse(
    execFileSync(path.join(ROOT, "tools/solc-js"), ["--standard-json"], {
      input: JSON.stringify(input),
      encoding: "utf8",
    }),
  );
  const failed = output.errors?.find((error: { severity: string }) => error.severity === "error");
  if (failed) throw new Error(failed.formattedMessage);
  const pick = (name: string) => {
    const { abi, evm } = output.contracts["Chain.sol"][name];
    return { abi, bytecode: `0x${evm.bytecode.object}` as Hex };
  };
  const result = { Chain: pick("Chain"), Licenses: pick("Licenses"), Account: pick("Account") };
  writeFileSync(kept, `${JSON.stringify({ sourceHash, ...result })}\n`);
  return result;
}

export type TestChain = Awaited<ReturnType<typeof startChain>>;

/** Starts anvil with the double deployed. */
export async function startChain() {
  const port = await freePort();
  const rpcUrl = `http://127.0.0.1:${port}`;
  let child = await startAnvil(port);
  const client = createTestClient({
    mode: "anvil",
    chain: foundry,
    transport: http(rpcUrl),
    pollingInterval: 20,
  }).extend(publicActions);
  await ready(client);
  const wallet = createWalletClient({ account: account(0), chain: foundry, transport: http(rpcUrl) });
  const { Chain, Licenses, Account } = artifacts();
  const deploy = async (artifact: Artifact, args: unknown[] = []): Promise<Address> => {
    const hash = await wallet.deployContract({ ...artifact, args } as never);
    return (await client.waitForTransactionReceipt({ hash })).contractAddress as Address;
  };
  const address = await deploy(Licenses);
  const registry = await deploy(Chain);
  const config: ChainConfig = {
    chainId: 31337,
    rpcUrl,
    licenseToken: address,
    datasetRegistry: registry,
    confirmations: 0,
    maxHeadAge: 0,
    rpcTimeoutMs: 2000,
    fromBlock: 0n,
  };
  return {
    rpcUrl,
    client,
    config,
    address,
    /** Calls a setter of both doubles and waits for it: licenses are asked about datasets too. */
    set: async (functionName: string, args: unknown[]) => {
      for (const target of [address, registry]) {
        const hash = await wallet.writeContract({ address: target, abi: Chain.abi, functionName, args } as never);
        await client.waitForTransactionReceipt({ hash });
      }
    },
    deployAccount: (owner: Address) => deploy(Account, [owner]),
    /** Stops answering, as a dead RPC does. */
    freeze: () => child.kill("SIGSTOP"),
    thaw: () => child.kill("SIGCONT"),
    stop: async () => {
      child.kill("SIGCONT");
      child.kill("SIGKILL");
    },
    restart: async () => {
      child = await startAnvil(port);
      await ready(client);
    },
  };
}

async function startAnvil(port: number): Promise<ChildProcess> {
  const arch = process.arch === "x64" ? "amd64" : process.arch;
  const binary = path.join(ROOT, `node_modules/@foundry-rs/anvil-${process.platform}-${arch}/bin/anvil`);
  return spawn(binary, ["--port", String(port), "--silent"], { stdio: "ignore" });
}

async function ready(client: { getBlockNumber: () => Promise<bigint> }): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      await client.getBlockNumber();
      return;
    } catch (error) {
      if (attempt > 200) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

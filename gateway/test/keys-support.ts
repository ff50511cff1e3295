/** What the key network's tests stand on: a real chain, a license fixture, nodes in this process, and skewable clocks. */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import {
  type KeyNetwork,
  type ReleaseParameters,
  releaseDatasetKey,
  type WrappedKey,
} from "@colophon-protocol/sdk/keys";
import { pino } from "pino";
import {
  type Abi,
  type Address,
  createTestClient,
  createWalletClient,
  type Hex,
  type HttpTransport,
  http,
  publicActions,
  type TestClient,
  type WalletClient,
} from "viem";
import { mnemonicToAccount } from "viem/accounts";
import { foundry } from "viem/chains";
import {
  type DealtNetwork,
  dealNetworkKey,
  type KeyNodeConfig,
  parseKeyNodeConfig,
  type RunningKeyNode,
  startKeyNode,
  withUrls,
} from "../src/keys/index.js";

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const MNEMONIC = "test test test test test test test test test test test junk";

/** Use bit and answers of `accessOf` that the tests set. */
export const READ_RAW = 1;
export const GRANTED = 1;
export const REVOKED = 4;

/** Development accounts of anvil, by number. */
export const account = (index: number) => mnemonicToAccount(MNEMONIC, { addressIndex: index });

export async function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const server = createServer();
    server.once("error", fail);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => done(port));
    });
  });
}

export interface Chain {
  rpcUrl: string;
  client: TestClient<"anvil", HttpTransport, typeof foundry> & ReturnType<typeof publicActions>;
  wallet: (index: number) => WalletClient<HttpTransport, typeof foundry, ReturnType<typeof account>>;
  stop: () => void;
}

/** Starts anvil on a free port. */
export async function startChain(): Promise<Chain> {
  const port = await freePort();
  const binary = resolve(ROOT, `node_modules/@foundry-rs/anvil-${process.platform}-${archName()}/bin/anvil`);
  const child: ChildProcess = spawn(binary, ["--port", String(port), "--silent"], { stdio: "ignore" });
  const rpcUrl = `http://127.0.0.1:${port}`;
  const client = createTestClient({
    mode: "anvil",
    chain: foundry,
    transport: http(rpcUrl),
    pollingInterval: 20,
  }).extend(publicActions);
  for (let attempt = 0; ; attempt++) {
    try {
      await client.getBlockNumber();
      break;
    } catch (error) {
      if (attempt > 100) throw error;
      await new Promise((r) => setTimeout(r, 50));
    }
  }
  const wallet = (index: number) =>
    createWalletClient({ account: account(index), chain: foundry, transport: http(rpcUrl) });
  return { rpcUrl, client, wallet, stop: () => child.kill() } as Chain;
}

function archName(): string {
  return process.arch === "x64" ? "amd64" : process.arch;
}

interface Artifact {
  abi: Abi;
  bytecode: Hex;
}

let compiled: Record<"KeyGateDouble" | "KeyWalletDouble", Artifact> | undefined;

/** Compiles the test doubles with the project's compiler version. */
function doubles(): Record<"KeyGateDouble" | "KeyWalletDouble", Artifact> {
  if (compiled) return compiled;
  const solc = createRequire(import.meta.url)("solc") as {
    compile(input: string, callbacks: { import(path: string): { contents: string } | { error: string } }): string;
  };
  const file = "test/mocks/KeyGateDouble.sol";
  const input = {
    language: "Solidity",
    sources: { [file]: { content: readFileSync(join(ROOT, file), "utf8") } },
    settings: { evmVersion: "cancun", outputSelection: { "*": { "*": ["abi", "evm.bytecode.object"] } } },
  };
  const read = (path: string) => {
    const full = join(ROOT, path);
    return existsSync(full) ? { contents: readFileSync(full, "utf8") } : { error: `no file ${path}` };
  };
  const output = JSON.parse(solc.compile(JSON.stringify(input), { import: read }));
  const errors = (output.errors ?? []).filter((e: { severity: string }) => e.severity === "error");
  if (errors.length > 0)
    throw new Error(errors.map((e: { formattedMessage: string }) => e.formattedMessage).join("\n"));
  const artifact = (name: string): Artifact => {
    const contract = output.contracts[file][name];
    return { abi: contract.abi, bytecode: `0x${contract.evm.bytecode.object}` };
  };
  compiled = { KeyGateDouble: artifact("KeyGateDouble"), KeyWalletDouble: artifact("KeyWalletDouble") };
  return compiled;
}

/** What the tests need of licensing; a fixture over the real contracts can take the double's place. */
export interface LicenseFixture {
  licenseToken: Address;
  keyNetwork: Address;
  grant(license: GrantedLicense): Promise<void>;
  answer(licenseId: bigint, access: number): Promise<void>;
  activate(walletIndex: number, licenseId: bigint, datasetId: bigint, version: number): Promise<void>;
  addComponent(licenseId: bigint, datasetId: bigint): Promise<void>;
  setNodes(threshold: number, urls: string[]): Promise<void>;
}

interface GrantedLicense {
  licenseId: bigint;
  holder: Address;
  datasetId: bigint;
  version: number;
  uses: number;
  expiry?: number;
}

export async function deploy(
  chain: Chain,
  name: "KeyGateDouble" | "KeyWalletDouble",
  args: unknown[] = [],
): Promise<Address> {
  const { abi, bytecode } = doubles()[name];
  const hash = await chain.wallet(0).deployContract({ abi, bytecode, args });
  const { contractAddress } = await chain.client.waitForTransactionReceipt({ hash });
  return contractAddress as Address;
}

export async function deployDouble(chain: Chain): Promise<LicenseFixture> {
  const address = await deploy(chain, "KeyGateDouble");
  const { abi } = doubles().KeyGateDouble;
  const send = async (functionName: string, args: unknown[], from = 0) => {
    const hash = await chain.wallet(from).writeContract({ address, abi, functionName, args });
    await chain.client.waitForTransactionReceipt({ hash });
  };
  const ipv4 = (host: string) => host.split(".").reduce((sum, byte) => sum * 256 + Number(byte), 0);
  return {
    licenseToken: address,
    keyNetwork: address,
    grant: ({ licenseId, holder, datasetId, version, uses, expiry = 0 }) =>
      send("setLicense", [licenseId, holder, datasetId, version, uses, expiry]),
    answer: (licenseId, access) => send("force", [licenseId, access]),
    activate: (walletIndex, licenseId, datasetId, version) =>
      send("activate", [licenseId, datasetId, version], walletIndex),
    addComponent: (licenseId, datasetId) => send("setComponent", [licenseId, datasetId]),
    setNodes: (threshold, urls) => {
      const parsed = urls.map((url) => new URL(url));
      return send("setNodes", [threshold, parsed.map((u) => ipv4(u.hostname)), parsed.map((u) => Number(u.port))]);
    },
  };
}

export interface NodeOverrides {
  chain?: Record<string, unknown>;
  config?: Partial<KeyNodeConfig>;
  now?: () => number;
  /** Added to the node's secret: anything but zero makes it lie. */
  lie?: bigint;
}

/** Starts node `index` of a dealt network in this process, on a free port. */
export async function startNode(
  dealt: DealtNetwork,
  index: number,
  chain: Chain,
  licenseToken: Address,
  overrides: NodeOverrides = {},
): Promise<RunningKeyNode> {
  const { shares, ...network } = dealt;
  const share = shares.find((s) => s.index === index);
  if (!share) throw new Error(`no share ${index}`);
  const config = parseKeyNodeConfig({
    port: 0,
    rateLimitPerMinute: 10_000,
    chains: { goerli: { chainId: 31337, rpcUrl: chain.rpcUrl, licenseToken, ...overrides.chain } },
    ...overrides.config,
  });
  const secret = share.secret + (overrides.lie ?? 0n);
  return startKeyNode({
    config,
    share: { ...network, share: { index, secret } },
    log: pino({ level: "silent" }),
    ...(overrides.now ? { now: overrides.now } : {}),
  });
}

/** Three nodes and the description that clients get. */
export async function startNetwork(chain: Chain, licenseToken: Address, overrides: NodeOverrides[] = []) {
  const dealt = dealNetworkKey(3, 2);
  const nodes = await Promise.all([1, 2, 3].map((i) => startNode(dealt, i, chain, licenseToken, overrides[i - 1])));
  const urls = nodes.map((node) => node.url);
  const network: KeyNetwork = withUrls(dealt, urls);
  return { dealt, nodes, urls, network, close: () => Promise.all(nodes.map((node) => node.close(200))) };
}

/** Releases with the usual parameters; anything can be overridden. */
export function release(
  network: KeyNetwork,
  wrapped: WrappedKey,
  licenseToken: Address,
  licenseId: bigint,
  overrides: Partial<ReleaseParameters> = {},
) {
  return releaseDatasetKey({
    network,
    wrapped,
    license: { chainId: 31337, licenseToken, licenseId, encoding: 1 },
    account: account(1),
    timeoutMs: 20_000,
    ...overrides,
  });
}

/** Posts a body, as text or JSON, to a node's native endpoint. */
export async function postRelease(url: string, body: string | object) {
  const response = await fetch(`${url}/v1/release`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: typeof body === "string" ? body : JSON.stringify(body, (_, v) => (typeof v === "bigint" ? String(v) : v)),
  });
  const answer = (await response.json()) as { error?: { code: string; reason?: string }; index?: number };
  return { status: response.status, code: answer.error?.code, reason: answer.error?.reason, answer };
}

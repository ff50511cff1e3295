// Key release by the native client and by Lit's, on the same three node processes: `node gateway/bench/keys.mjs`.
// Needs the build (`npx tsc -b gateway`). Prints the figures as one JSON line; `measureKeyRelease` gives them to other programs.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { licenseConditions, nativeKeyGate, wrapDatasetKey } from "@colophon-protocol/sdk/keys";
import { litKeyGate } from "@colophon-protocol/sdk/keys/lit";
import { createPublicClient, createWalletClient, http } from "viem";
import { mnemonicToAccount } from "viem/accounts";
import { foundry } from "viem/chains";
import { benchRelease } from "../dist/keys/bench.js";

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");
const MNEMONIC = "test test test test test test test test test test test junk";
const BUDGET_MS = 60;
const LOOPBACK = 0x7f000001;

/**
 * Measures 2-of-3 releases.
 * @param {{ rounds?: number, warmUp?: number }} [options]
 * @returns {Promise<{ id: string, value: number, unit: string, budget?: number, baseline?: number, min: number, p95: number }[]>}
 *   `keys.release_ms` is of an identity that the nodes know (every licensee of a dataset asks for the same one); its baseline is
 *   Lit's client on the same nodes. `keys.release_first_ms` is of identities never asked for before.
 */
export async function measureKeyRelease({ rounds = 30, warmUp = 15 } = {}) {
  const stack = await startStack(rounds + warmUp + 1);
  try {
    const { network, account, litAccount, contract, datasets, key, rpcUrl } = stack;
    const native = nativeKeyGate({ network, account });
    const lit = litKeyGate({
      rpcUrl,
      keyNetwork: contract,
      account: litAccount,
      chainId: 31337,
      nodeProtocol: "http://",
    });
    const known = datasets.slice(0, 1);
    const first = await benchRelease({ gate: native, wrapped: datasets.slice(1), key, rounds, warmUp });
    const mine = await benchRelease({ gate: native, wrapped: known, key, rounds, warmUp });
    const theirs = await benchRelease({ gate: lit, wrapped: known, key, rounds: Math.ceil(rounds / 2), warmUp: 5 });
    await lit.close();
    const ms = (value) => Math.round(value * 10) / 10;
    return [
      {
        id: "keys.release_ms",
        value: ms(mine.p50),
        unit: "ms",
        budget: BUDGET_MS,
        baseline: ms(theirs.p50),
        min: ms(mine.min),
        p95: ms(mine.p95),
      },
      { id: "keys.release_first_ms", value: ms(first.p50), unit: "ms", min: ms(first.min), p95: ms(first.p95) },
      { id: "keys.release_lit_ms", value: ms(theirs.p50), unit: "ms", min: ms(theirs.min), p95: ms(theirs.p95) },
    ];
  } finally {
    await stack.stop();
  }
}

/** A chain, the contract double with licenses, three node processes, and `count` wrapped keys. */
async function startStack(count) {
  const folder = await mkdtemp(path.join(tmpdir(), "colophon-bench-keys-"));
  const children = [];
  const stop = async () => {
    for (const child of children) child.kill("SIGKILL");
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const rpcUrl = await startAnvil(children);
    const account = mnemonicToAccount(MNEMONIC, { addressIndex: 1 });
    const { contract, send } = await deployDouble(rpcUrl, account);
    const urls = await startNodes(folder, children, rpcUrl, contract);
    const dealt = JSON.parse(readFileSync(path.join(folder, "keys", "network.json"), "utf8"));
    const network = { ...dealt, nodes: dealt.nodes.map((node) => ({ ...node, url: urls[node.index - 1] })) };
    await send("setNodes", [2, urls.map(() => LOOPBACK), urls.map((url) => Number(new URL(url).port))]);
    const key = crypto.getRandomValues(new Uint8Array(32));
    const datasets = [];
    for (let id = 1; id <= count; id++) {
      const datasetId = BigInt(id);
      await send("setLicense", [datasetId, account.address, id, 1, 1, 0]);
      if (id === 1) await send("activate", [datasetId, datasetId, 1]);
      const conditions = licenseConditions({ chainId: 31337, licenseToken: contract, datasetId, version: 1, uses: 1 });
      const license = { chainId: 31337, licenseToken: contract, licenseId: datasetId, encoding: 1 };
      datasets.push({ wrapped: wrapDatasetKey({ networkPublicKey: network.publicKey, conditions, key }), license });
    }
    return { network, account, litAccount: account, contract, datasets, key, rpcUrl, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startAnvil(children) {
  const port = await freePort();
  const architecture = process.arch === "x64" ? "amd64" : process.arch;
  const binary = path.join(ROOT, `node_modules/@foundry-rs/anvil-${process.platform}-${architecture}/bin/anvil`);
  children.push(spawn(binary, ["--port", String(port), "--silent"], { stdio: "ignore" }));
  const rpcUrl = `http://127.0.0.1:${port}`;
  const client = createPublicClient({ transport: http(rpcUrl, { retryCount: 50, retryDelay: 20 }) });
  await client.getBlockNumber();
  return rpcUrl;
}

async function deployDouble(rpcUrl, account) {
  const { abi, bytecode } = compileDouble();
  const transport = http(rpcUrl);
  const reader = createPublicClient({ chain: foundry, transport, pollingInterval: 5 });
  const wallet = createWalletClient({ account, chain: foundry, transport });
  const deployed = await reader.waitForTransactionReceipt({ hash: await wallet.deployContract({ abi, bytecode }) });
  const contract = deployed.contractAddress;
  const send = async (functionName, args) => {
    const hash = await wallet.writeContract({ address: contract, abi, functionName, args });
    await reader.waitForTransactionReceipt({ hash });
  };
  return { contract, send };
}

function compileDouble() {
  const solc = createRequire(import.meta.url)("solc");
  const file = "test/mocks/KeyGateDouble.sol";
  const read = (name) => readFileSync(path.join(ROOT, name), "utf8");
  const input = {
    language: "Solidity",
    sources: { [file]: { content: read(file) } },
    settings: { evmVersion: "cancun", outputSelection: { "*": { "*": ["abi", "evm.bytecode.object"] } } },
  };
  const output = JSON.parse(solc.compile(JSON.stringify(input), { import: (name) => ({ contents: read(name) }) }));
  const { abi, evm } = output.contracts[file].KeyGateDouble;
  return { abi, bytecode: `0x${evm.bytecode.object}` };
}

async function startNodes(folder, children, rpcUrl, licenseToken) {
  const bin = path.join(ROOT, "gateway/dist/bin/keynode.js");
  const keys = path.join(folder, "keys");
  await new Promise((done, fail) =>
    spawn(process.execPath, [bin, "deal", "--out", keys], { stdio: "ignore" }).once("exit", (code) =>
      code === 0 ? done() : fail(new Error(`dealing failed with ${code}`)),
    ),
  );
  const config = path.join(folder, "keynode.json");
  const chains = { goerli: { chainId: 31337, rpcUrl, licenseToken } };
  await writeFile(config, JSON.stringify({ port: 0, rateLimitPerMinute: 1_000_000, logLevel: "warn", chains }));
  return Promise.all([1, 2, 3].map((index) => startNode(bin, config, keys, index, children)));
}

function startNode(bin, config, keys, index, children) {
  const child = spawn(process.execPath, [bin, "run", config], {
    env: {
      ...process.env,
      COLOPHON_KEYNODE_SHARE_FILE: path.join(keys, `node-${index}.share.json`),
      COLOPHON_KEYNODE_PASSPHRASE_FILE: path.join(keys, `node-${index}.key`),
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  children.push(child);
  return new Promise((done, fail) => {
    child.stdout.once("data", (line) => done(JSON.parse(String(line)).url));
    child.once("exit", (code) => fail(new Error(`key node ${index} exited with ${code}`)));
  });
}

function freePort() {
  return new Promise((done, fail) => {
    const server = createServer();
    server.once("error", fail);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  console.log(JSON.stringify({ figures: await measureKeyRelease() }));
}

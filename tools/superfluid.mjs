// Deploys the Superfluid framework from its published artifacts onto a throw-away anvil, together with Permit2 and
// Multicall3 at their canonical addresses, and keeps the resulting accounts as generated files:
//   .colophon/superfluid.state.json      for `anvil --load-state`
//   .colophon/superfluid.allocs.json     for forge's `vm.loadAllocs`
//   .colophon/superfluid.addresses.json  who is where
// The same packages always give the same files. Run directly, or through `ensureSuperfluid()`.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { gunzipSync } from "node:zlib";
import { anvilAccounts, rpc, startAnvil } from "./lib/anvil.mjs";
import { artifactReader, linkingDeployer } from "./lib/linker.mjs";
import { inRoot, inState } from "./lib/paths.mjs";
import { waitFor } from "./lib/process.mjs";
import { runStep } from "./lib/stamp.mjs";

const PACKAGE = "node_modules/@superfluid-finance/ethereum-contracts";
const PERMIT2_SOURCE = "node_modules/@uniswap/v4-periphery/lib/permit2/test/utils/DeployPermit2.sol";
const PERMIT2 = "0x000000000022D473030F116dDEE9F6B43aC78BA3";
const PERMIT2_DOMAIN_SEPARATOR = "0x3644e515"; // selector of DOMAIN_SEPARATOR()
const MULTICALL3 = "0xcA11bde05977b3631167028862bE2a173976CA11";
const ERC1820 = "0x1820a4B7618BdE71Dce8cdc73aAB6C95905faD24";
const ERC1820_DEPLOYER = "0xa990077c3205cbDf861e17Fa532eeB069cE9fF96";

// An address nobody else uses, so that anvil's own accounts keep nonce 0 and our deployments stay predictable.
const DEPLOYER = "0x5afE000000000000000000000000000000005afE";
const GAS = "0x1c9c380"; // 30 million, anvil's block limit
const RICH = "0x3635c9adc5dea00000"; // 1000 ether

export const superfluidFiles = {
  state: ".colophon/superfluid.state.json",
  allocs: ".colophon/superfluid.allocs.json",
  addresses: ".colophon/superfluid.addresses.json",
};

/**
 * @param {string} url
 * @param {{ to?: string, data: string }} transaction
 * @param {string} what for the error
 * @returns {Promise<any>} the receipt
 */
async function send(url, transaction, what) {
  const hash = await rpc(url, "eth_sendTransaction", [{ from: DEPLOYER, gas: GAS, ...transaction }]);
  /** @type {{ status: string, contractAddress: `0x${string}` } | null} */
  let receipt = null;
  await waitFor(
    what,
    async () => {
      receipt = await rpc(url, "eth_getTransactionReceipt", [hash]);
      return receipt !== null;
    },
    { everyMs: 5 },
  );
  if (receipt?.status !== "0x1") throw new Error(`superfluid: ${what} reverted on the throw-away chain.`);
  return receipt;
}

/** The registry every ERC-777 token looks up: its presigned transaction puts it at the same address on each chain. */
async function deployErc1820(url) {
  const { bin } = JSON.parse(readFileSync(inRoot(PACKAGE, "dev-scripts/artifacts/ERC1820Registry.json"), "utf8"));
  const signature = `1ba0${"1820".repeat(16)}a0${"1820".repeat(16)}`;
  await rpc(url, "anvil_setBalance", [ERC1820_DEPLOYER, RICH]);
  await rpc(url, "eth_sendRawTransaction", [`0xf90a388085174876e800830c35008080b909e5${bin}${signature}`]);
  // anvil answers before the block is mined, so the code may follow a moment later.
  await waitFor(
    `the ERC-1820 registry at ${ERC1820}`,
    async () => (await rpc(url, "eth_getCode", [ERC1820, "latest"])) !== "0x",
    { everyMs: 5 },
  );
}

/**
 * Permit2's published runtime code is a literal in its own test helper (MIT). Its cached domain separator was computed
 * for the local chain id at the address of that build, so signatures would be checked against a domain that no wallet
 * shows; it gets the separator of the canonical address, which every other chain id computes by itself.
 */
async function setPermit2(url) {
  const code = /hex"([0-9a-f]+)"/.exec(readFileSync(inRoot(PERMIT2_SOURCE), "utf8"))?.[1];
  if (!code) throw new Error(`superfluid: no hex"…" literal with Permit2's code in ${PERMIT2_SOURCE}.`);
  await rpc(url, "anvil_setCode", [PERMIT2, `0x${code}`]);
  const { domainSeparator } = await import("viem");
  const domain = { name: "Permit2", chainId: Number(await rpc(url, "eth_chainId")), verifyingContract: PERMIT2 };
  const cached = await rpc(url, "eth_call", [{ to: PERMIT2, data: PERMIT2_DOMAIN_SEPARATOR }, "latest"]);
  const patched = code.replaceAll(cached.slice(2), domainSeparator({ domain }).slice(2));
  await rpc(url, "anvil_setCode", [PERMIT2, `0x${patched}`]);
}

/** Multicall3's creation code comes with viem, which uses it for calls without a deployment. */
async function setMulticall3(url) {
  const file = inRoot("node_modules/viem/_esm/constants/contracts.js");
  const { multicall3Bytecode } = await import(pathToFileURL(file).href);
  const { contractAddress } = await send(url, { data: multicall3Bytecode }, "Multicall3");
  await rpc(url, "anvil_setCode", [MULTICALL3, await rpc(url, "eth_getCode", [contractAddress, "latest"])]);
}

/** @returns {Promise<Record<string, string>>} the framework's addresses by name */
async function deployFramework(url) {
  const { decodeFunctionResult, encodeFunctionData } = await import("viem");
  const read = artifactReader(inRoot(PACKAGE, "build/hardhat"));
  const deploy = linkingDeployer(read, async (name, data) => (await send(url, { data }, name)).contractAddress);
  const framework = await deploy("SuperfluidFrameworkDeployer");
  const { abi } = read("SuperfluidFrameworkDeployer");
  const call = async (/** @type {string} */ functionName) =>
    decodeFunctionResult({
      abi,
      functionName,
      data: await rpc(url, "eth_call", [{ to: framework, data: encodeFunctionData({ abi, functionName }) }, "latest"]),
    });
  const steps = Number(await call("getNumSteps"));
  for (let step = 0; step < steps; step++) {
    const data = encodeFunctionData({ abi, functionName: "executeStep", args: [step] });
    await send(url, { to: framework, data }, `framework step ${step}`);
  }
  const found = /** @type {Record<string, string>} */ (await call("getFramework"));
  return { frameworkDeployer: framework, ...found };
}

/** Storage keys and values as full words, which `vm.loadAllocs` expects. */
const word = (/** @type {string} */ value) => `0x${value.slice(2).padStart(64, "0")}`;

/** @param {Record<string, { nonce: number | string, balance: string, code: string, storage: Record<string, string> }>} accounts */
function toAllocs(accounts) {
  const hex = (/** @type {number | string} */ value) => `0x${BigInt(value).toString(16)}`;
  const entries = Object.entries(accounts).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(
    entries.map(([address, { nonce, balance, code, storage }]) => [
      address,
      {
        balance: hex(balance),
        nonce: hex(nonce),
        code,
        storage: Object.fromEntries(Object.entries(storage).map(([key, value]) => [word(key), word(value)])),
      },
    ]),
  );
}

/** Deployed contracts only: no funded accounts, no blocks. A chain that loads them starts at block 0 with today's clock. */
function contractsOnly(dump) {
  const own = new Set([...anvilAccounts, DEPLOYER, ERC1820_DEPLOYER].map((address) => address.toLowerCase()));
  const kept = Object.entries(dump.accounts).filter(
    ([address, account]) => account.code !== "0x" && !own.has(address.toLowerCase()),
  );
  return Object.fromEntries(kept);
}

async function build() {
  // A fixed clock, because some of the framework's storage holds block times.
  const args = ["--disable-code-size-limit", "--timestamp", "1700000000", "--auto-impersonate", "--silent"];
  const { url, child } = await startAnvil({ args });
  try {
    await rpc(url, "anvil_setBlockTimestampInterval", [1]);
    await rpc(url, "anvil_setBalance", [DEPLOYER, RICH]);
    await deployErc1820(url);
    const framework = await deployFramework(url);
    await setPermit2(url);
    await setMulticall3(url);
    const dumped = await rpc(url, "anvil_dumpState");
    const dump = JSON.parse(gunzipSync(Buffer.from(dumped.slice(2), "hex")).toString("utf8"));
    writeResults(contractsOnly(dump), framework);
  } finally {
    await child.stop();
  }
}

function writeResults(accounts, framework) {
  const { cfaV1Forwarder, gdaV1Forwarder, ...rest } = framework;
  const addresses = {
    ...rest,
    cfaForwarder: cfaV1Forwarder,
    gdaForwarder: gdaV1Forwarder,
    erc1820: ERC1820,
    permit2: PERMIT2,
    multicall3: MULTICALL3,
  };
  const state = { block: null, accounts, best_block_number: 0, blocks: [], transactions: [] };
  mkdirSync(inState(), { recursive: true });
  const write = (/** @type {string} */ file, /** @type {unknown} */ value, space = 0) =>
    writeFileSync(inRoot(file), `${JSON.stringify(value, null, space)}\n`);
  write(superfluidFiles.state, state);
  write(superfluidFiles.allocs, toAllocs(accounts));
  write(superfluidFiles.addresses, addresses, 2);
}

/**
 * Makes sure that the three files exist and belong to the installed packages.
 * @returns {Promise<boolean>} true if they were generated now
 */
export function ensureSuperfluid() {
  return runStep({
    name: "superfluid",
    inputs: [
      path.join(PACKAGE, "package.json"),
      PERMIT2_SOURCE,
      "node_modules/viem/package.json",
      "tools/superfluid.mjs",
      "tools/lib/linker.mjs",
    ],
    outputs: Object.values(superfluidFiles),
    run: build,
  });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  console.log((await ensureSuperfluid()) ? "superfluid: generated" : "superfluid: up to date");
}

// Names the key nodes on the local chain, as an operator would after a key ceremony.
import { readFileSync } from "node:fs";
import path from "node:path";
import { inRoot } from "../lib/paths.mjs";
import { readDeployment, readKeyNetwork } from "./services.mjs";

/** 127.0.0.1 as the number that Lit's client builds an address from. */
const LOOPBACK = 0x7f000001;

/**
 * Starts the network's first epoch, from the account that script/config names as key operator.
 * @param {import("./services.mjs").Context} context
 */
export async function startEpoch(context) {
  const { createPublicClient, createWalletClient, http, keccak256 } = await import("viem");
  const { keyNetworkAbi } = await import("@colophon-protocol/contracts");
  const { keyOperator } = JSON.parse(readFileSync(inRoot(path.join("script", "config", "31337.json")), "utf8"));
  const { publicKey, threshold, nodes } = readKeyNetwork(context);
  const { ports } = context;
  const transport = http(context.rpcUrl);
  const hash = await createWalletClient({ account: keyOperator, transport }).writeContract({
    chain: null,
    address: readDeployment(context).contracts.KeyNetwork.address,
    abi: keyNetworkAbi,
    functionName: "startEpoch",
    args: [BigInt(threshold), publicKey, nodes.map((node, i) => nodeEntry(node, i, ports, keccak256))],
  });
  const { status } = await createPublicClient({ transport }).waitForTransactionReceipt({ hash, pollingInterval: 50 });
  if (status !== "success")
    throw new Error("stack: KeyNetwork.startEpoch reverted; is the key operator's role granted?");
}

/**
 * @param {{ index: 1 | 2 | 3, publicKeyShare: `0x${string}`, url: string }} node
 * @param {number} position
 * @param {import("./layout.mjs").Ports} ports
 * @param {typeof import("viem").keccak256} keccak256
 */
function nodeEntry({ index, publicKeyShare, url }, position, ports, keccak256) {
  return {
    // Operators only need to differ: no transaction is ever sent from these.
    operator: /** @type {`0x${string}`} */ (`0x${String(position + 1).padStart(40, "0")}`),
    ip: LOOPBACK,
    port: ports[`keynode${index}`],
    publicKeyShareHash: keccak256(publicKeyShare),
    endpoint: url,
  };
}

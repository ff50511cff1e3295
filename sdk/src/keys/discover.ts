/** From what the `KeyNetwork` contract says to a network description that a release can trust. */
import { type Hex, keccak256 } from "viem";
import { type KeyNodeFailure, KeyNodesUnavailable } from "./errors.js";
import { type KeyNetwork, validateKeyNetwork } from "./network.js";

/** A key network as registered on chain; nodes in the order of their share index, from 1. */
export interface RegisteredKeyNetwork {
  publicKey: Hex;
  threshold: number;
  nodes: readonly { endpoint: string; publicKeyShareHash: Hex }[];
}

/**
 * Completes a registered network with its nodes' public key shares.
 *
 * The chain holds only their keccak256 hashes; any node hands out all of them at `/v1/info`, so one honest node that answers is
 * enough, and none needs to be believed: every share is checked against its hash, and all of them against the network's key.
 * @param options.timeoutMs How long one node may take; 5,000 unless told.
 * @throws KeyNodesUnavailable when the shares of some node could not be had from any of them.
 * @throws KeyFormatError when the shares do not belong to the registered key.
 */
export async function verifiedKeyNetwork(
  registered: RegisteredKeyNetwork,
  options: { fetch?: typeof globalThis.fetch; timeoutMs?: number } = {},
): Promise<KeyNetwork> {
  const { publicKey, threshold } = registered;
  const shares = new Map<number, Hex>();
  const failures: KeyNodeFailure[] = [];
  await Promise.all(
    registered.nodes.map(async ({ endpoint }) => {
      try {
        for (const { index, publicKeyShare } of await publicShares(endpoint, options)) {
          if (registered.nodes[index - 1]?.publicKeyShareHash === hashOf(publicKeyShare))
            shares.set(index, publicKeyShare);
        }
      } catch (error) {
        failures.push({ url: endpoint, code: "unreachable", message: (error as Error).message });
      }
    }),
  );
  if (shares.size < registered.nodes.length)
    throw new KeyNodesUnavailable(registered.nodes.length, shares.size, failures);
  const nodes = registered.nodes.map(({ endpoint }, i) => ({
    url: endpoint,
    index: i + 1,
    publicKeyShare: shares.get(i + 1) as Hex,
  }));
  const network = { publicKey, threshold: Number(threshold), nodes };
  validateKeyNetwork(network);
  return network;
}

async function publicShares(
  endpoint: string,
  options: { fetch?: typeof globalThis.fetch; timeoutMs?: number },
): Promise<{ index: number; publicKeyShare: Hex }[]> {
  const { fetch = globalThis.fetch, timeoutMs = 5000 } = options;
  const response = await fetch(`${endpoint.replace(/\/$/, "")}/v1/info`, { signal: AbortSignal.timeout(timeoutMs) });
  const info = (await response.json()) as { nodes?: { index: number; publicKeyShare: Hex }[] };
  if (!response.ok || !Array.isArray(info.nodes)) throw new Error(`answered ${response.status} without its network`);
  return info.nodes;
}

/** Hash of a 48-byte share key, or nothing for anything else. */
function hashOf(publicKeyShare: unknown): Hex | undefined {
  return typeof publicKeyShare === "string" && /^0x[0-9a-f]{96}$/.test(publicKeyShare)
    ? keccak256(publicKeyShare as Hex)
    : undefined;
}

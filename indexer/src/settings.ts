import { readFileSync } from "node:fs";
import { resolve } from "node:path";

/** What the indexer reads from `deployments/<chainId>.json`. */
interface Deployment {
  chainId: number;
  contracts: Record<string, { address: `0x${string}`; block: number }>;
}

const file = resolve(process.env.COLOPHON_DEPLOYMENT ?? "../deployments/31337.json");

/** The deployment that is indexed: the file that COLOPHON_DEPLOYMENT names, by default the local chain's. */
export const deployment = readDeployment();

/**
 * The RPC endpoint of the chain (PONDER_RPC_URL, several separated by commas). History comes in faster over one WebSocket, which costs
 * the process about half of what a request over HTTP each does.
 */
export const rpcUrls = readRpcUrls();

/**
 * Where manifests are asked for: URL templates with `{hash}` (hex without 0x) or `{cid}`, separated by commas, in
 * COLOPHON_MANIFEST_SOURCES. Every answer is checked against the hash on chain, so a source needs no trust.
 */
export const manifestSources = (process.env.COLOPHON_MANIFEST_SOURCES ?? "").split(",").filter((url) => url !== "");

function readDeployment(): Deployment {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Deployment;
  } catch (cause) {
    throw new Error(
      `Cannot read the deployment file ${file}: set COLOPHON_DEPLOYMENT to a deployments/<chainId>.json.`,
      {
        cause,
      },
    );
  }
}

function readRpcUrls(): string[] {
  const given = (process.env.PONDER_RPC_URL ?? "ws://127.0.0.1:8545").split(",");
  return given.length === 1 ? Array<string>(25).fill(given[0] as string) : given;
}

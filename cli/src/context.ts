/** What commands work with: a client of the right chain, the deployment, output. */
import { type ColophonClient, type Deployment, getDeployment, parseDeployment } from "@colophon-protocol/sdk";
import { type Address, type Chain, createClient, defineChain, http } from "viem";
import type { PrivateKeyAccount } from "viem/accounts";
import { getChainId } from "viem/actions";
import { findAccount } from "./account.js";
import { CliError, EXIT } from "./exit-codes.js";
import { type Output, terminalOutput } from "./output.js";
import { completeSettings, readJsonFile, requireSetting, type Settings } from "./settings.js";

/** Everything a command on the chain needs. */
export interface Context {
  settings: Settings;
  output: Output;
  client: ColophonClient;
  chainId: number;
  deployment: Deployment;
  account: PrivateKeyAccount | undefined;
}

/** Connects, and checks that RPC endpoint, `--chain` and deployment are of one chain. @throws CliError, ColophonError */
export async function createContext(options: Partial<Settings>): Promise<Context> {
  const settings = await completeSettings(options);
  const rpcUrl = requireSetting(settings, "rpcUrl", "--rpc-url");
  const account = await findAccount(settings);
  const transport = http(rpcUrl, { retryCount: 1 });
  const chainId = await getChainId(createClient({ transport }));
  const wanted = settings.chain ? await chainNumber(settings.chain) : chainId;
  if (wanted !== chainId) {
    throw new CliError(
      `The RPC endpoint is of chain ${chainId}, expected ${wanted}.`,
      EXIT.usage,
      "Check --rpc-url and --chain.",
    );
  }
  const deployment = settings.deployment
    ? parseDeployment(await readJsonFile(settings.deployment))
    : getDeployment(chainId);
  const chain = chainOf(chainId, rpcUrl);
  const client = createClient({
    chain,
    transport,
    pollingInterval: chainId === 31337 ? 100 : 4000,
    ...(account ? { account } : {}),
  });
  return { settings, output: terminalOutput(settings.json), client, chainId, deployment, account };
}

/** Address of a contract that the SDK has no action for, such as a payment token by name. */
export function contractAddress({ deployment }: Context, name: string): Address | undefined {
  return deployment.contracts[name]?.address;
}

/** A chain by number or by viem's name ("mainnet", "base"). */
async function chainNumber(value: string): Promise<number> {
  if (/^\d+$/.test(value)) return Number(value);
  // All chains of the world are a big module: loaded only for a name.
  const chains = (await import("viem/chains")) as unknown as Record<string, Chain | undefined>;
  if (chains[value]) return chains[value].id;
  throw new CliError(
    `There is no chain "${value}".`,
    EXIT.usage,
    "Expected a chain id, or a name such as base or sepolia.",
  );
}

function chainOf(id: number, rpcUrl: string): Chain {
  return defineChain({
    id,
    name: `chain ${id}`,
    nativeCurrency: { name: "Ether", symbol: "ETH", decimals: 18 },
    rpcUrls: { default: { http: [rpcUrl] } },
  });
}

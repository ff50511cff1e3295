/** Where the contracts are. `deployments/<chainId>.json` is the only source; a caller may bring its own file's content. */
import { deployments } from "@colophon-protocol/contracts";
import { type Address, type Client, getAddress, type Hex, isAddress, isHash } from "viem";
import { ColophonError } from "../errors/colophon-error.js";

/** Contract name → address and the block it was deployed in, for one chain. Content of `deployments/<chainId>.json`. */
export interface Deployment {
  readonly chainId: number;
  /** Who deployed; holds nothing since. */
  readonly deployer?: Address;
  readonly contracts: Readonly<Record<string, DeployedContract>>;
  /** What the protocol uses but does not deploy: `permit2`, `gdaForwarder`, `superfluidHost`. */
  readonly external?: Readonly<Record<string, Address>>;
}

/** Where one contract is. `block` is where readers of its events start. */
export interface DeployedContract {
  readonly address: Address;
  readonly block?: number;
  /** Release of the code; part of the salt of code that is replaced rather than upgraded. */
  readonly version?: string;
  /** keccak256 of the code that runs: of a proxy, its implementation's. */
  readonly codeHash?: Hex;
  /** Of a proxy: where its code is. */
  readonly implementation?: Address;
}

/** How an action finds its contract: an explicit address, else the deployment given, else the one published for the client's chain. */
export interface DeploymentOptions {
  deployment?: Deployment | undefined;
  /** Overrides the address of the contract that this action calls. */
  address?: Address | undefined;
}

/**
 * The published deployment of a chain.
 * @throws ColophonError `input` when Colophon is not known to be on that chain
 */
export function getDeployment(chainId: number): Deployment {
  const contracts = deployments[String(chainId)];
  if (!contracts) {
    const known = Object.keys(deployments).join(", ") || "none";
    throw new ColophonError(`No Colophon deployment is known for chain ${chainId}.`, {
      code: "input",
      hint: `Pass \`deployment\` (the content of a deployments/<chainId>.json). Chains known: ${known}.`,
    });
  }
  return { chainId, contracts };
}

/**
 * Checks the content of a deployment file.
 * @param value parsed JSON: `{ chainId, deployer, contracts: { Name: { address, block, version, codeHash, implementation } }, external }`
 * @throws ColophonError `input` naming the field that is wrong
 */
export function parseDeployment(value: unknown): Deployment {
  const { chainId, deployer, contracts, external } = (value ?? {}) as Record<string, unknown>;
  if (!Number.isSafeInteger(chainId) || (chainId as number) < 1) {
    throw malformed(`chainId is ${JSON.stringify(chainId)}, expected a positive integer`);
  }
  if (typeof contracts !== "object" || contracts === null) throw malformed("contracts is missing");
  const entries = Object.entries(contracts as Record<string, unknown>).map(
    ([name, entry]) => [name, parseContract(`contracts.${name}`, entry)] as const,
  );
  const outside = Object.entries((external ?? {}) as Record<string, unknown>).map(
    ([name, address]) => [name, requireAddress(`external.${name}`, address)] as const,
  );
  return {
    chainId: chainId as number,
    ...(deployer === undefined ? {} : { deployer: requireAddress("deployer", deployer) }),
    contracts: Object.fromEntries(entries),
    ...(outside.length > 0 ? { external: Object.fromEntries(outside) } : {}),
  };
}

/**
 * Address of a contract for a client.
 * @throws ColophonError `input` when the chain is not known, or the deployment is of another chain or lacks the contract
 */
export function resolveAddress(client: Pick<Client, "chain">, contract: string, options: DeploymentOptions): Address {
  if (options.address) return options.address;
  const deployment = options.deployment ?? publishedFor(client, contract);
  if (client.chain && client.chain.id !== deployment.chainId) {
    throw new ColophonError(
      `The deployment is of chain ${deployment.chainId}, the client of chain ${client.chain.id}.`,
      {
        code: "wrong-chain",
        hint: "Use a client of that chain, or the deployment of the client's chain.",
      },
    );
  }
  const found = deployment.contracts[contract]?.address;
  if (!found) {
    throw new ColophonError(`The deployment of chain ${deployment.chainId} has no ${contract}.`, {
      code: "input",
      hint: `Pass \`address\`, or a deployment that lists ${contract}.`,
    });
  }
  return found;
}

function publishedFor(client: Pick<Client, "chain">, contract: string): Deployment {
  if (client.chain) return getDeployment(client.chain.id);
  throw new ColophonError(`Cannot tell where ${contract} is: the client has no chain.`, {
    code: "input",
    hint: "Create the client with `chain`, or pass `deployment` or `address`.",
  });
}

function parseContract(field: string, entry: unknown): DeployedContract {
  const { address, block, version, codeHash, implementation } = (entry ?? {}) as Record<string, unknown>;
  return {
    address: requireAddress(`${field}.address`, address),
    ...(typeof block === "number" ? { block } : {}),
    ...(typeof version === "string" ? { version } : {}),
    ...(codeHash === undefined ? {} : { codeHash: requireHash(`${field}.codeHash`, codeHash) }),
    ...(implementation === undefined
      ? {}
      : { implementation: requireAddress(`${field}.implementation`, implementation) }),
  };
}

function requireHash(field: string, value: unknown): Hex {
  if (typeof value === "string" && isHash(value)) return value;
  throw malformed(`${field} is ${JSON.stringify(value)}, expected 32 bytes of hex`);
}

function requireAddress(field: string, value: unknown): Address {
  if (typeof value === "string" && isAddress(value, { strict: false })) return getAddress(value);
  throw malformed(`${field} is ${JSON.stringify(value)}, expected an address`);
}

function malformed(what: string): ColophonError {
  return new ColophonError(`The deployment file is not well formed: ${what}.`, {
    code: "input",
    hint: "Expected the content of a deployments/<chainId>.json: { chainId, contracts: { Name: { address, block } } }.",
  });
}

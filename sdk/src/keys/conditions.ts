/**
 * Access conditions in Lit's `evmContractConditions` form, restricted to the one shape that Colophon's key nodes evaluate:
 * `LicenseToken.hasValidLicense(:userAddress, datasetId, version, uses) = true`.
 * One view answers everything (holder, expiry, payment, breach, suspension, bundles), so nothing needs to be combined, and nodes
 * never become a way to make somebody else's RPC calls.
 */
import { utf8ToBytes } from "@noble/hashes/utils.js";
import { type Address, getAddress, isAddress } from "viem";
import { KeyFormatError } from "./errors.js";
import { sha256Hex } from "./ibe.js";

/**
 * Names that Lit's client accepts for chains. Its list is closed and has no local chain, so the name of a test network that
 * was shut down stands in for chain id 31337; key nodes map names to RPC addresses in their own configuration.
 */
export const CHAIN_NAMES: Readonly<Record<number, string>> = {
  1: "ethereum",
  10: "optimism",
  56: "bsc",
  100: "xdai",
  137: "polygon",
  8453: "base",
  42161: "arbitrum",
  43114: "avalanche",
  84532: "baseSepolia",
  421614: "arbitrumSepolia",
  11155111: "sepolia",
  31337: "goerli",
};

interface AbiParam {
  name: string;
  type: string;
}

/** One condition, fields in Lit's canonical order (the order is part of the hash). */
export interface EvmContractCondition {
  contractAddress: string;
  functionName: string;
  functionParams: string[];
  functionAbi: {
    name: string;
    inputs: AbiParam[];
    outputs: AbiParam[];
    constant: boolean;
    stateMutability: string;
  };
  chain: string;
  returnValueTest: { key: string; comparator: string; value: string };
}

export type EvmContractConditions = EvmContractCondition[];

/** What the one accepted shape says. `uses` are use bits, all of which are needed. */
export interface LicenseCondition {
  chain: string;
  licenseToken: Address;
  datasetId: bigint;
  version: number;
  uses: number;
}

export interface LicenseConditionsParameters {
  /** Chain of the license token; its Lit name is looked up unless `chain` is given. */
  chainId: number;
  /** Lit name of the chain, where it is not in `CHAIN_NAMES`. */
  chain?: string;
  licenseToken: Address;
  datasetId: bigint;
  version: number;
  /** Use bits that the license must carry, all of them. */
  uses: number;
}

/**
 * Conditions to wrap a dataset key under.
 * @throws KeyFormatError on an unknown chain, a bad address, or numbers outside uint40 / uint24 / uint16.
 */
export function licenseConditions(parameters: LicenseConditionsParameters): EvmContractConditions {
  const chain = parameters.chain ?? CHAIN_NAMES[parameters.chainId];
  if (!chain) {
    throw new KeyFormatError(
      `No condition name is known for chain ${parameters.chainId}; give \`chain\`, a name from Lit's list that your key nodes map.`,
    );
  }
  return buildConditions({ ...parameters, chain });
}

/**
 * Reads conditions, accepting the one allowed shape only: they are rebuilt from what they say and must come out the same.
 * Fields that clients leave out or add (`type` in the ABI) do not matter; anything that changes the hash does.
 * @throws KeyFormatError naming the first thing that is wrong.
 */
export function parseLicenseConditions(conditions: unknown): LicenseCondition {
  if (!Array.isArray(conditions) || conditions.length !== 1) {
    throw new KeyFormatError(
      "Expected evmContractConditions with exactly one condition: hasValidLicense on the license token.",
    );
  }
  const parsed = readCondition(conditions[0]);
  if (canonicalConditions(buildConditions(parsed)) !== canonicalConditions(conditions)) {
    throw new KeyFormatError(
      "These conditions are not allowed: only hasValidLicense(:userAddress, datasetId, version, uses) = true on the license token is.",
    );
  }
  return parsed;
}

/** The JSON text that Lit hashes: known fields in fixed order, nothing else. @throws KeyFormatError on another structure. */
export function canonicalConditions(conditions: readonly unknown[]): string {
  try {
    return JSON.stringify((conditions as EvmContractConditions).map(canonicalCondition));
  } catch {
    throw new KeyFormatError(
      "Not evmContractConditions: a condition lacks functionAbi, inputs, outputs or returnValueTest.",
    );
  }
}

/** SHA-256 of the canonical conditions, 64 hex digits: the first half of the identity. */
export function hashConditions(conditions: readonly unknown[]): string {
  return sha256Hex(utf8ToBytes(canonicalConditions(conditions)));
}

function canonicalCondition(c: EvmContractCondition): EvmContractCondition {
  const params = (list: AbiParam[]) => list.map(({ name, type }) => ({ name, type }));
  const { name, inputs, outputs, constant, stateMutability } = c.functionAbi;
  const { key, comparator, value } = c.returnValueTest;
  return {
    contractAddress: c.contractAddress,
    functionName: c.functionName,
    functionParams: c.functionParams,
    functionAbi: {
      name,
      inputs: params(inputs),
      outputs: params(outputs),
      constant: constant ?? false,
      stateMutability,
    },
    chain: c.chain,
    returnValueTest: { key, comparator, value },
  };
}

function readCondition(value: unknown): LicenseCondition {
  const c = value as Partial<EvmContractCondition> | null;
  const params = c?.functionParams;
  if (
    typeof c?.chain !== "string" ||
    typeof c.contractAddress !== "string" ||
    !Array.isArray(params) ||
    params.length !== 4
  ) {
    throw new KeyFormatError("A condition needs chain, contractAddress and four functionParams.");
  }
  const [datasetId, version, uses] = params
    .slice(1)
    .map((p) => (/^\d{1,15}$/.test(String(p)) ? BigInt(p as string) : -1n));
  return {
    chain: c.chain,
    licenseToken: c.contractAddress as Address,
    datasetId: datasetId as bigint,
    version: Number(version),
    uses: Number(uses),
  };
}

function buildConditions(condition: LicenseCondition): EvmContractConditions {
  const { chain, licenseToken, datasetId, version, uses } = condition;
  if (!isAddress(licenseToken, { strict: false })) {
    throw new KeyFormatError(`The license token is not an address: ${String(licenseToken).slice(0, 60)}.`);
  }
  expectRange("datasetId", datasetId, 40n);
  expectRange("version", version, 24n);
  expectRange("uses", uses, 16n);
  return [
    {
      contractAddress: getAddress(licenseToken),
      functionName: "hasValidLicense",
      functionParams: [":userAddress", String(datasetId), String(version), String(uses)],
      functionAbi: {
        name: "hasValidLicense",
        inputs: [
          { name: "user", type: "address" },
          { name: "datasetId", type: "uint256" },
          { name: "version", type: "uint32" },
          { name: "uses", type: "uint16" },
        ],
        outputs: [{ name: "", type: "bool" }],
        constant: false,
        stateMutability: "view",
      },
      chain,
      returnValueTest: { key: "", comparator: "=", value: "true" },
    },
  ];
}

/** Zero is refused everywhere: no dataset, no version, and a use mask of zero would be met by every license. */
function expectRange(name: string, value: bigint | number, bits: bigint): void {
  const ok = typeof value === "bigint" ? true : Number.isSafeInteger(value);
  if (!ok || BigInt(value) < 1n || BigInt(value) >= 1n << bits) {
    throw new KeyFormatError(`${name} must be 1 to 2^${bits} - 1, got ${value}.`);
  }
}

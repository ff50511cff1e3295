// Reads ABIs out of forge's output and out of the packages whose errors can reach a caller of ours.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { inRoot } from "./paths.mjs";

/**
 * @typedef {{ type: string, name?: string, inputs?: any[], outputs?: any[], [key: string]: unknown }} AbiItem
 * @typedef {{ name: string, source: string, abi: AbiItem[], deployable: boolean, runtimeBytes: number, artifact: any }} Compiled
 */

const OPENZEPPELIN = [
  ...["IERC20Errors", "IERC721Errors", "IAccessManaged", "IAccessManager", "TimelockController", "SafeERC20"],
  ...["ERC20Permit", "ERC3009", "ECDSA", "Initializable", "UUPSUpgradeable", "ERC1967Utils", "ReentrancyGuard"],
  ...["Pausable", "Nonces", "SafeCast", "Errors", "Create3", "Strings", "ShortStrings", "Address"],
];

// Only from files under the MIT licence.
const SUPERFLUID = ["ISuperfluid", "ISuperToken", "ISuperfluidToken", "IConstantFlowAgreementV1", "ISuperTokenFactory"];

const PERMIT2 = [
  "error InvalidAmount(uint256 maxAmount)",
  "error LengthMismatch()",
  "error SignatureExpired(uint256 signatureDeadline)",
  "error InvalidNonce()",
  "error InvalidSigner()",
  "error InvalidSignature()",
  "error InvalidSignatureLength()",
  "error InvalidContractSignature()",
  "error AllowanceExpired(uint256 deadline)",
  "error InsufficientAllowance(uint256 amount)",
  "error ExcessiveInvalidation()",
];

/** @param {string} file relative to the root @returns {any} */
const readJson = (file) => JSON.parse(readFileSync(inRoot(file), "utf8"));

/**
 * All contracts that forge compiled from sources under the given folders.
 * @param {string} out forge's output folder, relative to the root
 * @param {string[]} folders source folders with a trailing slash, relative to the root
 * @returns {Compiled[]} sorted by name; a source file that no longer exists is left out
 * @throws if two contracts share a name
 */
export function compiledContracts(out, folders) {
  const files = /** @type {string[]} */ (readdirSync(inRoot(out), { recursive: true }));
  /** @type {Map<string, Compiled>} */
  const byName = new Map();
  for (const file of files.filter((each) => /\.sol[\\/][^\\/]+\.json$/.test(each)).sort()) {
    const artifact = readJson(path.join(out, file));
    const [source, name] = Object.entries(artifact.metadata?.settings?.compilationTarget ?? {})[0] ?? [];
    if (!source || !folders.some((folder) => source.startsWith(folder)) || !existsSync(inRoot(source))) continue;
    const other = byName.get(name);
    if (other && other.source !== source)
      throw new Error(`generate: two contracts are named ${name} (${other.source}, ${source}). Rename one of them.`);
    const runtimeBytes = (artifact.deployedBytecode.object.length - 2) / 2;
    const deployable = artifact.bytecode.object !== "0x";
    byName.set(name, { name, source, abi: artifact.abi, deployable, runtimeBytes, artifact });
  }
  return [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Compilers disagree on the order of keys; one order compresses better. */
const KEYS = ["type", "name"];
const rank = (/** @type {string} */ key) => (KEYS.includes(key) ? KEYS.indexOf(key) : KEYS.length);

/** ABI parameters without `internalType`, which no client reads, keys in one order. @param {unknown} value @returns {any} */
export function withoutInternalTypes(value) {
  if (Array.isArray(value)) return value.map(withoutInternalTypes);
  if (typeof value !== "object" || value === null) return value;
  const kept = Object.entries(value).filter(([key]) => key !== "internalType");
  const sorted = kept.sort(([a], [b]) => rank(a) - rank(b));
  return Object.fromEntries(sorted.map(([key, inner]) => [key, withoutInternalTypes(inner)]));
}

/**
 * One ABI with every error that a call of ours can end in, each selector once, our own names first.
 * @param {Compiled[]} contracts
 * @returns {Promise<AbiItem[]>}
 */
export async function mergedErrors(contracts) {
  const { parseAbi, toFunctionSelector } = await import("viem");
  const bundled = readJson("node_modules/@superfluid-finance/ethereum-contracts/build/bundled-abi.json");
  const foreign = [
    ...OPENZEPPELIN.map((name) => readJson(`node_modules/@openzeppelin/contracts/build/contracts/${name}.json`).abi),
    ...SUPERFLUID.map((name) => bundled[name]),
    parseAbi(PERMIT2),
  ];
  const bySelector = new Map();
  for (const item of [...contracts.map((contract) => contract.abi), ...foreign].flat()) {
    if (item.type !== "error") continue;
    const selector = toFunctionSelector({ ...item, type: "function", outputs: [], stateMutability: "view" });
    if (!bySelector.has(selector)) bySelector.set(selector, withoutInternalTypes(item));
  }
  return [...bySelector.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

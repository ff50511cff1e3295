/** Addresses follow from the deployer and from names; here they are derived again, without asking the chain. */
import { permissions } from "@colophon-protocol/contracts";
import {
  type Address,
  concat,
  encodeAbiParameters,
  getCreate2Address,
  getCreateAddress,
  type Hex,
  keccak256,
  stringToHex,
} from "viem";
import type { DeployedContract } from "../core/deployment.js";
import { addressOf, type DeploymentCheck, equal, type Inspection } from "./checks.js";

/** The CREATE2 factory that every chain has at this address. */
const CREATE2_FACTORY: Address = "0x4e59b44847b379578588920cA78FbF26c0B4956C";
/** OpenZeppelin's Create3: hash of the code of what creates the contract. */
const CREATOR_CODE_HASH: Hex = "0x57a34f6e879358dd76825d6700df87013ad6a3fb43c0d0c602f70a8772c153bd";
/** Named alike in every release: what has state, or holds power. All else is replaced, and its salt carries the release. */
const LASTING: ReadonlySet<string> = new Set([
  "TimelockController",
  "AccessManager",
  "TestUSDC",
  ...permissions.proxies,
]);

const saltOf = (...parts: string[]): Hex => keccak256(stringToHex(["colophon", ...parts].join(".")));

/** Where OpenZeppelin's Create3 puts what `factory` deploys with a salt; the code does not matter. */
export function create3Address(factory: Address, salt: Hex): Address {
  const creator = getCreate2Address({ from: factory, salt, bytecodeHash: CREATOR_CODE_HASH });
  return getCreateAddress({ from: creator, nonce: 1n });
}

/**
 * Where the ColophonFactory of a deployer is, on every chain.
 * @param creationCode of ColophonFactory, without arguments
 */
export function factoryAddress(deployer: Address, creationCode: Hex): Address {
  const code = concat([creationCode, encodeAbiParameters([{ type: "address" }], [deployer])]);
  return getCreate2Address({ from: CREATE2_FACTORY, salt: saltOf("ColophonFactory"), bytecode: code });
}

/** Each contract, and each implementation, stands where its name puts it. */
export async function checkAddresses(inspection: Inspection): Promise<DeploymentCheck[]> {
  const { deployment } = inspection;
  const factory = addressOf(deployment, "ColophonFactory");
  const missing = ["ColophonFactory", ...LASTING].filter((name) => name !== "TestUSDC" && !addressOf(deployment, name));
  const complete = equal(
    "deployment",
    "lists every contract of the protocol",
    "none missing",
    missing.join(", ") || "none missing",
  );
  if (!factory) return [complete];
  const derived = Object.entries(deployment.contracts)
    .filter(([name]) => name !== "ColophonFactory")
    .flatMap(([name, entry]) => derivedChecks(factory, name, entry));
  return [complete, ...(await checkFactory(inspection, factory)), ...derived];
}

function derivedChecks(factory: Address, name: string, entry: DeployedContract): DeploymentCheck[] {
  const { address, version = "", implementation } = entry;
  const lasting = LASTING.has(name);
  const salt = lasting ? `colophon.${name}` : `colophon.${name}.${version}`;
  const expected = create3Address(factory, lasting ? saltOf(name) : saltOf(name, version));
  const own = equal(name, `address follows from the factory and "${salt}"`, expected, address);
  if (!implementation) return [own];
  const code = create3Address(factory, saltOf(name, version));
  const what = `implementation's address follows from the factory and "colophon.${name}.${version}"`;
  return [own, equal(name, what, code, implementation)];
}

async function checkFactory({ deployment, artifact }: Inspection, factory: Address): Promise<DeploymentCheck[]> {
  if (!artifact || !deployment.deployer) return [];
  const { bytecode } = await artifact("ColophonFactory");
  const expected = factoryAddress(deployment.deployer, bytecode.object);
  return [equal("ColophonFactory", "address follows from the deployer and the build's code", expected, factory)];
}

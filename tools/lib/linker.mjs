// Deploys published Hardhat artifacts, linking and deploying the libraries they name, each once.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

/**
 * @typedef {{ length: number, start: number }} Hole
 * @typedef {object} Artifact
 * @property {string} contractName
 * @property {import("viem").Abi} abi
 * @property {`0x${string}`} bytecode creation code with holes for library addresses
 * @property {Record<string, Record<string, Hole[]>>} linkReferences source → library → holes, in bytes
 */

/**
 * @param {string} folder a Hardhat `artifacts` folder
 * @returns {(name: string) => Artifact}
 */
export function artifactReader(folder) {
  const files = /** @type {string[]} */ (readdirSync(folder, { recursive: true }));
  return (name) => {
    const found = files.filter((file) => path.basename(file) === `${name}.json`);
    if (found.length !== 1)
      throw new Error(`artifact ${name}: expected exactly one ${name}.json under ${folder}, found ${found.length}.`);
    return JSON.parse(readFileSync(path.join(folder, found[0]), "utf8"));
  };
}

/**
 * @param {string} bytecode 0x-prefixed, with placeholders
 * @param {Hole[]} holes
 * @param {string} address
 */
function fill(bytecode, holes, address) {
  let out = bytecode;
  for (const { start, length } of holes) {
    const at = 2 + start * 2;
    out = out.slice(0, at) + address.slice(2).toLowerCase() + out.slice(at + length * 2);
  }
  return out;
}

/**
 * A deployer that links recursively and remembers each library's address.
 * @param {(name: string) => Artifact} read
 * @param {(name: string, bytecode: `0x${string}`) => Promise<`0x${string}`>} create deploys creation code, returns the address
 * @returns {(name: string) => Promise<`0x${string}`>}
 */
export function linkingDeployer(read, create) {
  /** @type {Map<string, `0x${string}`>} */
  const deployed = new Map();
  return async function deploy(name) {
    const known = deployed.get(name);
    if (known) return known;
    const artifact = read(name);
    let bytecode = /** @type {string} */ (artifact.bytecode);
    for (const libraries of Object.values(artifact.linkReferences)) {
      for (const [library, holes] of Object.entries(libraries)) bytecode = fill(bytecode, holes, await deploy(library));
    }
    const address = await create(name, /** @type {`0x${string}`} */ (bytecode));
    deployed.set(name, address);
    return address;
  };
}

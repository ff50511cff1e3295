// Contracts that tests put on a chain besides the deployment: our own out of the build, and doubles of other protocols.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { inRoot } from "../lib/paths.mjs";

/** @typedef {{ abi: readonly any[], bytecode: `0x${string}` }} Compiled */

/** A contract of ours, from the build that the deployment is from. @param {string} name @returns {Compiled} */
export function builtContract(name) {
  const { abi, bytecode } = JSON.parse(readFileSync(inRoot("out", `${name}.sol`, `${name}.json`), "utf8"));
  return { abi, bytecode: bytecode.object };
}

/**
 * A double of the contracts' own tests, which no build keeps: compiled here, with the compiler that the contracts are built with.
 * @param {string} name of a contract in test/mocks @returns {Compiled}
 */
export function compiledDouble(name) {
  const solc = createRequire(import.meta.url)("solc");
  const file = `test/mocks/${name}.sol`;
  /** @param {string} path */
  const read = (path) => readFileSync(inRoot(path.startsWith("@") ? `node_modules/${path}` : path), "utf8");
  const input = {
    language: "Solidity",
    sources: { [file]: { content: read(file) } },
    settings: { evmVersion: "cancun", outputSelection: { [file]: { [name]: ["abi", "evm.bytecode.object"] } } },
  };
  /** @param {string} path */
  const found = (path) => ({ contents: read(path) });
  const { contracts, errors = [] } = JSON.parse(solc.compile(JSON.stringify(input), { import: found }));
  const made = contracts?.[file]?.[name];
  if (!made) throw new Error(`${name} does not compile: ${JSON.stringify(errors)}`);
  return { abi: made.abi, bytecode: `0x${made.evm.bytecode.object}` };
}

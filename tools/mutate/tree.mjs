// A copy of the tree in which mutants are tried, so that the sources themselves are never touched.
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { foundryBin } from "../lib/foundry.mjs";
import { inRoot } from "../lib/paths.mjs";
import { start } from "../lib/process.mjs";
import { superfluidFiles } from "../superfluid.mjs";

/** @typedef {{ mutator: string, file: string, start: number, end: number, old: string, new: string, line: number }} Mutant offsets in bytes */

const COPIED = [
  "contracts",
  "script",
  "test",
  "spec",
  "deployments",
  "foundry.toml",
  "tools/solc-js",
  "zk/elf/programs.json",
  "package.json",
  ...Object.values(superfluidFiles),
];
const TIMEOUT_MS = 15 * 60_000;

/** @param {string} folder absolute; made anew, but for forge's output, which saves a compilation */
export function makeTree(folder) {
  for (const name of COPIED) {
    rmSync(path.join(folder, name), { recursive: true, force: true });
    if (existsSync(inRoot(name))) cpSync(inRoot(name), path.join(folder, name), { recursive: true });
  }
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, "tools/package.json"), '{ "type": "module" }\n');
  if (!existsSync(path.join(folder, "node_modules")))
    symlinkSync(inRoot("node_modules"), path.join(folder, "node_modules"));
}

/**
 * Runs the contract's own suites in the copy.
 * @param {string} folder
 * @param {string} suites a glob
 * @returns {Promise<"passed" | "failed" | "uncompilable">} a run that takes too long has failed
 */
export async function runSuites(folder, suites) {
  const env = { FOUNDRY_FUZZ_RUNS: "64", FOUNDRY_INVARIANT_RUNS: "8", COLOPHON_VECTORS: inRoot("../shared/vectors") };
  const command = [foundryBin("forge"), "test", "--fail-fast", "--match-path", suites];
  const child = start("mutant", command, { cwd: folder, env });
  const timer = setTimeout(() => child.stop(), TIMEOUT_MS);
  const code = await child.exited;
  clearTimeout(timer);
  if (code === 0) return /no tests (match|found)/i.test(child.text.both) ? "uncompilable" : "passed";
  return /Compiler run failed|compilation failed/i.test(child.text.both) ? "uncompilable" : "failed";
}

/**
 * Tries one mutant and puts the original back.
 * @param {string} folder
 * @param {string} suites
 * @param {Mutant} mutant
 * @returns {Promise<"survived" | "killed" | "uncompilable">}
 */
export async function tryMutant(folder, suites, mutant) {
  const file = path.join(folder, mutant.file);
  const original = readFileSync(file);
  const mutated = [original.subarray(0, mutant.start), Buffer.from(mutant.new), original.subarray(mutant.end)];
  try {
    writeFileSync(file, Buffer.concat(mutated));
    const verdict = await runSuites(folder, suites);
    return verdict === "passed" ? "survived" : verdict === "failed" ? "killed" : "uncompilable";
  } finally {
    writeFileSync(file, original);
  }
}

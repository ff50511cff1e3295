// Runs a step only when its inputs changed. A stamp is the hash of the inputs of the last successful run.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { inState, root } from "./paths.mjs";

const SKIPPED = new Set(["node_modules", "dist", "generated", ".git", ".ponder", "coverage"]);

/** @param {string} target absolute file or folder @returns {string[]} the files in it, sorted, without build products */
export function filesUnder(target) {
  if (!existsSync(target)) return [];
  if (!statSync(target).isDirectory()) return [target];
  const entries = readdirSync(target, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries
    .filter((entry) => !SKIPPED.has(entry.name))
    .flatMap((entry) => filesUnder(path.join(target, entry.name)));
}

/**
 * SHA-256 over names and contents of the inputs.
 * @param {string[]} inputs files or folders, relative to the root; missing ones count as absent
 * @param {string[]} [values] further values that the result depends on
 * @returns {string} hex
 */
export function hashInputs(inputs, values = []) {
  const hash = createHash("sha256");
  for (const file of inputs.flatMap((input) => filesUnder(path.resolve(root, input)))) {
    const bytes = readFileSync(file);
    hash.update(`${path.relative(root, file)}\0${bytes.length}\0`).update(bytes);
  }
  for (const value of values) hash.update(`\0${value}`);
  return hash.digest("hex");
}

/**
 * @typedef {object} Step
 * @property {string} name also the stamp's file name
 * @property {string[]} inputs files or folders relative to the root
 * @property {string[]} [values] further inputs that are not files
 * @property {string[]} outputs files or folders relative to the root; if one is absent the step runs
 * @property {() => unknown} run
 */

/** @param {string} name */
const stampFile = (name) => inState("stamps", name);

/** @param {Step} step @returns {boolean} */
export function isFresh(step) {
  if (!step.outputs.every((output) => existsSync(path.resolve(root, output)))) return false;
  if (!existsSync(stampFile(step.name))) return false;
  return readFileSync(stampFile(step.name), "utf8") === hashInputs(step.inputs, step.values);
}

/**
 * Runs the step unless nothing it reads has changed since it last succeeded.
 * @param {Step} step
 * @returns {Promise<boolean>} true if it ran
 */
export async function runStep(step) {
  if (isFresh(step)) return false;
  rmSync(stampFile(step.name), { force: true });
  // Hashed before the run: an input edited meanwhile makes the next run stale, not wrongly fresh.
  const stamp = hashInputs(step.inputs, step.values);
  await step.run();
  mkdirSync(inState("stamps"), { recursive: true });
  writeFileSync(stampFile(step.name), stamp);
  return true;
}

/** @param {string} name @returns {string} the stamp of a step's last success, "" if there was none */
export const stampOf = (name) => (existsSync(stampFile(name)) ? readFileSync(stampFile(name), "utf8") : "");

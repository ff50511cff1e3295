#!/usr/bin/env node
// Makes a real Groth16 proof of the fixed scenario's run under a development key, step by step, and writes what is committed of it.
//
//   node zk/development-key/make.mjs [--dir zk/target/development-key] [--until STEP] [--plan]
//
// Each step is a process of its own and leaves a file; run again, it goes on where it stopped. README.md says what each takes.
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { writeInput, writeResults } from "./files.mjs";
import { freeDisk, freeMemory, goesOnAnyway, shortage } from "./needs.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));
const root = resolve(here, "../..");
const inRoot = (/** @type {string[]} */ ...parts) => join(root, ...parts);

const SP1 = "6.10.0";
const STAGES = join(here, "stages");
const PROVER = inRoot("zk/prover/target/release/colophon-prove");
const WRAP = inRoot("zk/prover/target/release/colophon-wrap");
const ELF = inRoot("zk/elf/adherence");

/**
 * @typedef {object} Step
 * @property {string} name
 * @property {string} what
 * @property {string} leaves its file, in the folder
 * @property {import("./needs.mjs").Needs} needs as measured on two cores
 * @property {() => void | Promise<void>} run
 */

/** @param {string} dir @returns {Step[]} */
function stepsIn(dir) {
  const file = (/** @type {string} */ name) => join(dir, name);
  const stage = (/** @type {string} */ limit, /** @type {string[]} */ ...args) =>
    command(file("stages"), args, { env: { GOGC: "25", GOMEMLIMIT: limit } });
  return [
    {
      name: "input",
      what: "the scenario's run as the guest reads it",
      leaves: "run.input",
      needs: { memory: 0.2, disk: 0.1, minutes: "no" },
      run: () => writeInput(dir),
    },
    {
      name: "tools",
      what: "build prover and stages (cargo, protoc, Go)",
      leaves: "stages",
      needs: { memory: 2, disk: 4, minutes: "25" },
      run: () => buildTools(file("stages")),
    },
    {
      name: "compressed",
      what: "prove the run with SP1: core, normalized, compressed",
      leaves: "compressed.proof",
      needs: { memory: 15, disk: 0.1, minutes: "6" },
      run: () => command(PROVER, ["compressed", ELF, file("run.input"), dir]),
    },
    {
      name: "witness",
      what: "shrink and wrap it, and write the circuit's witness",
      leaves: "witness.json",
      needs: { memory: 13, disk: 0.1, minutes: "25" },
      run: () => command(WRAP, ["witness", file("compressed.proof"), dir]),
    },
    {
      name: "circuit",
      what: "SP1's circuit as a list of operations",
      leaves: "constraints.json",
      needs: { memory: 1, disk: 0.2, minutes: "1" },
      run: () => command(WRAP, ["circuit", join(crate("sp1-prover"), "wrapped_proof.bin"), dir]),
    },
    {
      name: "compile",
      what: "the circuit as 16 million constraints",
      leaves: "groth16_circuit.bin",
      needs: { memory: 12.5, disk: 1.6, minutes: "8" },
      run: () => stage("10GiB", "compile", dir),
    },
    {
      name: "setup",
      what: "make the development key",
      leaves: "groth16_vk.bin",
      needs: { memory: 17.5, disk: 6, minutes: "40" },
      run: () => stage("16GiB", "setup", dir),
    },
    {
      name: "prove",
      what: "prove the witness under it",
      leaves: "groth16.json",
      needs: { memory: 15, disk: 0.1, minutes: "3" },
      run: () => stage("14GiB", "prove", dir, file("witness.json")),
    },
    {
      name: "write",
      what: "check the proof and write what is committed",
      leaves: "written",
      needs: { memory: 0.5, disk: 0.1, minutes: "1" },
      run: () => writeResults(dir),
    },
  ];
}

/** @param {string} program @param {string[]} args @param {{ cwd?: string, env?: Record<string, string> }} [options] */
function command(program, args, { cwd = root, env = {} } = {}) {
  const { status, error } = spawnSync(program, args, { cwd, env: { ...process.env, ...env }, stdio: "inherit" });
  if (error) throw new Error(`${program} cannot be run: ${error.message}`);
  if (status !== 0) throw new Error(`${program} ended with ${status}. Run again to go on from here.`);
}

/** @param {string} stages where the Go program goes */
function buildTools(stages) {
  const cargo = ["build", "--release", "--locked", "--features", "wrap", "--manifest-path"];
  command("cargo", [...cargo, inRoot("zk/prover/Cargo.toml")]);
  const copy = join(STAGES, "target/sp1-recursion-gnark");
  rmSync(copy, { recursive: true, force: true });
  mkdirSync(copy, { recursive: true });
  cpSync(join(crate("sp1-recursion-gnark-ffi"), "go"), copy, { recursive: true });
  cpSync(join(here, "koalabear_inverse.c"), join(copy, "sp1/koalabear/koalabear_inverse.c"));
  command("go", ["build", "-o", stages, "."], { cwd: STAGES, env: { CGO_ENABLED: "1" } });
}

/** Sources of a crate of SP1 as Cargo keeps them. @param {string} name */
function crate(name) {
  const registries = join(process.env.CARGO_HOME ?? join(homedir(), ".cargo"), "registry/src");
  const folders = existsSync(registries) ? readdirSync(registries) : [];
  const found = folders
    .map((registry) => join(registries, registry, `${name}-${SP1}`))
    .find((path) => existsSync(path));
  if (found) return found;
  throw new Error(`Cargo has not fetched ${name} ${SP1}: run cargo fetch --locked in zk/prover.`);
}

/** @param {Step[]} steps @param {string} dir */
function sayPlan(steps, dir) {
  const memory = freeMemory();
  const free = memory === undefined ? "unknown" : `${(memory / 1e9).toFixed(1)} GB`;
  console.log(`A development key and a proof under it, in ${dir}`);
  console.log(
    `Free: memory with swap ${free}, disk ${(freeDisk(dir) / 1e9).toFixed(1)} GB. Times are of two free cores.\n`,
  );
  for (const { name, what, leaves, needs } of steps) {
    const state = existsSync(join(dir, leaves))
      ? "done"
      : `${needs.minutes} min, ${needs.memory} GB, ${needs.disk} GB disk`;
    console.log(`  ${name.padEnd(11)} ${what.padEnd(56)} ${state}`);
  }
  console.log("\nWhoever makes this key can forge proofs under it: it is for local chains, and gives no security.\n");
}

/** @param {string} dir @param {string | undefined} until name of the last step */
async function make(dir, until) {
  const steps = stepsIn(dir);
  const last = until === undefined ? steps.length - 1 : steps.findIndex(({ name }) => name === until);
  if (last < 0) throw new Error(`There is no step ${until}: ${steps.map(({ name }) => name).join(", ")}.`);
  sayPlan(steps, dir);
  if (values.plan) return;
  for (const { name, leaves, needs, run } of steps.slice(0, last + 1)) {
    if (existsSync(join(dir, leaves))) continue;
    const short = shortage(name, needs, { memory: freeMemory(), disk: freeDisk(dir) });
    if (short && !goesOnAnyway()) throw new Error(short);
    console.log(`== ${name}`);
    const started = performance.now();
    await run();
    console.log(`== ${name} done in ${((performance.now() - started) / 60_000).toFixed(1)} minutes`);
  }
}

const { values } = parseArgs({
  options: {
    dir: { type: "string", default: inRoot("zk/target/development-key") },
    until: { type: "string" },
    plan: { type: "boolean", default: false },
  },
});
try {
  await make(resolve(values.dir), values.until);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

#!/usr/bin/env node
/**
 * Compares the guests with the reference implementation in TypeScript: the vectors' inputs, and inputs changed at random (the same
 * ones in every run), must give the same public values or the same refusal.
 *
 *   node zk/differential.mjs [--executor PATH] [--cases N] [--json]     (after `npm run build`; PATH: colophon-execute)
 */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import {
  checkAdherence,
  checkKAnonymity,
  checkTrainingStep,
  encodeAdherenceValues,
  encodeKAnonymityValues,
  encodeTrainingStepValues,
  wordBytes,
  wordsOf,
} from "@colophon-protocol/sdk/proofs";

const { values: options } = parseArgs({
  options: {
    executor: {
      type: "string",
      default: new URL("executor/target/release/colophon-execute", import.meta.url).pathname,
    },
    cases: { type: "string", default: "100" },
    json: { type: "boolean", default: false },
  },
});
const STATEMENTS = {
  adherence: (words) => encodeAdherenceValues(checkAdherence(words)),
  "k-anonymity": (words) => encodeKAnonymityValues(checkKAnonymity(words)),
  "training-step": (words) => encodeTrainingStepValues(checkTrainingStep(words)),
};

function reference(name, words) {
  try {
    return STATEMENTS[name](words);
  } catch (error) {
    if (error.name !== "StatementRefused") throw error;
    return `refused: ${error.code}`;
  }
}

function guest(name, words) {
  const elf = new URL(`elf/${name}`, import.meta.url).pathname;
  const run = spawnSync(options.executor, [elf, "-"], { input: wordBytes(words), encoding: "utf8" });
  if (run.status !== 0) throw new Error(`${options.executor}: ${run.error?.message ?? run.stderr}`);
  const { exitCode, publicValues } = JSON.parse(run.stdout);
  return exitCode === 0 ? publicValues : (/refused: [a-z0-9-]+/.exec(run.stderr)?.[0] ?? run.stderr);
}

/** xorshift64*: the same numbers in every run. */
function randomNumbers(seed) {
  let state = seed;
  return (limit) => {
    state ^= state >> 12n;
    state ^= (state << 25n) & (2n ** 64n - 1n);
    state ^= state >> 27n;
    return Number(((state * 0x2545f4914f6cdd1dn) >> 16n) % BigInt(limit));
  };
}

function changed(words, below) {
  const list = [...words];
  const at = below(list.length);
  const kind = below(10);
  if (kind === 0) list.length = at;
  else if (kind === 1) list.splice(at, 0, BigInt(below(5)));
  else if (kind === 2) list.splice(at, 1);
  else if (kind === 3) list[at] ^= 1n << BigInt(below(64));
  else if (kind === 4) list[at] = 2n ** 64n - 1n - BigInt(below(4));
  else if (kind === 5) [list[at], list[(at + 1) % list.length]] = [list[(at + 1) % list.length], list[at]];
  else list[at] = BigInt.asUintN(64, list[at] + BigInt(below(3)) - 1n);
  return BigUint64Array.from(list);
}

let compared = 0;
const different = [];
function compare(name, label, words) {
  const [expected, found] = [reference(name, words), guest(name, words)];
  compared++;
  if (expected === found) return;
  different.push({ name: `${name}, ${label}`, output: `TypeScript says ${expected}, the guest ${found}.` });
  console.error(`${name}, ${label}: TypeScript says ${expected}, the guest ${found}.`);
}

for (const name of Object.keys(STATEMENTS)) {
  const vectors = JSON.parse(readFileSync(new URL(`../spec/vectors/${name}.json`, import.meta.url), "utf8"));
  const input = (c) => wordsOf(Buffer.from(c.input.slice(2), "hex"));
  for (const c of [...vectors.valid, ...vectors.hostile]) compare(name, c.name, input(c));
  const below = randomNumbers(BigInt(name.length) + 1n);
  for (let i = 0; i < Number(options.cases); i++) {
    const original = vectors.valid[below(vectors.valid.length)];
    compare(name, `change ${i} of "${original.name}"`, changed(input(original), below));
  }
}
console.log(`${compared} inputs compared, ${different.length} different.`);
if (options.json) console.log(JSON.stringify({ passed: compared - different.length, failures: different }));
process.exitCode = different.length > 0 ? 1 : 0;

#!/usr/bin/env node
/**
 * Verification of an SP1 Groth16 proof without a chain: milliseconds of one call, the middle of many, pairing and all, with the key parsed
 * before. The proof is one that another project published; it lies where COLOPHON_VECTORS says, or beside the project.
 * `node sdk/bench/sp1.mjs`, after a build.
 */
import { existsSync, readFileSync, realpathSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { verifySp1Groth16 } from "../dist/proofs/index.js";

const PROOF = "sp1/v6.1.0-groth16-128-byte-values.json";
const WARM_UP = 5;
const CALLS = 41;

function published() {
  const folder = process.env.COLOPHON_VECTORS ?? resolve(import.meta.dirname, "../../../shared/vectors");
  const file = resolve(folder, PROOF);
  if (!existsSync(file))
    throw new Error(`there is no ${file}: set COLOPHON_VECTORS to the folder of the published proofs`);
  return JSON.parse(readFileSync(file, "utf8"));
}

/** @returns {{ id: string, value: number, unit: string }[]} */
export function measureSp1() {
  const proof = published();
  for (let i = 0; i < WARM_UP; i++) verifySp1Groth16(proof);
  const times = Array.from({ length: CALLS }, () => {
    const started = performance.now();
    verifySp1Groth16(proof);
    return performance.now() - started;
  });
  const middle = times.sort((a, b) => a - b)[(CALLS - 1) / 2];
  return [{ id: "sdk.sp1_ms", value: middle, unit: "ms" }];
}

if (realpathSync(process.argv[1] ?? "") === fileURLToPath(import.meta.url)) {
  for (const { id, value, unit } of measureSp1()) console.log(`${id} ${value.toFixed(1)} ${unit}`);
}

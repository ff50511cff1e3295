// Runtime size of every deployable contract against the budget. One test per contract.
import { pathToFileURL } from "node:url";
import { compiledContracts } from "../lib/abi.mjs";
import { finish } from "../lib/check.mjs";

/** Bytes; EIP-170 allows 24,576. */
export const SIZE_BUDGET = 22_000;

/** @returns {{ name: string, bytes: number }[]} largest first */
export function runtimeSizes() {
  const deployable = compiledContracts("out", ["contracts/"]).filter((contract) => contract.deployable);
  return deployable.map(({ name, runtimeBytes }) => ({ name, bytes: runtimeBytes })).sort((a, b) => b.bytes - a.bytes);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const sizes = runtimeSizes();
  const failures = sizes
    .filter(({ bytes }) => bytes > SIZE_BUDGET)
    .map(({ name, bytes }) => ({ name, output: `${bytes} bytes of runtime code; at most ${SIZE_BUDGET} are allowed` }));
  finish(sizes.length - failures.length, failures);
}

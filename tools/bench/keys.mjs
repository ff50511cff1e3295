// keys.release_ms: the gateway room's own benchmark, on a chain and three key nodes of its own.
import { pathToFileURL } from "node:url";
import { inRoot } from "../lib/paths.mjs";

async function releaseMs() {
  const { measureKeyRelease } = await import(pathToFileURL(inRoot("gateway/bench/keys.mjs")).href);
  const figures = await measureKeyRelease();
  const found = figures.find((/** @type {{ id: string }} */ { id }) => id === "keys.release_ms");
  if (!found) throw new Error("the gateway's benchmark has no figure keys.release_ms");
  return found.value;
}

/** @type {import("../bench.mjs").Figure[]} */
export default [
  {
    id: "keys.release_ms",
    what: "2-of-3 key release, p50, native client",
    unit: "ms",
    budget: 60,
    baseline: "Lit's client on the same nodes 147 ms",
    run: releaseMs,
  },
];

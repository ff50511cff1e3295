// start.warm_s: `npm start` on a stack that ran before, until the main job's first step is printed.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { inRoot, inState } from "../lib/paths.mjs";

/** @returns {Promise<number>} seconds until the first line on standard output */
async function firstStep() {
  const started = performance.now();
  const child = spawn(process.execPath, [inRoot("tools/start.mjs"), "--exit", "--json"], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  const first = await Promise.race([once(child.stdout, "data"), once(child, "exit").then(() => undefined)]);
  const seconds = (performance.now() - started) / 1000;
  child.kill("SIGTERM");
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  if (!first) throw new Error("`npm start -- --exit --json` ended before its first step");
  return seconds;
}

/** @type {import("../bench.mjs").Figure[]} */
export default [
  {
    id: "start.warm_s",
    what: "`npm start` to the first step, warm",
    unit: "s",
    budget: 20,
    run: async () => {
      if (!existsSync(inState("local/endpoints.json"))) await firstStep(); // the cold run
      return firstStep();
    },
  },
];

// The local chain's seed: the fixed scenario of tools/src/scenario, whose proof is of one dataset, license and run. So a chain that plays
// it begins at a fixed time; afterwards its clock stands at now.
import { rpc } from "../lib/anvil.mjs";
import { writeEndpoints } from "./services.mjs";

/** Compiled with the rest of the tools; a bare clone does not have it. */
const load = () => import("../dist/scenario/index.js");

/** @returns {Promise<number>} when the scenario's chain begins, in seconds since 1970 */
export const genesisOfScenario = async () => (await load()).SCENARIO.genesis;

/**
 * On a new chain at the scenario's genesis, with contracts and key network.
 * @param {import("./services.mjs").Context} context
 * @param {(line: string) => void} log
 */
export async function playScenario(context, log) {
  const since = performance.now();
  const { SCENARIO, playScenario: play } = await load();
  if (Date.now() / 1000 <= SCENARIO.runEnd) {
    throw new Error("stack: this machine's clock stands before the fixed scenario's end (4 January 2026): set it.");
  }
  writeEndpoints(context);
  await play(context.paths.endpoints, context.paths.scenario);
  await rpc(context.rpcUrl, "evm_setNextBlockTimestamp", [Math.floor(Date.now() / 1000)]);
  await rpc(context.rpcUrl, "evm_mine");
  log(
    `stack: scenario played in ${((performance.now() - since) / 1000).toFixed(1)} s; the chain's clock stands at now`,
  );
}

/** Brings the scenario's dataset to the gateway, once. @param {import("./services.mjs").Context} context */
export async function serveScenario({ paths }) {
  const { serveScenario: serve } = await load();
  await serve(paths.endpoints, paths.scenario);
}

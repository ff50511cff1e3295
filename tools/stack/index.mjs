// The local stack: chain, key nodes, gateway, indexer, dApp. Used by `npm start`, the end-to-end tests and the main job.
import { randomBytes } from "node:crypto";
import { localAccounts } from "./accounts.mjs";
import { chainService, deploy } from "./chain.mjs";
import { startEpoch } from "./key-network.mjs";
import { defaultFolder, openFolder, rememberStack } from "./layout.mjs";
import { genesisOfScenario, playScenario, serveScenario } from "./scenario.mjs";
import { startService } from "./service.mjs";
import { dealKeys, gateway, indexer, keyNodes, web, writeEndpoints } from "./services.mjs";

/**
 * @typedef {object} Stack
 * @property {ReturnType<typeof writeEndpoints>} endpoints
 * @property {Record<string, import("../lib/process.mjs").Child>} children by service name
 * @property {boolean} warm true if an earlier run's chain goes on
 * @property {Promise<void>} settled resolves when the indexer and the dApp answer too, rejects if one does not come up
 * @property {() => Promise<void>} stop ends every service, the chain last
 */

/** Nobody needs these in the first seconds, and they take the longest to start. */
const LATE = new Set(["indexer", "web"]);
const PARTS = /** @type {const} */ (["keys", "gateway", "indexer", "web"]);

/**
 * Starts the chain with everything deployed, then the parts, and waits until they answer.
 * @param {{ folder?: string, fresh?: boolean, verbose?: boolean, parts?: readonly (typeof PARTS)[number][], scenario?: boolean, early?: boolean, log?: (line: string) => void }} [options]
 *   folder: where the stack keeps its state (default .colophon/local); fresh: discard what an earlier run left there;
 *   parts: which services besides the chain (default all); scenario: a new chain begins with the fixed scenario; early: return as soon as chain, key nodes and gateway answer
 * @returns {Promise<Stack>}
 * @throws if a service does not come up; everything already started is stopped
 */
export async function startStack({
  folder = defaultFolder,
  fresh = false,
  verbose = false,
  parts = PARTS,
  scenario = false,
  early = false,
  log = console.log,
} = {}) {
  const { paths, ports, warm } = await openFolder(folder, { fresh, log });
  const accounts = await localAccounts();
  const operatorToken = randomBytes(32).toString("hex");
  const context = { paths, ports, rpcUrl: `http://127.0.0.1:${ports.chain}`, accounts, operatorToken };
  /** @type {Stack["children"]} */
  const children = {};
  const up = async (/** @type {import("./service.mjs").Service} */ service) => {
    const since = performance.now();
    const started = (/** @type {import("../lib/process.mjs").Child} */ child) => {
      children[service.name] = child;
    };
    await startService(service, { logs: paths.logs, verbose, started });
    log(`stack: ${service.name.padEnd(9)} up in ${seconds(since)}`);
  };
  const stop = async () => {
    const { chain, ...others } = children;
    await Promise.all(Object.values(others).map((child) => child.stop()));
    await chain?.stop();
  };
  try {
    const genesis = scenario && !warm ? await genesisOfScenario() : undefined;
    await up(await chainService({ port: ports.chain, stateFile: paths.chainState, genesis }));
    if (!warm) await prepare(context, { log, scenario });
    rememberStack(paths, ports);
    const endpoints = writeEndpoints(context);
    const described = {
      keys: keyNodes,
      gateway: () => [gateway(context)],
      indexer: () => [indexer(context)],
      web: () => [web(context)],
    };
    const launch = (/** @type {(part: string) => boolean} */ wanted) =>
      Promise.all(
        parts
          .filter(wanted)
          .flatMap((part) => described[part](context))
          .map(up),
      );
    const settled = launch((part) => LATE.has(part)).then(() => undefined);
    settled.catch(() => undefined); // whoever needs the late ones awaits it, and is told
    await launch((part) => !LATE.has(part));
    if (parts.includes("gateway")) await serveScenario(context);
    if (!early) await settled;
    return { endpoints, children, warm, settled, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** @param {number} since a moment of performance.now() */
const seconds = (since) => `${((performance.now() - since) / 1000).toFixed(1)} s`;

/**
 * What a new chain needs: the network's key, the contracts, the nodes' first epoch, and the scenario where it is asked for.
 * @param {import("./services.mjs").Context} context
 * @param {{ log: (line: string) => void, scenario: boolean }} options
 */
async function prepare(context, { log, scenario }) {
  const since = performance.now();
  await dealKeys(context);
  await deploy({ rpcUrl: context.rpcUrl, deployment: context.paths.deployment });
  await startEpoch(context);
  log(`stack: contracts deployed in ${seconds(since)}`);
  if (scenario) await playScenario(context, log);
}

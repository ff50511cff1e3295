// The local stack: chain, key nodes, gateway, indexer, dApp. Used by `npm start`, the end-to-end tests and the main job.
import { mkdirSync } from "node:fs";
import path from "node:path";
import { chainService, deploy } from "./chain.mjs";
import { defaultFolder, exists, openFolder, rememberStack } from "./layout.mjs";
import { startService } from "./service.mjs";
import { dealKeys, gateway, indexer, keyNodes, readKeyNetwork, web, writeEndpoints } from "./services.mjs";

/**
 * @typedef {object} Stack
 * @property {ReturnType<typeof writeEndpoints>} endpoints
 * @property {Record<string, import("../lib/process.mjs").Child>} children by service name
 * @property {boolean} warm true if an earlier run's chain goes on
 * @property {() => Promise<void>} stop ends every service, the chain last
 */

/** The key network as the deploy script reads it: its public key, the threshold, and where each node is. */
function deployEnv(/** @type {import("./services.mjs").Context} */ context) {
  const { publicKey, threshold, nodes } = readKeyNetwork(context);
  return {
    COLOPHON_KEY_NETWORK: JSON.stringify({ publicKey, threshold, nodes }),
  };
}

/**
 * Starts everything and waits until it answers.
 * @param {{ folder?: string, fresh?: boolean, verbose?: boolean, withWeb?: boolean, log?: (line: string) => void }} [options]
 *   folder: where the stack keeps its state (default .colophon/local); fresh: discard what an earlier run left there
 * @returns {Promise<Stack>}
 * @throws if a service does not come up; everything already started is stopped
 */
export async function startStack({
  folder = defaultFolder,
  fresh = false,
  verbose = false,
  withWeb = true,
  log = console.log,
} = {}) {
  const { paths, ports, warm } = await openFolder(folder, { fresh, log });
  const context = { paths, ports, rpcUrl: `http://127.0.0.1:${ports.chain}` };
  /** @type {Record<string, import("../lib/process.mjs").Child>} */
  const children = {};
  const up = async (/** @type {import("./service.mjs").Service} */ service) => {
    const started = performance.now();
    children[service.name] = await startService(service, { logs: paths.logs, verbose });
    log(`stack: ${service.name.padEnd(9)} up in ${((performance.now() - started) / 1000).toFixed(1)} s`);
  };
  const stop = async () => {
    const { chain, ...others } = children;
    await Promise.all(Object.values(others).map((child) => child.stop()));
    await chain?.stop();
  };
  try {
    await up(await chainService({ port: ports.chain, stateFile: paths.chainState }));
    mkdirSync(path.dirname(paths.keys), { recursive: true });
    await dealKeys(context);
    if (!warm) {
      const started = performance.now();
      await deploy({ rpcUrl: context.rpcUrl, deployment: paths.deployment, env: deployEnv(context) });
      log(`stack: contracts deployed in ${((performance.now() - started) / 1000).toFixed(1)} s`);
    }
    rememberStack(paths, ports);
    const endpoints = writeEndpoints(context);
    await Promise.all([...keyNodes(context), gateway(context)].map(up));
    await Promise.all([indexer(context), ...(withWeb && exists("web/dist/index.html") ? [web(context)] : [])].map(up));
    return { endpoints, children, warm, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

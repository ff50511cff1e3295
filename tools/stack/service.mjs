// A service is a small description; this starts it, keeps its log and waits until it answers.
import { createWriteStream, mkdirSync } from "node:fs";
import path from "node:path";
import { start, waitFor } from "../lib/process.mjs";

/**
 * @typedef {object} Service
 * @property {string} name also the log's file name
 * @property {string[]} command
 * @property {Record<string, string>} [env]
 * @property {string} [cwd]
 * @property {() => Promise<boolean>} ready
 * @property {number} [timeoutMs] how long it may take to be ready (default 120 s)
 */

/** @param {string} url @returns {() => Promise<boolean>} true once the address answers with success */
export const answers = (url) => async () => (await fetch(url, { signal: AbortSignal.timeout(2_000) })).ok;

/**
 * @param {Service} service
 * @param {{ logs: string, verbose?: boolean, started?: (child: import("../lib/process.mjs").Child) => void }} options
 *   logs: folder for log files; verbose: also print each line; started: told before it is ready
 * @returns {Promise<import("../lib/process.mjs").Child>} ready
 * @throws if it ends or is not ready in time; the message carries the end of its output
 */
export async function startService(
  { name, command, env, cwd, ready, timeoutMs = 120_000 },
  { logs, verbose = false, started },
) {
  mkdirSync(logs, { recursive: true });
  const file = createWriteStream(path.join(logs, `${name}.log`));
  const log = (/** @type {string} */ line) => {
    file.write(`${line}\n`);
    if (verbose) console.log(line);
  };
  const child = start(name, command, { log, ...(env ? { env } : {}), ...(cwd ? { cwd } : {}) });
  started?.(child);
  child.exited.then(() => file.end());
  try {
    await waitFor(name, ready, { timeoutMs, child });
  } catch (error) {
    await child.stop();
    throw error;
  }
  return child;
}

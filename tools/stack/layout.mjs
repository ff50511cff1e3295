// Where the local stack keeps what it remembers between runs, and on which ports it listens.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { inState } from "../lib/paths.mjs";
import { freePort } from "../lib/ports.mjs";
import { stampOf } from "../lib/stamp.mjs";

/** Preferred ports; a busy one is replaced by the next free one. */
const PREFERRED = {
  chain: 8545,
  keynode1: 7471,
  keynode2: 7472,
  keynode3: 7473,
  gateway: 7480,
  indexer: 42069,
  web: 4173,
};

/** @typedef {Record<keyof typeof PREFERRED, number>} Ports */

/** @param {string} folder absolute; one stack per folder */
export const layout = (folder) => ({
  folder,
  chainState: path.join(folder, "chain.json"),
  deployment: path.join(folder, "deployment.json"),
  keys: path.join(folder, "keys"),
  gateway: path.join(folder, "gateway"),
  scenario: path.join(folder, "scenario"),
  indexer: path.join(folder, "indexer"),
  logs: path.join(folder, "logs"),
  webConfig: path.join(folder, "web.json"),
  endpoints: path.join(folder, "endpoints.json"),
  memory: path.join(folder, "stack.json"),
});

export const defaultFolder = inState("local");

/** What a kept chain was made from: with other contracts or tools it is of no use. */
const origin = () => `${stampOf("forge-build")} ${stampOf("superfluid")}`;

/**
 * Opens the folder of a stack: keeps what an earlier run left, unless told otherwise or unless the contracts changed or
 * a key node's port, which the chain names, is taken.
 * @param {string} folder
 * @param {{ fresh: boolean, log: (line: string) => void }} options
 * @returns {Promise<{ paths: ReturnType<typeof layout>, ports: Ports, warm: boolean }>}
 */
export async function openFolder(folder, { fresh, log }) {
  const paths = layout(folder);
  const before = existsSync(paths.memory) ? JSON.parse(readFileSync(paths.memory, "utf8")) : undefined;
  const wanted = /** @type {Ports} */ (before?.ports ?? PREFERRED);
  const ports = await takePorts(wanted);
  const keyNodesMoved = before && ["keynode1", "keynode2", "keynode3"].some((name) => ports[name] !== wanted[name]);
  const reason = fresh
    ? "asked for"
    : before && before.origin !== origin()
      ? "the contracts changed"
      : keyNodesMoved
        ? "a key node's port is taken"
        : undefined;
  if (before && reason) log(`stack: starting afresh (${reason})`);
  if (reason) rmSync(folder, { recursive: true, force: true });
  // Without a memory an earlier run stopped before its chain had everything.
  const warm = before !== undefined && !reason && existsSync(paths.deployment) && existsSync(paths.chainState);
  if (!warm) rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [name, port] of Object.entries(ports))
    if (port !== wanted[name]) log(`stack: port ${wanted[name]} is busy, ${name} listens on ${port}`);
  return { paths, ports, warm };
}

/** Called once the chain has everything: from now on the folder is worth keeping. @param {ReturnType<typeof layout>} paths @param {Ports} ports */
export const rememberStack = (paths, ports) =>
  writeFileSync(paths.memory, `${JSON.stringify({ origin: origin(), ports }, null, 2)}\n`);

/** @param {Ports} wanted @returns {Promise<Ports>} */
async function takePorts(wanted) {
  const taken = new Set();
  const entries = [];
  for (const [name, port] of Object.entries(wanted)) entries.push([name, await freePort(port, taken)]);
  return Object.fromEntries(entries);
}

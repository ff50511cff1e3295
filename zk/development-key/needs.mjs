// What a step takes of the machine, checked before it starts.
import { existsSync, mkdirSync, readFileSync, statfsSync } from "node:fs";

const GIGABYTE = 1e9;
/** The prover's own word for it (zk/prover). */
const ANYWAY = "COLOPHON_PROVE_ANYWAY";

/** @returns {number | undefined} free memory and swap in bytes; undefined where the system does not say */
export function freeMemory(file = "/proc/meminfo") {
  if (!existsSync(file)) return undefined;
  const text = readFileSync(file, "utf8");
  const kilobytes = (/** @type {string} */ name) => Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(text)?.[1]);
  return (kilobytes("MemAvailable") + kilobytes("SwapFree")) * 1024;
}

/** @param {string} folder made where it is missing @returns {number} free bytes of its disk */
export function freeDisk(folder) {
  mkdirSync(folder, { recursive: true });
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}

/**
 * @typedef {object} Needs
 * @property {number} memory gigabytes
 * @property {number} disk gigabytes that the step leaves there
 * @property {string} minutes on two free cores
 */

/**
 * @param {string} name of the step
 * @param {Needs} needs
 * @param {{ memory: number | undefined, disk: number }} free bytes
 * @returns {string | undefined} what is short and what to do, undefined when all is there
 */
export function shortage(name, needs, free) {
  const missing = [
    free.memory !== undefined && free.memory < needs.memory * GIGABYTE
      ? `${needs.memory} GB of memory (${gigabytes(free.memory)} are free, with swap)`
      : undefined,
    free.disk < needs.disk * GIGABYTE ? `${needs.disk} GB of disk (${gigabytes(free.disk)} are free)` : undefined,
  ].filter((part) => part !== undefined);
  if (missing.length === 0) return undefined;
  return `${name} needs ${missing.join(" and ")}: free some, add swap, or set ${ANYWAY}=1. What is done stays done.`;
}

/** Whether the user said to go on where memory or disk are short. */
export const goesOnAnyway = () => process.env[ANYWAY] !== undefined;

const gigabytes = (/** @type {number} */ bytes) => (bytes / GIGABYTE).toFixed(1);

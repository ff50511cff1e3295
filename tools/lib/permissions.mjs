// The role table that the deployment applies, read from its sources: script/base/Permissions.sol, contracts/access/Roles.sol and the
// floor of the timelock's delay in script/base/Deployment.sol.
import { readFileSync } from "node:fs";
import { inRoot } from "./paths.mjs";

/** What `permissionTable` reads; relative to the root. */
export const PERMISSION_SOURCES = [
  "contracts/access/Roles.sol",
  "script/base/Permissions.sol",
  "script/base/Deployment.sol",
];

const SECONDS = /** @type {Record<string, number>} */ ({ days: 86_400, hours: 3600, minutes: 60, seconds: 1 });

/** "2 days" in seconds. @param {string | undefined} delay as Solidity writes it @returns {number} 0 when there is none */
function secondsOf(delay) {
  if (delay === undefined) return 0;
  const [, count, unit] = /^(\d+) (\w+)$/.exec(delay) ?? [];
  const seconds = Number(count) * (SECONDS[unit ?? ""] ?? Number.NaN);
  if (Number.isNaN(seconds)) throw new Error(`permissions: the delay "${delay}" is not a number with a unit.`);
  return seconds;
}

/**
 * The roles, the contracts behind proxies and the restricted functions.
 * @returns {{
 *   roles: { id: number, name: string, what: string, delay: string | undefined, leastDelay: number }[],
 *   proxies: string[],
 *   restricted: { target: string, signature: string, role: string }[],
 *   leastTimelockDelay: number,
 * }} delays as Solidity writes them and in seconds, those of public chains
 * @throws when a source no longer reads as expected
 */
export function permissionTable() {
  const [rolesSource, tableSource, deploymentSource] = /** @type {[string, string, string]} */ (
    PERMISSION_SOURCES.map((path) => readFileSync(inRoot(path), "utf8"))
  );
  const delays = Object.fromEntries(
    [...rolesSource.matchAll(/constant (\w+)_DELAY = (.+);/g)].map(([, name, delay]) => [name, delay]),
  );
  const roles = [...rolesSource.matchAll(/\/\/\/ @dev (.+)\n\s+uint64 internal constant (\w+) = (\d+);/g)].map(
    ([, what = "", name = "", id]) => ({
      ...{ id: Number(id), name, what, delay: delays[name] },
      leastDelay: secondsOf(delays[name]),
    }),
  );
  const listed = tableSource.split("memory all = [")[1]?.split("]")[0] ?? "";
  const proxies = [...listed.matchAll(/"(\w+)"/g)].map(([, name = ""]) => name);
  const restricted = [...tableSource.matchAll(/Permission\(\s*"(\w+)",\s*"([^"]+)",\s*Roles\.(\w+)\s*\)/g)].map(
    ([, target = "", signature = "", role = ""]) => ({ target, signature, role }),
  );
  const declared = Number(tableSource.match(/Permission\[(\d+)\] memory all/)?.[1]);
  if (restricted.length !== declared || roles.length === 0 || proxies.length === 0)
    throw new Error(`permissions: found ${restricted.length} of ${declared} entries; the patterns no longer fit.`);
  const floor = deploymentSource.match(/MIN_TIMELOCK_DELAY = (.+);/)?.[1];
  if (floor === undefined) throw new Error("permissions: MIN_TIMELOCK_DELAY is not in script/base/Deployment.sol.");
  return { roles, proxies, restricted, leastTimelockDelay: secondsOf(floor) };
}

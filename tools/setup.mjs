// Brings a clone to the point where everything else in tools/ runs: Node's version, npm packages, and, for tests, the
// extra programs. Uses only what Node brings. Run directly, it also tries again what could not be installed before.
import { existsSync, readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { ensureExtras } from "./lib/extras.mjs";
import { linkFoundry } from "./lib/foundry.mjs";
import { inRoot } from "./lib/paths.mjs";
import { run } from "./lib/process.mjs";

const FLOOR = [20, 19];
const QUIET = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];

/** @throws if this Node is older than the project's floor */
export function checkNode(version = process.versions.node) {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major > FLOOR[0] || (major === FLOOR[0] && minor >= FLOOR[1])) return;
  throw new Error(`Node ${version} is too old. Expected ${FLOOR.join(".")} or newer; see https://nodejs.org.`);
}

/**
 * Packages of the lockfile that are not installed at their locked version.
 * @param {Record<string, any>} wanted `packages` of package-lock.json
 * @param {Record<string, any>} installed `packages` of node_modules/.package-lock.json
 * @returns {string[]} their paths
 */
export function missingPackages(wanted, installed) {
  return Object.entries(wanted)
    .filter(([key, entry]) => key.includes("node_modules/") && !entry.link && !entry.optional)
    .filter(([key, entry]) => !(entry.peer && !installed[key]) && installed[key]?.version !== entry.version)
    .map(([key]) => key);
}

/** @param {string} file @returns {Record<string, any>} */
const packagesOf = (file) => (existsSync(inRoot(file)) ? JSON.parse(readFileSync(inRoot(file), "utf8")).packages : {});

/**
 * Installs the locked packages if any is absent. Install scripts are not run: nothing here needs them (native add-ons
 * fall back to JavaScript, binaries are packages of their own).
 * @param {(line: string) => void} log
 * @returns {Promise<boolean>} true if it installed
 */
async function ensurePackages(log) {
  const missing = missingPackages(packagesOf("package-lock.json"), packagesOf("node_modules/.package-lock.json"));
  if (missing.length === 0) return false;
  log(`setup: ${missing.length} npm packages are missing; npm install (a few minutes the first time)`);
  const started = Date.now();
  const tick = setInterval(() => log(`setup: npm install, ${Math.round((Date.now() - started) / 1000)} s`), 10_000);
  try {
    // Not `npm ci`: it refuses a lockfile without the binaries of every platform, and a registry need not carry those.
    await run("npm install", ["npm", "install", "--no-save", ...QUIET]);
  } finally {
    clearInterval(tick);
  }
  return true;
}

/**
 * @param {{ extras?: Iterable<import("./lib/extras.mjs").ExtraName>, retry?: boolean, log?: (line: string) => void }} [options]
 * @returns {Promise<Map<import("./lib/extras.mjs").ExtraName, import("./lib/extras.mjs").Extra>>} the extras asked for
 */
export async function setup({ extras = [], retry = false, log = console.log } = {}) {
  checkNode();
  await ensurePackages(log);
  linkFoundry();
  return ensureExtras(extras, { retry, log });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const found = await setup({
    extras: ["chromium", "postgres", "slither", "halmos", "readers", "cargo", "guest-toolchain"],
    retry: true,
  });
  for (const [name, extra] of found)
    console.log("path" in extra ? `${name}: ${extra.path}` : `skipped: ${name}: ${extra.reason}`);
}

// Runs a table of suites, two lanes at a time, and adds up what they say.
import { existsSync, rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import { capture } from "./process.mjs";

/**
 * @typedef {object} Suite
 * @property {string} name `room/part`, unique
 * @property {() => string[]} command
 * @property {(done: import("./readers.mjs").Finished) => import("./readers.mjs").Counts} read
 * @property {import("./extras.mjs").ExtraName[]} [needs] programs without which it is skipped
 * @property {NodeJS.ProcessEnv} [env]
 * @property {string} [lane] suites of one lane run one after the other, in order; without one, a suite may run beside any other
 * @property {boolean} [bare] runs without the build (formats, lints)
 * @property {string} [report] absolute path of a file that the command writes; an old one is removed first
 *
 * @typedef {{ passed: number, failed: number, skipped: number }} Totals
 */

/** @param {number} ms */
const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`;

/** @param {string} text */
const indent = (text) =>
  text
    .split("\n")
    .map((line) => `       ${line}`)
    .join("\n");

/** @param {Suite} suite @returns {Promise<import("./readers.mjs").Counts>} */
async function runSuite(suite) {
  if (suite.report && existsSync(suite.report)) rmSync(suite.report);
  return suite.read(
    await capture(suite.name, suite.command(), { env: { ...suite.env, FORCE_COLOR: undefined, NO_COLOR: "1" } }),
  );
}

/** @param {Suite} suite @param {import("./readers.mjs").Counts} counts @param {number} ms @param {(line: string) => void} log */
function report(suite, { passed, failures, skips }, ms, log) {
  const verdict = failures.length > 0 ? "FAIL" : passed > 0 ? "ok  " : "skip";
  const parts = [`${passed} passed`];
  if (failures.length > 0) parts.push(`${failures.length} failed`);
  if (skips.length > 0) parts.push(`${skips.length} skipped`);
  log(`${verdict} ${suite.name.padEnd(22)} ${parts.join(", ").padEnd(34)} ${seconds(ms)}`);
  for (const { name, output } of failures) log(`     failed: ${name}\n${indent(output)}`);
  for (const { name, reason } of skips) log(`     skipped: ${name}: ${reason}`);
}

/** How many suites run at a time: more would fight for memory, and time out. */
const workers = () => Math.min(2, availableParallelism());

/** Suites by lane, in the table's order of their first ones. @param {Suite[]} suites @returns {Suite[][]} */
function lanes(suites) {
  const names = new Set(suites.map(({ name, lane }) => lane ?? name));
  return [...names].map((wanted) => suites.filter(({ name, lane }) => (lane ?? name) === wanted));
}

/**
 * @param {Suite[]} suites
 * @param {{ log?: (line: string) => void, absent?: (suite: Suite) => string | undefined, strict?: boolean }} [options]
 *   absent: why a suite cannot run here; strict: a skip counts as a failure
 * @returns {Promise<Totals>}
 */
export async function runSuites(suites, { log = console.log, absent = () => undefined, strict = false } = {}) {
  const totals = { passed: 0, failed: 0, skipped: 0 };
  const runLane = async (/** @type {Suite[]} */ lane) => {
    for (const suite of lane) {
      const started = performance.now();
      const reason = absent(suite);
      const counts = reason
        ? { passed: 0, failures: [], skips: [{ name: suite.name, reason }] }
        : await runSuite(suite);
      report(suite, counts, performance.now() - started, log);
      totals.passed += counts.passed;
      totals.failed += counts.failures.length + (strict ? counts.skips.length : 0);
      totals.skipped += strict ? 0 : counts.skips.length;
    }
  };
  const waiting = lanes(suites);
  const work = async () => {
    for (let lane = waiting.shift(); lane; lane = waiting.shift()) await runLane(lane);
  };
  await Promise.all(Array.from({ length: workers() }, work));
  if (strict && totals.failed > 0) log("CI is set: a skipped test counts as failed.");
  return totals;
}

/** The run's last line. @param {Totals} totals */
export const summary = ({ passed, failed, skipped }) =>
  `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;

/**
 * @param {Suite[]} suites
 * @param {string | undefined} only comma-separated rooms (`sdk`) or suites (`contracts/gas`)
 * @throws if a word of it names nothing
 */
export function select(suites, only) {
  if (!only) return suites;
  const words = only.split(",").filter(Boolean);
  const matches = (/** @type {Suite} */ suite, /** @type {string} */ word) =>
    suite.name === word || suite.name.startsWith(`${word}/`);
  const unknown = words.filter((word) => !suites.some((suite) => matches(suite, word)));
  if (unknown.length > 0)
    throw new Error(
      `--only: no suite is named ${unknown.join(", ")}. Known: ${suites.map(({ name }) => name).join(", ")}.`,
    );
  return suites.filter((suite) => words.some((word) => matches(suite, word)));
}

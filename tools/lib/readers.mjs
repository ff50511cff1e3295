// How a suite's output becomes counts. Every reader is suspicious: a failing exit code always yields a failure, and
// a suite that claims success without a single test is a failure too.
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { stripVTControlCharacters } from "node:util";

/**
 * @typedef {{ name: string, output: string }} Failure
 * @typedef {{ name: string, reason: string }} Skip
 * @typedef {{ passed: number, failures: Failure[], skips: Skip[] }} Counts
 * @typedef {{ code: number, stdout: string, stderr: string, both: string }} Finished
 */

/** @param {string} text @param {number} [lines] its end, without colors and without stack frames of dependencies */
function tail(text, lines = 60) {
  const own = stripVTControlCharacters(text)
    .trim()
    .split("\n")
    .filter((line) => !/^\s+at .*(node_modules|node:)/.test(line));
  return own.slice(-lines).join("\n");
}

/** @param {Finished} done @param {string} why @returns {Failure} */
const crash = (done, why) => ({ name: why, output: tail(done.both) });

/** @param {Counts} counts @param {Finished} done @returns {Counts} with what an exit code or silence gives away */
function suspicious(counts, done) {
  const { passed, failures, skips } = counts;
  if (failures.length > 0) return counts;
  if (done.code !== 0)
    return { passed, skips, failures: [crash(done, `exit code ${done.code} although no test failed`)] };
  if (passed === 0 && skips.length === 0) return { passed, skips, failures: [crash(done, "no test ran")] };
  return counts;
}

/** `forge test --json` @param {Finished} done @returns {Counts} */
export function readForge(done) {
  const start = done.stdout.indexOf("{");
  /** @type {Record<string, { test_results: Record<string, { status: string, reason: string | null, counterexample?: unknown }> }>} */
  let suites;
  try {
    suites = JSON.parse(done.stdout.slice(start));
  } catch {
    return {
      passed: 0,
      skips: [],
      failures: [crash(done, `forge did not get as far as a test (exit code ${done.code})`)],
    };
  }
  /** @type {Counts} */
  const counts = { passed: 0, failures: [], skips: [] };
  for (const [suite, { test_results }] of Object.entries(suites)) {
    for (const [test, { status, reason, counterexample }] of Object.entries(test_results)) {
      const name = `${suite} ${test}`;
      const seen = counterexample ? `\ncounterexample: ${JSON.stringify(counterexample)}` : "";
      if (status === "Success") counts.passed += 1;
      else if (status === "Skipped") counts.skips.push({ name, reason: reason ?? "vm.skip" });
      else counts.failures.push({ name, output: `${reason ?? "failed"}${seen}` });
    }
  }
  return suspicious(counts, done);
}

/** @param {string} reportFile vitest's json report, absolute @returns {(done: Finished) => Counts} */
export const readVitest = (reportFile) => (done) => {
  if (!existsSync(reportFile)) return { passed: 0, skips: [], failures: [crash(done, "vitest wrote no report")] };
  const report = JSON.parse(readFileSync(reportFile, "utf8"));
  /** @type {Counts} */
  const counts = { passed: 0, failures: [], skips: [] };
  for (const file of report.testResults) {
    const base = path.basename(file.name);
    for (const test of file.assertionResults) {
      const name = `${base} > ${test.fullName}`;
      if (test.status === "passed") counts.passed += 1;
      else if (test.status === "failed") counts.failures.push({ name, output: tail(test.failureMessages.join("\n")) });
      else counts.skips.push({ name, reason: "skipped by the test itself" });
    }
    const failedInside = file.assertionResults.some(
      (/** @type {{ status: string }} */ test) => test.status === "failed",
    );
    if (file.status === "failed" && !failedInside) counts.failures.push({ name: base, output: tail(file.message) });
  }
  return suspicious(counts, done);
};

/**
 * `cargo test`: adds up the result lines of all test binaries, whose names stand beside each failed or ignored test.
 * @param {Finished} done @returns {Counts}
 */
export function readCargo(done) {
  /** @type {Counts} */
  const counts = { passed: 0, failures: [], skips: [] };
  let [failed, ignored] = [0, 0];
  for (const [, passed, lost, left] of done.both.matchAll(
    /^test result: \S+ (\d+) passed; (\d+) failed; (\d+) ignored;/gm,
  )) {
    counts.passed += Number(passed);
    failed += Number(lost);
    ignored += Number(left);
  }
  const named = (/** @type {string} */ verdict) =>
    [...done.both.matchAll(new RegExp(`^test (.+?) \\.\\.\\. ${verdict}`, "gm"))].map(([, name]) => name ?? "");
  // With --nocapture a test's own output may stand between its name and its verdict: the numbers decide.
  const [failures, skips] = [named("FAILED"), named("ignored")];
  for (let i = 0; i < failed; i++)
    counts.failures.push({ name: failures[i] ?? `cargo test ${i + 1}`, output: tail(done.both) });
  for (let i = 0; i < ignored; i++)
    counts.skips.push({ name: skips[i] ?? `cargo test ${i + 1}`, reason: "ignored by the test itself" });
  return suspicious(counts, done);
}

/** A check that prints `{"passed", "failures": [{name, output}], "skips"?}` as its last line @param {Finished} done @returns {Counts} */
export function readJson(done) {
  try {
    const { passed, failures, skips = [] } = JSON.parse(done.stdout.trim().split("\n").at(-1) ?? "");
    return suspicious({ passed, failures, skips }, done);
  } catch {
    return { passed: 0, skips: [], failures: [crash(done, `no result (exit code ${done.code})`)] };
  }
}

/** One test: the command succeeds @param {string} name @returns {(done: Finished) => Counts} */
export const readExit = (name) => (done) =>
  done.code === 0
    ? { passed: 1, failures: [], skips: [] }
    : { passed: 0, failures: [{ name, output: tail(done.both) }], skips: [] };

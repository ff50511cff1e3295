// The properties in test/symbolic (functions named check_…), proven by Halmos for all inputs. One test per property.
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { finish } from "../lib/check.mjs";
import { inState } from "../lib/paths.mjs";
import { capture } from "../lib/process.mjs";

const OUT = ".colophon/halmos/out";
const report = inState("reports/halmos.json");
mkdirSync(inState("reports"), { recursive: true });
rmSync(report, { force: true });
// Only the symbolic tests and what they import are compiled, apart from everybody else's output.
const env = {
  FOUNDRY_TEST: "test/symbolic",
  FOUNDRY_SCRIPT: "test/symbolic",
  FOUNDRY_OUT: OUT,
  FOUNDRY_CACHE_PATH: ".colophon/halmos/cache",
};
const args = [
  "--forge-build-out",
  OUT,
  "--function",
  "check_",
  "--json-output",
  report,
  "--solver-timeout-assertion",
  "120000",
];
const { both, code } = await capture("halmos", ["halmos", ...args], { env });
/** @type {import("../lib/readers.mjs").Failure[]} */
const failures = [];
let passed = 0;
try {
  const { test_results } = JSON.parse(readFileSync(report, "utf8"));
  for (const [contract, tests] of Object.entries(test_results))
    for (const { name, exitcode } of tests)
      if (exitcode === 0) passed += 1;
      else
        failures.push({
          name: `${contract} ${name}`,
          output: `not proven (${["", "counterexample", "timeout", "stuck", "reverts on all paths", "exception"][exitcode] ?? exitcode})\n${both.slice(-3000)}`,
        });
} catch {
  failures.push({ name: `halmos wrote no report (exit code ${code})`, output: both.slice(-4000) });
}
finish(passed, failures);

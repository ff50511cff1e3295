// solhint with no warning left, and every exception explained.
import { finish, unexplained } from "../lib/check.mjs";
import { inRoot } from "../lib/paths.mjs";
import { capture } from "../lib/process.mjs";

const command = [process.execPath, inRoot("node_modules/solhint/solhint.js"), "--disc", "--noPoster", "-f", "json"];
const { stdout, both, code } = await capture("solhint", [...command, "contracts/**/*.sol"]);
/** @type {import("../lib/readers.mjs").Failure[]} */
const failures = unexplained("solhint-disable");
try {
  for (const finding of JSON.parse(stdout.slice(stdout.indexOf("["))))
    if (finding.ruleId)
      failures.push({ name: `${finding.filePath}:${finding.line}`, output: `${finding.ruleId}: ${finding.message}` });
} catch {
  failures.push({ name: `solhint (exit code ${code})`, output: both });
}
finish(failures.length === 0 ? 1 : 0, failures);

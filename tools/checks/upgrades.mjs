// OpenZeppelin's validator over every upgradeable contract: no constructor state, no unsafe calls, no layout clash with
// the contract that `@custom:oz-upgrades-from` names. One test per contract it reports on.

import { stripVTControlCharacters } from "node:util";
import { finish } from "../lib/check.mjs";
import { inRoot } from "../lib/paths.mjs";
import { capture } from "../lib/process.mjs";
import { ensureReleaseBuild, RELEASE_OUT } from "../lib/release.mjs";

await ensureReleaseBuild();
const validator = inRoot("node_modules/@openzeppelin/upgrades-core/dist/cli/cli.js");
const { stdout, both, code } = await capture("upgrades", [
  process.execPath,
  validator,
  "validate",
  `${RELEASE_OUT}/build-info`,
]);
const reports = stripVTControlCharacters(both).split(/\n(?=\s*[✔✘])/u);
const passed = reports.filter((report) => report.includes("✔")).length;
const failures = reports
  .filter((report) => report.includes("✘"))
  .map((report) => ({ name: report.trim().split("\n")[0] ?? "", output: report.trim() }));
if (code !== 0 && failures.length === 0) failures.push({ name: "openzeppelin-upgrades-core", output: both || stdout });
finish(passed, failures);

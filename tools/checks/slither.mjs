// Slither with no finding left, and every exception explained beside the code it is about.
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { finish, unexplained } from "../lib/check.mjs";
import { inState } from "../lib/paths.mjs";
import { capture } from "../lib/process.mjs";
import { ensureReleaseBuild, RELEASE_OUT } from "../lib/release.mjs";

/** Detectors that do not apply to this project, each with its reason. */
const EXCLUDED = {
  timestamp: "terms, windows and deadlines are times; a block's producer can move them by seconds only",
  "too-many-digits": "ERC-7201 storage slots are literals",
  "naming-convention": "the names are checked by solhint",
};

/** Sources whose findings are not ours: packages, and what gnark generates, which no comment of ours may change. */
const FOREIGN = ["node_modules", "contracts/proofs/verifier/Sp1Groth16Verifier.sol"];

await ensureReleaseBuild();
const report = inState("reports/slither.json");
mkdirSync(inState("reports"), { recursive: true });
rmSync(report, { force: true });
const args = [
  "--ignore-compile",
  "--foundry-out-directory",
  RELEASE_OUT,
  "--json",
  report,
  "--filter-paths",
  FOREIGN.join("|"),
];
const scope = ["--exclude-informational", "--exclude-optimization", "--exclude-dependencies"];
const { both, code } = await capture("slither", [
  "slither",
  ".",
  ...args,
  ...scope,
  "--exclude",
  Object.keys(EXCLUDED).join(","),
]);
/** @type {import("../lib/readers.mjs").Failure[]} */
const failures = unexplained("slither-disable");
try {
  const { success, error, results } = JSON.parse(readFileSync(report, "utf8"));
  if (!success) failures.push({ name: "slither", output: error });
  for (const { check, impact, description } of results.detectors ?? [])
    failures.push({ name: `${check} (${impact})`, output: description.trim() });
} catch {
  failures.push({ name: `slither wrote no report (exit code ${code})`, output: both.slice(-4000) });
}
finish(failures.length === 0 ? 1 : 0, failures);

// `npm test`: every suite of every room, then one true total as the last line: `N passed, N failed[, N skipped]`.
//   --only a,b      rooms or suites (`--only sdk,contracts/gas`); --list names them
//   --table file    another table of suites, relative to the root (the runner's own tests use it; implies no build)
// With CI set, nothing may be skipped.
import path from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { root } from "./lib/paths.mjs";
import { stopAll } from "./lib/process.mjs";
import { runSuites, select, summary } from "./lib/runner.mjs";
import { setup } from "./setup.mjs";

/** @typedef {import("./lib/runner.mjs").Suite} Suite */

/**
 * @param {Suite[]} chosen
 * @returns {Promise<string | undefined>} the build's error
 */
async function buildFor(chosen) {
  if (chosen.every((suite) => suite.bare)) return undefined;
  try {
    const { build } = await import("./build.mjs");
    await build();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function main() {
  const { values } = parseArgs({
    options: { only: { type: "string" }, table: { type: "string" }, list: { type: "boolean", default: false } },
  });
  // Before anything of npm's is imported.
  await setup();
  const table = pathToFileURL(path.resolve(root, values.table ?? "tools/suites.mjs")).href;
  const chosen = select((await import(table)).default(), values.only);
  if (values.list) return console.log(chosen.map(({ name }) => name).join("\n"));

  const extras = await setup({ extras: new Set(chosen.flatMap((suite) => suite.needs ?? [])) });
  const broken = values.table ? undefined : await buildFor(chosen);
  const runnable = broken ? chosen.filter((suite) => suite.bare) : chosen;
  const absent = (/** @type {Suite} */ suite) => {
    const lacking = (suite.needs ?? []).map((name) => ({ name, extra: extras.get(name) }));
    const first = lacking.find(({ extra }) => !extra || "reason" in extra);
    return first && `${first.name}: ${first.extra && "reason" in first.extra ? first.extra.reason : "not looked for"}`;
  };
  const totals = await runSuites(runnable, { absent, strict: Boolean(process.env.CI) && process.env.CI !== "false" });
  if (broken) {
    const lost = chosen.filter((suite) => !suite.bare).map(({ name }) => name);
    console.log(`FAIL build (not run: ${lost.join(", ")})\n${broken}`);
    totals.failed += 1;
  }
  await stopAll();
  console.log(summary(totals));
  process.exitCode = totals.failed > 0 ? 1 : 0;
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  console.log("0 passed, 1 failed");
  process.exitCode = 1;
}

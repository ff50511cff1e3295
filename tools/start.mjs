// `npm start`: installs and builds what is missing, brings the local stack up, runs the main job on it, prints where
// the dApp is, and stays until Ctrl-C.
//   --exit     end after the job, with status 0 or 1
//   --fresh    discard what an earlier run left
//   --json     one JSON object per step of the job on standard output, nothing else
//   --verbose  print the services' logs too (they are always in .colophon/local/logs)
import { parseArgs } from "node:util";
import { inRoot } from "./lib/paths.mjs";
import { start, stopAll } from "./lib/process.mjs";
import { setup } from "./setup.mjs";

const { values } = parseArgs({
  options: {
    exit: { type: "boolean", default: false },
    fresh: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
    verbose: { type: "boolean", default: false },
  },
});

/** Progress goes to standard error with --json, so that standard output carries the steps alone. */
const log = (/** @type {string} */ line) => (values.json ? console.error(line) : console.log(line));

/**
 * The job is a program of its own that is given the stack's endpoints file, as any user of the stack would be.
 * @param {string} endpointsFile
 * @returns {Promise<number>} its exit code
 */
async function runJob(endpointsFile) {
  const args = ["--endpoints", endpointsFile, "--build-executor", ...(values.json ? ["--json"] : [])];
  const job = start("job", [process.execPath, inRoot("tools/dist/job/main.js"), ...args], { inherit: true });
  return job.exited;
}

async function main() {
  const started = performance.now();
  await setup({ log });
  const { build, buildWeb } = await import("./build.mjs");
  await build({ log });
  await buildWeb(log);
  const { startStack } = await import("./stack/index.mjs");
  const { defaultFolder, layout } = await import("./stack/layout.mjs");
  const { fresh, verbose } = values;
  const { endpoints, settled } = await startStack({ fresh, verbose, scenario: true, early: true, log });
  log(
    `start: the chain, key nodes and gateway are up after ${((performance.now() - started) / 1000).toFixed(1)} s; running the main job`,
  );
  const code = await runJob(layout(defaultFolder).endpoints);
  if (values.exit || code !== 0) return code;
  await settled;
  log(`\nThe dApp is open on ${endpoints.webUrl} (chain ${endpoints.rpcUrl}). Ctrl-C ends everything.`);
  await new Promise(() => setInterval(() => undefined, 1 << 30));
  return 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
await stopAll();

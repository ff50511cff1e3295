// `npm run build`: everything from a bare clone to compiled contracts, generated ABIs, TypeScript and the dApp.
// Each step runs only when what it reads has changed.
import { existsSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { bundleStep } from "./bundle.mjs";
import { generateStep } from "./generate.mjs";
import { foundryBin } from "./lib/foundry.mjs";
import { inRoot } from "./lib/paths.mjs";
import { run } from "./lib/process.mjs";
import { filesUnder, runStep, stampOf } from "./lib/stamp.mjs";
import { setup } from "./setup.mjs";
import { ensureSuperfluid } from "./superfluid.mjs";

const TYPESCRIPT_ROOMS = ["sdk", "ingest", "gateway", "subgraph-runner", "cli", "tools"];

/** @returns {import("./lib/stamp.mjs").Step} */
const contractsStep = () => ({
  name: "forge-build",
  inputs: [
    ...["contracts", "script", "test/mocks/MockSp1Verifier.sol", "foundry.toml", "tools/solc-js"],
    "node_modules/@openzeppelin/contracts/package.json",
  ],
  outputs: ["out", "cache/solidity-files-cache.json"],
  // As `forge script` compiles, which else would compile all of it once more when it deploys.
  run: () =>
    run("forge build", [foundryBin("forge"), "build", "contracts", "script"], {
      env: { FOUNDRY_DYNAMIC_TEST_LINKING: "false" },
    }),
});

/** Rooms that have sources; a room lands when its first file does. */
const rooms = () => TYPESCRIPT_ROOMS.filter((room) => filesUnder(inRoot(room, "src")).length > 0);

/** @returns {import("./lib/stamp.mjs").Step} */
const typescriptStep = () => ({
  name: "typescript",
  inputs: [
    ...rooms().flatMap((room) => [`${room}/src`, `${room}/tsconfig.json`, `${room}/package.json`]),
    ...["spec", "contracts/generated/index.js", "tsconfig.base.json", "node_modules/typescript/package.json"],
  ],
  outputs: rooms().map((room) => `${room}/dist`),
  // Generated modules are too many to list one by one: the stamp of their own step stands for them.
  values: [stampOf("generate")],
  run: () => run("tsc", [process.execPath, inRoot("node_modules/typescript/bin/tsc"), "-b", ...rooms()]),
});

/** @returns {import("./lib/stamp.mjs").Step} */
const webStep = () => ({
  name: "web",
  inputs: ["web", "sdk/src", "node_modules/vite/package.json"],
  outputs: ["web/dist/index.html"],
  values: [stampOf("generate")],
  run: () =>
    run("vite build", [process.execPath, inRoot("node_modules/vite/bin/vite.js"), "build"], { cwd: inRoot("web") }),
});

/**
 * @param {string} name
 * @param {() => Promise<boolean>} step
 * @param {(line: string) => void} log
 */
async function timed(name, step, log) {
  const started = performance.now();
  const ran = await step();
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  log(`build: ${name.padEnd(12)} ${ran ? `${seconds} s` : "up to date"}`);
}

/** Regenerates the client package; after a deployment its addresses are new. @param {(line: string) => void} [log] */
export const buildGenerated = (log = console.log) => timed("generate", () => runStep(generateStep()), log);

/** The dApp's bundle. @param {(line: string) => void} [log] */
export async function buildWeb(log = console.log) {
  if (existsSync(inRoot("web/index.html"))) await timed("web", () => runStep(webStep()), log);
}

/**
 * @param {{ log?: (line: string) => void }} [options]
 * @throws with the failing tool's output
 */
export async function build({ log = console.log } = {}) {
  await setup({ log });
  await timed("superfluid", ensureSuperfluid, log);
  await timed("contracts", () => runStep(contractsStep()), log);
  await buildGenerated(log);
  await timed("typescript", () => runStep(typescriptStep()), log);
  await timed("cli", () => runStep(bundleStep()), log);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  try {
    await build();
    await buildWeb();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  }
}

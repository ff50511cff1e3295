// The table of suites: where they are, what runs them, how their output is counted.

import { existsSync } from "node:fs";
import { pythonToolsEnv } from "./lib/extras.mjs";
import { foundryBin } from "./lib/foundry.mjs";
import { inRoot, inState } from "./lib/paths.mjs";
import { readCargo, readExit, readForge, readJson, readVitest } from "./lib/readers.mjs";
import { filesUnder } from "./lib/stamp.mjs";

/** @typedef {import("./lib/runner.mjs").Suite} Suite */

const node = process.execPath;

/** @param {string} folder relative to the root @param {string} ending */
const holds = (folder, ending) => filesUnder(inRoot(folder)).some((file) => file.endsWith(ending));

/** What forge compiles for tests, apart from what other suites deploy meanwhile; one suite at a time. */
const FORGE_TESTS = {
  FOUNDRY_OUT: ".colophon/forge-tests/out",
  FOUNDRY_CACHE_PATH: ".colophon/forge-tests/cache",
};

/** @param {string} name @param {string[]} args @param {NodeJS.ProcessEnv} [env] @returns {Suite} */
const forgeSuite = (name, args, env = {}) => ({
  name,
  command: () => [foundryBin("forge"), "test", "--json", ...args],
  read: readForge,
  env: { ...FORGE_TESTS, ...env },
  lane: "forge",
});

/** @param {string} name @param {string} folder relative to the root @param {Partial<Suite>} [more] @returns {Suite} */
function vitestSuite(name, folder, more = {}) {
  const report = inState("reports", `${name.replace("/", "-")}.json`);
  const vitest = inRoot("node_modules/vitest/vitest.mjs");
  return {
    name,
    command: () => [node, vitest, "run", "--root", inRoot(folder), "--reporter=json", `--outputFile=${report}`],
    read: readVitest(report),
    report,
    ...more,
  };
}

/** @param {string} name @param {string} script in tools/ @param {Partial<Suite>} [more] @returns {Suite} */
const nodeCheck = (name, script, more = {}) => ({
  name,
  command: () => [node, inRoot("tools", script), "--json"],
  read: readJson,
  ...more,
});

/** @param {string} name @param {string[]} command @param {Partial<Suite>} [more] @returns {Suite} */
const exitCheck = (name, command, more = {}) => ({
  name,
  command: () => command,
  read: readExit(name),
  ...more,
});

/**
 * One job at a time: another suite has the second core. Cold, the executor compiles for six minutes.
 * @param {string} name @param {string} manifest relative to the root @param {string[]} args @returns {Suite}
 */
const cargoSuite = (name, manifest, ...args) => ({
  name,
  command: () => ["cargo", "test", "--locked", "--no-fail-fast", "--manifest-path", inRoot(manifest), ...args],
  read: readCargo,
  needs: ["cargo"],
  ...ZK,
  bare: true,
});

const ZK = { lane: "zk", env: { CARGO_BUILD_JOBS: "1" } };

/** In this order: the comparison runs what the executor's tests built. */
const zkSuites = () => [
  nodeCheck("zk/programs", "checks/programs.mjs", { lane: "zk", bare: true }),
  cargoSuite("zk/lib", "zk/Cargo.toml"),
  cargoSuite("zk/executor", "zk/executor/Cargo.toml", "--release", "--test", "programs", "--", "--nocapture"),
  nodeCheck("zk/differential", "../zk/differential.mjs", { needs: ["cargo"], ...ZK }),
  exitCheck("zk/rebuild", ["sh", inRoot("zk/toolchain/check.sh"), inRoot("zk/target/toolchain")], {
    needs: ["guest-toolchain"],
    ...ZK,
    bare: true,
  }),
];

/** Two stacks that start at once would take each other's ports. */
const STACK = { lane: "stack" };

/** These read one build, which the first of them makes. */
const RELEASE = { lane: "release" };

/** Postgres is started by the tests themselves, from the program found here. Longest first. @type {[room: string, more: Partial<Suite>][]} */
const ROOMS = [
  ["gateway", { needs: ["postgres"] }],
  ["indexer", { needs: ["postgres"] }],
  ["sdk", {}],
  ["cli", STACK],
  ["tools", STACK],
  ["web", {}],
  ["ingest", {}],
  ["subgraph-runner", {}],
  ["spec", {}],
];

/** What takes longest comes first, so that two workers end together. @returns {Suite[]} the suites whose files exist */
export default function suites() {
  /** @type {[boolean, () => Suite][]} */
  const table = [
    [
      holds("contracts", ".sol"),
      () => exitCheck("code/forge-fmt", [foundryBin("forge"), "fmt", "--check"], { bare: true }),
    ],
    [
      true,
      () =>
        exitCheck("code/biome", [node, inRoot("node_modules/@biomejs/biome/bin/biome"), "ci", "--error-on-warnings"], {
          bare: true,
        }),
    ],
    [
      existsSync(inRoot("knip.json")),
      () => exitCheck("code/knip", [node, inRoot("node_modules/knip/bin/knip.js"), "--no-progress"]),
    ],
    [holds("test", ".t.sol"), () => forgeSuite("contracts/forge", ["--no-match-path", "test/{gas,symbolic,e2e}/**"])],
    [
      holds("test/gas", ".t.sol"),
      () => forgeSuite("contracts/gas", ["--match-path", "test/gas/**", "--isolate"], { FORGE_SNAPSHOT_CHECK: "true" }),
    ],
    ...zkSuites().map((suite) => /** @type {[boolean, () => Suite]} */ ([holds("zk", ".rs"), () => suite])),
    [holds("test/e2e", ".test.ts"), () => vitestSuite("e2e/vitest", "test/e2e", { needs: ["chromium"], ...STACK })],
    ...ROOMS.map(
      ([room, more]) =>
        /** @type {[boolean, () => Suite]} */ ([
          holds(room, ".test.ts") || holds(room, ".test.tsx"),
          () => vitestSuite(`${room}/vitest`, room, more),
        ]),
    ),
    [holds("test", ".tree"), () => nodeCheck("contracts/trees", "treecheck.mjs", { bare: true })],
    [holds("contracts", ".sol"), () => nodeCheck("contracts/sizes", "checks/sizes.mjs")],
    [holds("contracts", ".sol"), () => nodeCheck("contracts/upgrades", "checks/upgrades.mjs", RELEASE)],
    [holds("contracts", ".sol"), () => nodeCheck("contracts/layouts", "../script/layouts.mjs", RELEASE)],
    [holds("contracts", ".sol"), () => nodeCheck("contracts/permissions", "../script/permissions-doc.mjs")],
    [holds("contracts", ".sol"), () => nodeCheck("contracts/solhint", "checks/solhint.mjs", { bare: true })],
    [
      holds("contracts", ".sol"),
      () =>
        nodeCheck("contracts/slither", "checks/slither.mjs", { needs: ["slither"], env: pythonToolsEnv(), ...RELEASE }),
    ],
    [holds("spec", ".test.ts"), () => nodeCheck("code/exports", "checks/exports.mjs", { needs: ["readers"] })],
    [
      holds("test/symbolic", ".t.sol"),
      () => nodeCheck("contracts/halmos", "checks/halmos.mjs", { needs: ["halmos"], env: pythonToolsEnv() }),
    ],
  ];
  return table.filter(([present]) => present).map(([, make]) => make());
}

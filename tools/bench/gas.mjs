// gas.*: whole transactions, as the isolated suites in test/gas measured them. The suites run first, in checking mode,
// so that no stale number is printed.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { foundryBin } from "../lib/foundry.mjs";
import { inRoot } from "../lib/paths.mjs";
import { capture } from "../lib/process.mjs";

const BUDGETS = /** @type {const} */ ([
  [
    "gas.publish",
    "publish a dataset with its first version",
    240_000,
    "Story register + terms + attach 992k; Ocean 1,490k",
  ],
  ["gas.offer", "open an offer", 85_000, "Story register + terms + attach 992k; Ocean 1,490k"],
  ["gas.buy.first", "buy through escrow, allowance in place, first time", 245_000, "Story 1,157k; Ocean 323k"],
  ["gas.buy.repeat", "buy through escrow again", 210_000, "Story 707k; Ocean 268k"],
  ["gas.buy.permit_extra", "a permit on top", 55_000, undefined],
  [
    "gas.access.escrow",
    "accessOf of an escrow license, cold, beyond the transaction's 21k",
    24_000,
    "Story's revoked flag alone 13k",
  ],
  ["gas.release.1", "escrow release to a sole owner paid before, 1 hold open", 110_000, "Ocean 1,187k at 200 holds"],
  [
    "gas.proof.verify",
    "verify an SP1 Groth16 proof over 128 bytes of public values",
    230_000,
    "Succinct's verifier 248k",
  ],
  ["gas.proof.record", "verify an SP1 Groth16 proof and record adherence for one license", 340_000, undefined],
  ["gas.release.10000", "the same with 10,000 holds open", 110_000, "Ocean +5k per hold"],
]);

/** @returns {Map<string, number>} id → gas, from all snapshot files */
function snapshots() {
  const files = existsSync(inRoot("snapshots"))
    ? readdirSync(inRoot("snapshots")).filter((name) => name.endsWith(".json"))
    : [];
  const entries = files.flatMap((name) => Object.entries(JSON.parse(readFileSync(inRoot("snapshots", name), "utf8"))));
  return new Map(entries.map(([id, gas]) => [id, Number(gas)]));
}

/** @type {Promise<Map<string, number>> | undefined} */
let measured;

async function measure() {
  const command = [foundryBin("forge"), "test", "--match-path", "test/gas/**", "--isolate"];
  const { code, both } = await capture("gas suites", command, { env: { FORGE_SNAPSHOT_CHECK: "true" } });
  if (code !== 0)
    throw new Error(
      `the gas suites fail or differ from snapshots/; \`node tools/forge.mjs test --match-path 'test/gas/**' --isolate\` renews them\n${both.slice(-2000)}`,
    );
  return snapshots();
}

/** @param {string} id */
async function gasOf(id) {
  measured ??= measure();
  const gas = (await measured).get(id);
  if (gas === undefined) throw new Error(`no snapshot is named ${id}`);
  return gas;
}

/** @type {import("../bench.mjs").Figure[]} */
export default [
  ...BUDGETS.map(([id, what, budget, baseline]) => ({ id, what, unit: "gas", budget, baseline, run: () => gasOf(id) })),
  {
    id: "gas.release.flat",
    what: "release with 10,000 holds open against 1: difference",
    unit: "%",
    budget: 5,
    run: async () => Math.abs((await gasOf("gas.release.10000")) / (await gasOf("gas.release.1")) - 1) * 100,
  },
];

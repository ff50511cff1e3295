// `npm run mutate -- <Contract> [--limit 150] [--seed 1]`: how many of slither-mutate's mutants of a contract its own suites
// notice. Works on a copy of the tree with the real forge, keeps each verdict, and goes on where it stopped.
import { appendFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { ensureExtras, pythonToolsEnv } from "./lib/extras.mjs";
import { inRoot, inState, root } from "./lib/paths.mjs";
import { capture, stopAll } from "./lib/process.mjs";
import { ensureReleaseBuild, RELEASE_OUT } from "./lib/release.mjs";
import { digest, shuffled } from "./lib/sample.mjs";
import { filesUnder, hashInputs } from "./lib/stamp.mjs";
import { makeTree, runSuites, tryMutant } from "./mutate/tree.mjs";
import { setup } from "./setup.mjs";
import { ensureSuperfluid } from "./superfluid.mjs";

/** @typedef {import("./mutate/tree.mjs").Mutant} Mutant */
/** @typedef {"survived" | "killed" | "uncompilable"} Verdict */

/** @param {Mutant} mutant */
const idOf = ({ file, start, end, new: replacement }) =>
  digest(`${file}\0${start}\0${end}\0${replacement}`).slice(0, 16);

/** @param {string} contract @returns {{ source: string, suites: string }} relative to the root */
function locate(contract) {
  const source = filesUnder(inRoot("contracts")).find((file) => path.basename(file) === `${contract}.sol`);
  if (!source)
    throw new Error(`mutate: no contracts/**/${contract}.sol. Expected a contract's name, for example LicenseMarket.`);
  const domain = path.basename(path.dirname(source));
  const folder = path.join("test/unit", domain, contract);
  if (filesUnder(inRoot(folder)).length === 0)
    throw new Error(`mutate: ${contract} has no suites of its own in ${folder}.`);
  return { source: path.relative(root, source), suites: `${folder}/**` };
}

/** @param {string} source @param {string} contract @returns {Promise<Mutant[]>} */
async function listMutants(source, contract) {
  await ensureReleaseBuild();
  const python = inState("venv/bin/python");
  const command = [python, inRoot("tools/mutate/patches.py"), root, RELEASE_OUT, source, contract];
  const { code, stdout, stderr } = await capture("slither-mutate", command, { env: pythonToolsEnv() });
  if (code !== 0) throw new Error(`mutate: slither-mutate's operators failed on ${contract}.\n${stderr}`);
  return JSON.parse(stdout);
}

/** Verdicts of earlier runs on the same sources. @param {string} file @returns {Map<string, Verdict>} */
function readVerdicts(file) {
  const lines = existsSync(file) ? readFileSync(file, "utf8").split("\n").filter(Boolean) : [];
  return new Map(lines.map((line) => JSON.parse(line)).map(({ id, verdict }) => [id, verdict]));
}

/** @param {Mutant} mutant */
const describe = ({ file, line, mutator, old, new: replacement }) =>
  `${file}:${line} ${mutator}\n    - ${old.trim().replaceAll("\n", "\n      ")}\n    + ${replacement.trim().replaceAll("\n", "\n      ")}`;

/**
 * @param {string} contract
 * @param {{ limit: number, seed: number }} options limit: mutants that compile
 */
async function mutate(contract, { limit, seed }) {
  const { source, suites } = locate(contract);
  const order = shuffled(await listMutants(source, contract), idOf, seed);
  const folder = inState("mutate", contract);
  const tree = path.join(folder, "tree");
  // Verdicts hold for exactly these sources and suites.
  const inputs = [
    path.dirname(source),
    suites.replace("/**", ""),
    "contracts/common",
    "contracts/types",
    "foundry.toml",
  ];
  const file = path.join(folder, `${hashInputs(inputs).slice(0, 16)}.jsonl`);
  const verdicts = readVerdicts(file);
  mkdirSync(folder, { recursive: true });
  makeTree(tree);
  console.log(
    `mutate: ${contract}: ${order.length} mutants, sample of ${limit}, seed ${seed}; ${verdicts.size} known from before`,
  );
  if ((await runSuites(tree, suites)) !== "passed")
    throw new Error(
      `mutate: ${suites} does not pass on the unchanged sources; see \`node tools/forge.mjs test --match-path '${suites}'\`.`,
    );

  const counts = { killed: 0, survived: 0, uncompilable: 0 };
  /** @type {Mutant[]} */
  const survivors = [];
  for (const mutant of order) {
    if (counts.killed + counts.survived >= limit) break;
    const id = idOf(mutant);
    const known = verdicts.get(id);
    const verdict = known ?? (await tryMutant(tree, suites, mutant));
    if (!known) appendFileSync(file, `${JSON.stringify({ id, verdict, ...mutant })}\n`);
    counts[verdict] += 1;
    if (verdict === "survived") survivors.push(mutant);
    if (!known)
      console.log(
        `mutate: ${counts.killed + counts.survived}/${limit} ${verdict} ${mutant.file}:${mutant.line} ${mutant.mutator}`,
      );
  }
  const tried = counts.killed + counts.survived;
  for (const mutant of survivors) console.log(`survived: ${describe(mutant)}`);
  const percent = tried === 0 ? 0 : (counts.killed / tried) * 100;
  console.log(
    `${contract}: ${counts.killed} of ${tried} mutants killed (${percent.toFixed(1)} %), ${counts.uncompilable} did not compile`,
  );
}

try {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { limit: { type: "string", default: "150" }, seed: { type: "string", default: "1" } },
  });
  if (positionals.length === 0) throw new Error("Usage: npm run mutate -- <Contract> [--limit 150] [--seed 1]");
  await setup();
  const slither = (await ensureExtras(["slither"])).get("slither");
  if (!slither || "reason" in slither) throw new Error(`mutate: slither is missing: ${slither?.reason}`);
  await ensureSuperfluid();
  for (const contract of positionals)
    await mutate(contract, { limit: Number(values.limit), seed: Number(values.seed) });
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
await stopAll();

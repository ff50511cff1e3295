// `npm run bench`: every figure of DESIGN section 7 that this tree can measure, against its budget.
//   --only gas,size,start.warm_s   groups (a file of tools/bench) or single figures
//   --json                         {"figures":[{"id","value","unit","budget","pass","baseline"}]} on standard output
// Exit code 1 if a figure misses its budget or cannot be measured. Nothing else should run on the machine meanwhile.
import { readdirSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { inRoot } from "./lib/paths.mjs";
import { stopAll } from "./lib/process.mjs";

/**
 * @typedef {object} Figure
 * @property {string} id `group.name`
 * @property {string} what
 * @property {string} unit
 * @property {number} budget
 * @property {boolean} [least] the budget is a least value; without it, a most
 * @property {string} [baseline] the best peer measured
 * @property {() => Promise<number>} run
 *
 * @typedef {Pick<Figure, "id" | "what" | "unit" | "budget"> & { value: number | null, pass: boolean, least: boolean, baseline: string | null, error?: string }} Result
 */

/** @returns {Promise<Figure[]>} of all modules in tools/bench */
async function allFigures() {
  const files = readdirSync(inRoot("tools/bench"))
    .filter((name) => name.endsWith(".mjs"))
    .sort();
  const modules = await Promise.all(files.map((name) => import(pathToFileURL(inRoot("tools/bench", name)).href)));
  return modules.flatMap((module) => module.default);
}

/** @param {Figure[]} figures @param {string | undefined} only */
export function selectFigures(figures, only) {
  if (!only) return figures;
  const words = only.split(",").filter(Boolean);
  const matches = (/** @type {Figure} */ { id }, /** @type {string} */ word) =>
    id === word || id.startsWith(`${word}.`);
  const unknown = words.filter((word) => !figures.some((figure) => matches(figure, word)));
  if (unknown.length > 0)
    throw new Error(
      `--only: no figure is named ${unknown.join(", ")}. Known: ${figures.map(({ id }) => id).join(", ")}.`,
    );
  return figures.filter((figure) => words.some((word) => matches(figure, word)));
}

/** @param {Figure} figure @returns {Promise<Result>} never rejects: what could not be measured does not pass */
export async function measureFigure({ run, least = false, baseline, ...figure }) {
  const common = { ...figure, least, baseline: baseline ?? null };
  try {
    const value = Math.round((await run()) * 100) / 100;
    const pass = least ? value >= figure.budget : value <= figure.budget;
    return { ...common, value, pass };
  } catch (error) {
    return { ...common, value: null, pass: false, error: error instanceof Error ? error.message : String(error) };
  }
}

/** @param {number} value */
const grouped = (value) => value.toLocaleString("en-US");

/** @param {Result} result */
export function row({ id, what, value, unit, budget, least, pass, baseline, error }) {
  const limit = `${least ? "≥" : "≤"} ${grouped(budget)} ${unit}`;
  const shown = value === null ? "–" : grouped(value);
  const line = `${pass ? "ok  " : "MISS"} ${id.padEnd(22)} ${shown.padStart(11)}  ${limit.padEnd(16)} ${what}`;
  return line + (baseline ? ` (peer: ${baseline})` : "") + (error ? `\n     not measured: ${error}` : "");
}

async function main() {
  const { values } = parseArgs({ options: { only: { type: "string" }, json: { type: "boolean", default: false } } });
  const log = values.json ? console.error : console.log;
  const figures = selectFigures(await allFigures(), values.only);
  const { build, buildWeb } = await import("./build.mjs");
  await build({ log });
  await buildWeb(log);
  const results = [];
  for (const figure of figures) {
    const result = await measureFigure(figure);
    results.push(result);
    log(row(result));
  }
  if (values.json) console.log(JSON.stringify({ figures: results.map(({ what, least, ...result }) => result) }));
  process.exitCode = results.every(({ pass }) => pass) ? 0 : 1;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  try {
    await main();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
  await stopAll();
}

// Writes the ERC-7730 descriptors into spec/clear-signing/generated, from ABIs, EIP-712 types, the words beside it and the public deployments.
//   node tools/clear-signing.mjs             writes them
//   node tools/clear-signing.mjs --check     writes nothing and fails when one is not current
//   node tools/clear-signing.mjs --list      prints what has no descriptor, and why
//   node tools/clear-signing.mjs --deployment deployments/31337.json --out DIR    writes those of one chain elsewhere
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { publicDeployments } from "./clear-signing/abi.mjs";
import { callsOf, describeAll } from "./clear-signing/describe.mjs";
import { readWords } from "./clear-signing/words.mjs";
import { inRoot } from "./lib/paths.mjs";

/** Where the descriptors stand. */
export const FOLDER = inRoot("spec/clear-signing/generated");
const LINE_WIDTH = 140;

/** JSON in which whatever fits on a line stands on one: a field of a call is a line. @param {unknown} value @param {string} [indent] @returns {string} */
function layout(value, indent = "") {
  const line = JSON.stringify(value);
  if (typeof value !== "object" || value === null || indent.length + line.length <= LINE_WIDTH) return line;
  const inner = `${indent}  `;
  const items = Array.isArray(value)
    ? value.map((item) => `${inner}${layout(item, inner)}`)
    : Object.entries(value).map(([key, item]) => `${inner}${JSON.stringify(key)}: ${layout(item, inner)}`);
  const [open, close] = Array.isArray(value) ? "[]" : "{}";
  return `${open}\n${items.join(",\n")}\n${indent}${close}`;
}

/** Texts of all descriptors by file name. @param {import("./clear-signing/describe.mjs").Deployments} [deployments] those of public chains if absent */
export function descriptorFiles(deployments = publicDeployments()) {
  const all = Object.entries(describeAll(readWords(), deployments));
  return Object.fromEntries(all.map(([name, descriptor]) => [name, `${layout(descriptor)}\n`]));
}

/** Committed files that are missing, differ from what is generated, or are too many. */
export function staleFiles() {
  const fresh = descriptorFiles();
  const present = readdirSync(FOLDER);
  const differs = (/** @type {string} */ name) =>
    !present.includes(name) || readFileSync(path.join(FOLDER, name), "utf8") !== fresh[name];
  return [...Object.keys(fresh).filter(differs), ...present.filter((name) => !(name in fresh))];
}

/** @param {string} file of one chain, as the deployment writes it @returns {import("./clear-signing/describe.mjs").Deployments} */
function deploymentOf(file) {
  const { chainId, contracts } = JSON.parse(readFileSync(file, "utf8"));
  if (chainId !== undefined && contracts !== undefined) return { [chainId]: contracts };
  throw new Error(
    `clear-signing: ${file} is no deployment. Expected JSON with chainId and contracts, as in deployments/.`,
  );
}

/** @param {string} folder @param {Record<string, string>} files */
function write(folder, files) {
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text);
}

function list() {
  const words = readWords();
  for (const [name, reason] of Object.entries({ ...words.shared.messages, ...words.shared.contracts }))
    console.log(`${name}: ${words.shared.reasons[reason]}`);
  for (const contract of Object.keys(words.contracts))
    for (const { signature, reason } of callsOf(words, contract).leftOut)
      console.log(`${contract}.${signature.split("(")[0]}: ${reason}`);
}

function main() {
  const { values } = parseArgs({
    options: {
      check: { type: "boolean" },
      list: { type: "boolean" },
      deployment: { type: "string" },
      out: { type: "string" },
    },
  });
  if ((values.deployment === undefined) !== (values.out === undefined))
    throw new Error("clear-signing: --deployment and --out go together: a chain's descriptors, and a folder for them.");
  if (values.list) return list();
  if (values.deployment !== undefined && values.out !== undefined)
    return write(values.out, descriptorFiles(deploymentOf(values.deployment)));
  if (!values.check) {
    const files = descriptorFiles();
    rmSync(FOLDER, { recursive: true, force: true });
    return write(FOLDER, files);
  }
  const stale = staleFiles();
  if (stale.length === 0) return;
  console.error(`Not current: ${stale.join(", ")}. Run node tools/clear-signing.mjs.`);
  process.exitCode = 1;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) main();

// Storage layouts of the proxied contracts, as committed in layouts/: a change of storage shows in review, and one that
// would move what proxies already hold fails the check.
//   node script/layouts.mjs           compares; one result per contract
//   node script/layouts.mjs --write   takes over the present layouts; refuses to move anything without --force
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { keccak256, numberToHex, stringToBytes } from "viem";
import { finish } from "../tools/lib/check.mjs";
import { inRoot } from "../tools/lib/paths.mjs";
import { ensureReleaseBuild, RELEASE_OUT } from "../tools/lib/release.mjs";

const { solcInputOutputDecoder, validate } = createRequire(import.meta.url)("@openzeppelin/upgrades-core");

/** @typedef {{ namespaces: Record<string, { slot: string, members: string[] }>, structs: Record<string, string[]> }} Layout */

const permissions = readFileSync(inRoot("script/base/Permissions.sol"), "utf8");
/** The deployment's own list of proxies. */
const proxies = [
  ...permissions
    .split("memory all = [")[1]
    .split("]")[0]
    .matchAll(/"(\w+)"/g),
].map(([, name]) => name);

/** ERC-7201's slot of a namespace. @param {string} id */
function slotOf(id) {
  const inner = numberToHex(BigInt(keccak256(stringToBytes(id))) - 1n, { size: 32 });
  return numberToHex(BigInt(keccak256(inner)) & ~0xffn, { size: 32 });
}

/** What the validator found in the release build. */
function validated() {
  const folder = inRoot(RELEASE_OUT, "build-info");
  const runs = readdirSync(folder).map((file) => {
    const { input, output, solcVersion } = JSON.parse(readFileSync(`${folder}/${file}`, "utf8"));
    return validate(output, solcInputOutputDecoder(input, output), solcVersion, input);
  });
  return Object.assign({}, ...runs);
}

/** The layout of a contract with all it inherits. @returns {Layout} */
function layoutOf(found, name) {
  const own = Object.keys(found).find((key) => key.endsWith(`/${name}.sol:${name}`));
  if (!own) throw new Error(`layouts: the release build has no ${name}. Is it still in script/base/Permissions.sol?`);
  const parts = [own, ...found[own].inherit].map((key) => found[key].layout);
  const linear = parts.flatMap(({ storage }) => storage);
  if (linear.length > 0)
    throw new Error(`layouts: ${name} has ordinary storage (${linear[0].label}). Move it into its ERC-7201 struct.`);
  const types = Object.assign({}, ...parts.map((part) => part.types));
  const structs = Object.values(types).filter(({ members }) => typeof members?.[0] === "object");
  const line = (/** @type {{ label: string, type: string }} */ { label, type }) => `${types[type].label} ${label}`;
  const namespaces = parts.flatMap((part) => Object.entries(part.namespaces ?? {}));
  return {
    namespaces: sorted(
      namespaces.map(([id, members]) => [id, { slot: slotOf(id.replace("erc7201:", "")), members: members.map(line) }]),
    ),
    structs: sorted(structs.map(({ label, members }) => [label, members.map(line)])),
  };
}

const sorted = (/** @type {[string, any][]} */ entries) =>
  Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));

const flat = (/** @type {Layout} */ { namespaces, structs }) => ({
  ...Object.fromEntries(Object.entries(namespaces).map(([id, { slot, members }]) => [id, [slot, ...members]])),
  ...structs,
});

/** Members that are no longer where they were; anything new behind them is fine. @returns {string[]} */
function moved(/** @type {Layout} */ before, /** @type {Layout} */ after) {
  const now = flat(after);
  return Object.entries(flat(before)).flatMap(([group, members]) =>
    members.flatMap((member, index) => {
      const present = now[group]?.[index];
      return present === member ? [] : [`${group}, position ${index}: was "${member}", is "${present ?? "gone"}"`];
    }),
  );
}

const pathOf = (/** @type {string} */ name) => inRoot("layouts", `${name}.json`);
const text = (/** @type {Layout} */ layout) => `${JSON.stringify(layout, null, 2)}\n`;

await ensureReleaseBuild();
const found = validated();
const failures = [];
for (const name of proxies) {
  const present = layoutOf(found, name);
  const committed = existsSync(pathOf(name)) ? JSON.parse(readFileSync(pathOf(name), "utf8")) : undefined;
  const broken = committed ? moved(committed, present) : [];
  if (process.argv.includes("--write")) {
    if (broken.length > 0 && !process.argv.includes("--force")) failures.push({ name, output: broken.join("\n") });
    else {
      mkdirSync(inRoot("layouts"), { recursive: true });
      writeFileSync(pathOf(name), text(present));
    }
  } else if (broken.length > 0) {
    failures.push({ name, output: `storage that proxies hold would move:\n${broken.join("\n")}` });
  } else if (!committed || text(committed) !== text(present)) {
    failures.push({ name, output: `layouts/${name}.json is not up to date: run \`node script/layouts.mjs --write\`` });
  }
}
finish(proxies.length - failures.length, failures);

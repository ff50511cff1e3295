// What can be called and signed: functions of the published ABIs with every parameter named, and EIP-712 types as the same trees.
import { readFileSync } from "node:fs";
import * as contracts from "@colophon-protocol/contracts";
import { camelCase } from "../generate.mjs";
import { inRoot } from "../lib/paths.mjs";

/**
 * @typedef {{ name: string, type: string, components?: Parameter[] }} Parameter
 * @typedef {{ name: string, inputs: Parameter[], payable: boolean }} Callable
 */

const published = /** @type {Record<string, any>} */ (contracts);

/** `type` with structs written out. @param {Parameter} parameter @returns {string} */
const canonicalType = ({ type, components }) =>
  components ? `(${components.map(canonicalType).join(",")})${type.slice("tuple".length)}` : type;

/** `confirm(uint256,(address,…))`: what the selector is the hash of. @param {Callable} callable */
export const signatureOf = ({ name, inputs }) => `${name}(${inputs.map(canonicalType).join(",")})`;

/** @param {Parameter} parameter @returns {string} */
const fragment = ({ name, type, components }) =>
  `${components ? `(${components.map(fragment).join(",")})${type.slice("tuple".length)}` : type} ${name}`;

/** `confirm(uint256 licenseId,(address seller,…) offer)`: the key of a call. @param {Callable} callable */
export const keyOf = ({ name, inputs }) => `${name}(${inputs.map(fragment).join(",")})`;

/** Under which name a contract's ABI is published. @param {string} contract */
export const abiName = (contract) => `${camelCase(contract)}Abi`;

/** Names of the published ABIs that have a function which changes state, of contracts and interfaces. */
export const callableAbis = () =>
  Object.keys(published)
    .filter((name) => name.endsWith("Abi") && stateChanging(published[name]).length > 0)
    .sort();

/** @param {any[]} abi @returns {Callable[]} */
const stateChanging = (abi) =>
  abi
    .filter(({ type, stateMutability }) => type === "function" && !["view", "pure"].includes(stateMutability))
    .map(({ name, inputs, stateMutability }) => ({ name, inputs, payable: stateMutability === "payable" }));

/** @param {string} contract @returns {any[]} */
export function abiOf(contract) {
  const found = published[abiName(contract)];
  if (found) return found;
  throw new Error(`clear-signing: @colophon-protocol/contracts has no ABI of ${contract}. Expected a contract's name.`);
}

/** @param {Callable} callable */
const unnamed = ({ inputs }) => inputs.some(({ name }) => name === "");

/**
 * The functions of a contract that change state, in the ABI's order.
 * @param {string} contract
 * @param {string[]} namesFrom contracts of which parameters without a name take theirs
 * @returns {Callable[]}
 */
export function functionsOf(contract, namesFrom = []) {
  const named = namesFrom.flatMap((other) => stateChanging(abiOf(other)));
  return stateChanging(abiOf(contract)).map((each) => {
    if (!unnamed(each)) return each;
    const same = named.find((other) => signatureOf(other) === signatureOf(each) && !unnamed(other));
    return same ? { ...each, inputs: same.inputs } : each;
  });
}

/** Signature of an event, for wallets that look for it. @param {string} contract @param {string} event */
export function eventSignature(contract, event) {
  const found = abiOf(contract).find(({ type, name }) => type === "event" && name === event);
  if (found) return signatureOf(found);
  throw new Error(`clear-signing: ${contract} has no event ${event}.`);
}

/** Restricted functions: contract (`*` for every proxy) → signature → role. Reads the page that the role table is generated into. */
export function restrictedFunctions() {
  const rows = readFileSync(inRoot("docs/PERMISSIONS.md"), "utf8").matchAll(/^\| (.+) \| `(.+)` \| (.+) \|$/gm);
  /** @type {Record<string, Record<string, string>>} */
  const found = {};
  for (const [, contract, signature, role] of rows) {
    const target = contract === "every proxy" ? "*" : String(contract);
    found[target] = { ...found[target], [String(signature)]: String(role) };
  }
  if (Object.keys(found["*"] ?? {}).length > 0) return found;
  throw new Error(
    "clear-signing: docs/PERMISSIONS.md lists no restricted functions; its tables no longer fit the pattern.",
  );
}

/**
 * The struct that an EIP-712 type string describes.
 * @param {string} type as encodeType gives it: the primary type first
 * @returns {Callable}
 */
export function structOf(type) {
  /** @type {Map<string, string>} */
  const members = new Map();
  for (const [, name, list] of type.matchAll(/(\w+)\(([^()]*)\)/g)) members.set(String(name), String(list));
  const [primary] = members.keys();
  return { name: String(primary), inputs: membersOf(String(primary)), payable: false };

  /** @param {string} struct @returns {Parameter[]} */
  function membersOf(struct) {
    return (members.get(struct) ?? "").split(",").map((member) => {
      const [written, name] = /** @type {[string, string]} */ (member.split(" "));
      const [, base, array] = /** @type {string[]} */ (/^(\w+)(.*)$/.exec(written));
      return members.has(String(base))
        ? { name, type: `tuple${array}`, components: membersOf(String(base)) }
        : { name, type: written };
    });
  }
}

/** Type strings of spec/eip712 by primary type. @returns {Record<string, string>} */
export function ownMessageTypes() {
  const messages = /** @type {any[]} */ (Object.values(published.eip712)).filter(({ type }) => type !== undefined);
  return Object.fromEntries(messages.map(({ primaryType, type }) => [primaryType, type]));
}

/** @returns {Record<string, string>} name and version of Colophon's domain */
export function ownDomain() {
  const { name, version } = published.eip712.domain;
  return { name, version };
}

/** @returns {Record<string, Record<string, { address: string }>>} public chain → contract → where it is */
export const publicDeployments = () => published.deployments;

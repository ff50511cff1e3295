// From words to fields: one field for every value of a call or message, shown or never.
import { ENUMS } from "./enums.mjs";

/**
 * @typedef {import("./abi.mjs").Parameter} Parameter
 * @typedef {import("./words.mjs").Said} Said
 * @typedef {import("./words.mjs").Shared} Shared
 * @typedef {{ path: string, label?: string, format: string, params?: Record<string, unknown>, visible?: unknown }} Field
 */

/** What a value is when there is none: fields whose label ends with `?` are then not shown. @param {string} type */
function nothing(type) {
  if (type === "bool") return false;
  if (type === "string") return "";
  if (type === "bytes") return "0x";
  if (type === "address") return `0x${"00".repeat(20)}`;
  const bytes = /^bytes(\d+)$/.exec(type);
  return bytes ? `0x${"00".repeat(Number(bytes[1]))}` : 0;
}

/** @type {Record<string, (argument: string) => { format: string, params?: Record<string, unknown> }>} */
const FORMATS = {
  amount: (tokenPath) => ({ format: "tokenAmount", params: { tokenPath } }),
  native: () => ({ format: "amount" }),
  ticker: () => ({ format: "tokenTicker" }),
  date: () => ({ format: "date", params: { encoding: "timestamp" } }),
  duration: () => ({ format: "duration" }),
  bps: () => ({ format: "unit", params: { base: "%", decimals: 2 } }),
  bytes: () => ({ format: "unit", params: { base: "B", prefix: true } }),
  enum: (name) => ({ format: "enum", params: { $ref: `$.metadata.enums.${name}` } }),
};

/** Any account or contract; the registry's linter wants types and sources said. */
const ADDRESS = { format: "addressName", params: { types: ["wallet", "eoa", "contract"], sources: ["local", "ens"] } };

/** @param {string} problem @returns {never} */
function fail(problem) {
  throw new Error(`clear-signing: ${problem} See spec/clear-signing/README.md.`);
}

/** `uint256[2]` is walked as all its elements. @param {string} type */
const elements = (type) => ".[]".repeat((type.match(/\[\d*\]/g) ?? []).length);

/** @param {string} type */
const element = (type) => type.replace(/\[.*$/, "");

/** @param {Shared} shared */
export function fieldsWith(shared) {
  /** @param {string} place @param {string} name of a reason */
  const requireReason = (place, name) => {
    if (!(name in shared.reasons)) fail(`${place} is hidden for "${name}", which is no reason of shared.json.`);
  };

  /** @param {string} place @param {string} path @param {string} prefix of the struct @param {string} type @param {string} said @returns {Field} */
  const field = (place, path, prefix, type, said) => {
    if (said.startsWith("-")) {
      requireReason(place, said.slice(1));
      return { path, format: "raw", visible: "never" };
    }
    const [, label, optional, format, argument = ""] =
      /^([^?:]+)(\?)?(?:: (\w+)(?: (\S+))?)?$/.exec(said) ??
      fail(`${place} says "${said}". Expected "Label", "Label: format", "@struct" or "-reason".`);
    const plain = type === "address" ? ADDRESS : { format: "raw" };
    const known = format === undefined ? () => plain : FORMATS[format];
    if (!known) fail(`${place} has the format "${format}". Expected one of ${Object.keys(FORMATS).join(", ")}.`);
    if (format === "enum" && !(argument in ENUMS)) fail(`${place} names the enum "${argument}", which is not known.`);
    const token = argument.startsWith("/") ? argument.slice(1) : prefix + argument;
    const shown = known(format === "amount" ? token : argument);
    return { path, label, ...shown, ...(optional ? { visible: { ifNotIn: [nothing(type)] } } : {}) };
  };

  /**
   * @param {string} place for errors @param {Parameter[]} parameters @param {Said} said
   * @param {string} [prefix] path of the struct, with its dot @returns {Field[]}
   */
  const fields = (place, parameters, said, prefix = "") => {
    if (typeof said === "string" && said.startsWith("-")) return fields(place, parameters, { "*": said }, prefix);
    const words = typeof said === "string" ? shared.structs[said.slice(1)] : said;
    if (words === undefined || typeof words === "string")
      return fail(`${place} says ${JSON.stringify(said)}. Expected "@" and a struct of shared.json.`);
    const named = Object.keys(words).filter((name) => name !== "*");
    const rest = parameters.map(({ name }) => name).filter((name) => !named.includes(name));
    if (rest.length > 0 && !("*" in words)) fail(`${place} says nothing of ${rest.join(", ")}.`);
    return [...named, ...rest].flatMap((name) => {
      const text = /** @type {Said} */ (words[name] ?? words["*"]);
      if (name.startsWith("@.")) return [field(`${place} ${name}`, name, "", "uint256", /** @type {string} */ (text))];
      const parameter = parameters.find((each) => each.name === name);
      if (!parameter) return fail(`${place} describes ${name}, which it does not have.`);
      const path = `${prefix}${name}${elements(parameter.type)}`;
      const where = `${place} ${path}`;
      if (parameter.components) return fields(where, parameter.components, text, `${path}.`);
      if (typeof text !== "string" || text.startsWith("@")) return fail(`${where} is no struct.`);
      return [field(where, path, prefix, element(parameter.type), text)];
    });
  };
  return fields;
}

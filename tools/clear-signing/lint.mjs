// What ERC-7730 (schema v2) and the registry's linter ask of a descriptor, checked on the descriptor alone: keys are parsed here and
// not taken from whoever wrote them. Closed: what is not known here is a problem.

/** Characters that a Ledger device shows, as the registry's linter counts them. */
const LIMITS = { intent: 30, label: 20, owner: 22, contractName: 30, enumEntry: 20 };

/** @typedef {{ type: string, members?: Map<string, Node> }} Node a parameter: a struct has members */

const IDENTIFIER = "[A-Za-z_$][A-Za-z0-9_$]*";
const ADDRESS = /^0x[0-9a-fA-F]{40}$/;

/** Types without members, as both the ABI and EIP-712 write them. @param {string} type */
function isAtomic(type) {
  const [, family, size] = /^(u?int|bytes)(\d+)$/.exec(type) ?? [];
  if (family === undefined) return ["bool", "address", "string", "bytes"].includes(type);
  const number = Number(size);
  return family === "bytes" ? number >= 1 && number <= 32 : number >= 8 && number <= 256 && number % 8 === 0;
}

/** Splits at commas that are in no bracket. @param {string} list */
function split(list) {
  /** @type {string[]} */
  const parts = [];
  let depth = 0;
  let part = "";
  for (const character of list) {
    if (character === "(") depth++;
    if (character === ")") depth--;
    if (character === "," && depth === 0) {
      parts.push(part);
      part = "";
    } else part += character;
  }
  return list === "" ? [] : [...parts, part];
}

/**
 * Members of a parameter list; `structs` are those that EIP-712 names.
 * @param {string} list @param {Map<string, string>} structs @returns {Map<string, Node>} @throws if it is not canonical
 */
function membersOf(list, structs) {
  const members = new Map();
  for (const member of split(list)) {
    const [, tuple, named, array, name] =
      new RegExp(`^(?:\\((.*)\\)|(${IDENTIFIER}))((?:\\[\\d*\\])*) (${IDENTIFIER})$`).exec(member) ?? [];
    if (name === undefined) throw new Error(`"${member}" is no parameter: expected a type, one space and a name`);
    if (members.has(name)) throw new Error(`${name} is there twice`);
    const inner = tuple ?? (named === undefined ? undefined : structs.get(named));
    if (inner === undefined && !isAtomic(String(named))) throw new Error(`${named} is no canonical type`);
    members.set(name, {
      type: `${inner === undefined ? named : ""}${array}`,
      ...(inner === undefined ? {} : { members: membersOf(inner, structs) }),
    });
  }
  return members;
}

/** @param {string} key of a call @returns {Map<string, Node>} */
function parseCall(key) {
  const [, list] = new RegExp(`^${IDENTIFIER}\\((.*)\\)$`).exec(key) ?? [];
  if (list === undefined) throw new Error("expected name(type name,…)");
  return membersOf(list, new Map());
}

/** @param {string} key of a message @returns {Map<string, Node>} */
function parseMessage(key) {
  const structs = new Map([...key.matchAll(/([A-Za-z_]\w*)\(([^()]*)\)/g)].map(([, name, list]) => [name, list]));
  const written = [...structs].map(([name, list]) => `${name}(${list})`);
  const [primary, ...others] = structs.keys();
  if (written.join("") !== key || primary === undefined) throw new Error("expected what encodeType gives");
  if (others.join() !== [...others].sort().join()) throw new Error("its structs are not in order of their names");
  return membersOf(String(structs.get(primary)), structs);
}

/** Paths of all values, `.[]` for every element of an array, with their types. @param {Map<string, Node>} members @param {string} [prefix] */
function leaves(members, prefix = "") {
  /** @type {Map<string, string>} */
  const found = new Map();
  for (const [name, node] of members) {
    const path = `${prefix}${name}${".[]".repeat((node.type.match(/\[/g) ?? []).length)}`;
    const inner = node.members
      ? leaves(node.members, `${path}.`)
      : [/** @type {const} */ ([path, node.type.replace(/\[.*/, "")])];
    for (const [leaf, type] of inner) found.set(leaf, type);
  }
  return found;
}

const CONTAINER = new Map([["@.value", "uint256"]]);

const ADDRESS_TYPES = ["wallet", "eoa", "contract", "token", "collection"];
const isListOf = (/** @type {any} */ list, /** @type {string[]} */ known) =>
  Array.isArray(list) && list.length > 0 && list.every((each) => known.includes(each));

const isUint = (/** @type {string} */ type) => type.startsWith("uint");
const isAddress = (/** @type {string} */ type) => type === "address";

/**
 * Formats of the ERC that this protocol has a use for: which types they fit, and what is wrong with their parameters.
 * @type {Record<string, { fits: (type: string) => boolean, params?: (params: any, at: { types: Map<string, string>, enums: any, field: any }) => boolean }>}
 */
const FORMATS = {
  raw: { fits: () => true },
  amount: { fits: isUint },
  duration: { fits: isUint },
  addressName: {
    fits: isAddress,
    params: (params) =>
      only(params, ["types", "sources"]) &&
      isListOf(params.types, ADDRESS_TYPES) &&
      isListOf(params.sources, ["local", "ens"]),
  },
  tokenTicker: { fits: isAddress },
  date: { fits: isUint, params: (params) => only(params, ["encoding"]) && params.encoding === "timestamp" },
  tokenAmount: {
    fits: isUint,
    params: (params, { types, field }) =>
      only(params, ["tokenPath"]) &&
      types.get(params.tokenPath) === "address" &&
      (!params.tokenPath.includes("[]") || field.path.includes("[]")),
  },
  unit: {
    fits: isUint,
    params: (params) =>
      only(params, ["base", "decimals", "prefix"]) && typeof params.base === "string" && (params.decimals ?? 0) >= 0,
  },
  enum: {
    fits: isUint,
    params: (params, { enums }) =>
      only(params, ["$ref"]) && Object.keys(enums ?? {}).some((name) => params.$ref === `$.metadata.enums.${name}`),
  },
};

/** @param {any} value @param {string[]} keys */
const only = (value, keys) =>
  typeof value === "object" && value !== null && Object.keys(value).every((key) => keys.includes(key));

/** @param {any} visible */
const isRule = (visible) =>
  visible === undefined ||
  visible === "never" ||
  (only(visible, ["ifNotIn"]) && Array.isArray(visible.ifNotIn) && visible.ifNotIn.length > 0);

/** @param {unknown} text @param {number} limit */
const isText = (text, limit) =>
  typeof text === "string" && text.length > 0 && text.length <= limit && text === text.trim();

/** @param {any} field @param {Map<string, string>} types @param {any} enums @returns {string[]} */
function fieldProblems(field, types, enums) {
  const type = types.get(field.path) ?? CONTAINER.get(field.path);
  if (type === undefined) return [`${field.path} is no value of it`];
  const format = FORMATS[field.format];
  const checks = [
    [only(field, ["path", "label", "format", "params", "visible"]), "has a key that is not known"],
    [isRule(field.visible), "has no known rule of visibility"],
    [
      field.visible === "never" ? field.label === undefined : isText(field.label, LIMITS.label),
      `has the label "${field.label}"`,
    ],
    [format?.fits(type), `is shown as ${field.format}, which does not fit ${type}`],
    [
      !format || (format.params ? format.params(field.params, { types, enums, field }) : field.params === undefined),
      "has parameters that do not fit its format",
    ],
  ];
  return checks.filter(([holds]) => !holds).map(([, problem]) => `${field.path} ${problem}`);
}

/** @param {any} format @param {Map<string, string>} types @param {any} enums @returns {string[]} */
function formatProblems(format, types, enums) {
  if (!only(format, ["intent", "fields"]) || !Array.isArray(format.fields)) return ["expected intent and fields alone"];
  const paths = format.fields.map((/** @type {any} */ field) => field.path);
  const shown = format.fields
    .filter((/** @type {any} */ field) => field.visible !== "never")
    .map((/** @type {any} */ field) => field.label);
  return [
    ...(isText(format.intent, LIMITS.intent) ? [] : [`has the intent "${format.intent}"`]),
    ...[...types.keys()].filter((path) => !paths.includes(path)).map((path) => `${path} is neither shown nor hidden`),
    ...paths.filter((path, index) => paths.indexOf(path) !== index).map((path) => `${path} is there twice`),
    ...(types.size > 0 && shown.length === 0 ? ["shows nothing"] : []),
    ...format.fields.flatMap((/** @type {any} */ field) => fieldProblems(field, types, enums)),
  ];
}

/** @param {any} deployments */
const areDeployments = (deployments) =>
  Array.isArray(deployments) &&
  deployments.every(
    (each) => only(each, ["chainId", "address"]) && Number.isInteger(each.chainId) && ADDRESS.test(each.address),
  );

/** @param {any} context @returns {boolean} */
function isBound(context) {
  const { contract, eip712 } = context ?? {};
  if (!only(context, ["$id", contract ? "contract" : "eip712"]) || !isText(context.$id, Number.POSITIVE_INFINITY))
    return false;
  if (eip712)
    return (
      only(eip712, ["domain", "deployments"]) && isText(eip712.domain?.name, 99) && areDeployments(eip712.deployments)
    );
  const { deployments, factory } = contract ?? {};
  const isMade = () =>
    only(factory, ["deployments", "deployEvent"]) &&
    isText(factory.deployEvent, 999) &&
    areDeployments(factory.deployments);
  return (
    only(contract, ["deployments", "factory"]) && areDeployments(deployments) && (factory === undefined || isMade())
  );
}

/** @param {any} metadata @returns {string[]} */
function metadataProblems(metadata) {
  if (!only(metadata, ["owner", "contractName", "enums"]))
    return ["metadata: expected owner, contractName and enums alone"];
  const entries = Object.values(metadata.enums ?? {}).flatMap((values) => Object.values(values));
  return [
    ...(isText(metadata.owner, LIMITS.owner) ? [] : [`metadata: the owner is "${metadata.owner}"`]),
    ...(isText(metadata.contractName, LIMITS.contractName) ? [] : [`metadata: the name is "${metadata.contractName}"`]),
    ...entries.filter((text) => !isText(text, LIMITS.enumEntry)).map((text) => `metadata: an enum says "${text}"`),
  ];
}

/**
 * All that is wrong with a descriptor.
 * @param {any} descriptor
 * @returns {string[]} one sentence a problem; empty when there is none
 */
export function problemsOf(descriptor) {
  if (!only(descriptor, ["$schema", "context", "metadata", "display"]))
    return ["expected $schema, context, metadata and display alone"];
  const { context, metadata, display } = descriptor;
  if (!only(display, ["formats"]) || !display.formats) return ["display: expected formats alone"];
  const problems = Object.entries(display.formats).flatMap(([key, format]) => {
    try {
      const types = leaves(context?.eip712 ? parseMessage(key) : parseCall(key));
      return formatProblems(format, types, metadata?.enums).map((problem) => `${key.split("(")[0]}: ${problem}`);
    } catch (error) {
      return [`${key.split("(")[0]}: ${/** @type {Error} */ (error).message}`];
    }
  });
  return [
    ...(/\/erc7730-v2\.schema\.json$/.test(descriptor.$schema) ? [] : [`$schema is ${descriptor.$schema}`]),
    ...(isBound(context) ? [] : ["context: expected one binding, with deployments"]),
    ...metadataProblems(metadata),
    ...problems,
  ];
}

// Joins ABIs, EIP-712 types, words and deployments into ERC-7730 descriptors: one a contract, one a domain of messages.
import {
  eventSignature,
  functionsOf,
  keyOf,
  ownDomain,
  ownMessageTypes,
  restrictedFunctions,
  signatureOf,
  structOf,
} from "./abi.mjs";
import { ENUMS } from "./enums.mjs";
import { fieldsWith } from "./fields.mjs";

/**
 * @typedef {import("./abi.mjs").Callable} Callable
 * @typedef {import("./words.mjs").Call} Call
 * @typedef {ReturnType<typeof import("./words.mjs").readWords>} Words
 * @typedef {Record<string, Record<string, { address: string }>>} Deployments chain id → contract → where it is
 * @typedef {{ $schema: string, context: Record<string, any>, metadata: Record<string, any>, display: { formats: Record<string, any> } }} Descriptor
 */

/** The version that the ERC calls active. */
const SCHEMA = "https://eips.ethereum.org/assets/eip-7730/erc7730-v2.schema.json";

/** Who is named as owner where the words name nobody else. */
const OWNER = "Colophon";

/**
 * Calls of a contract: with words, or left out and why.
 * @param {Words} words @param {string} contract
 * @returns {{ described: { callable: Callable, call: Call }[], leftOut: { signature: string, reason: string }[] }}
 * @throws if a call has neither, both, or a reason that is not known
 */
export function callsOf({ contracts, shared }, contract) {
  const own = contracts[contract];
  if (!own) throw new Error(`clear-signing: no words for ${contract} in spec/clear-signing/contracts.`);
  const borrowed = Object.fromEntries((own.shared ?? []).map((name) => [name, shared.functions[name]]));
  const calls = /** @type {Record<string, Call>} */ ({ ...borrowed, ...own.functions });
  const reasons = { ...shared.leftOut, ...own.leftOut };
  const table = restrictedFunctions();
  const roles = { ...table["*"], ...table[contract] };
  const used = new Set();
  const described = [];
  const leftOut = [];
  for (const callable of functionsOf(contract, own.namesFrom)) {
    const signature = signatureOf(callable);
    const [name, reason] = [signature in calls ? signature : callable.name, reasons[callable.name]];
    const call = calls[name];
    const role = roles[signature];
    if ([call, reason, role].filter((each) => each !== undefined).length !== 1)
      throw new Error(
        `clear-signing: ${contract}.${signature} must be described, left out with a reason, or restricted to a role: exactly one.`,
      );
    if (reason !== undefined && !(reason in shared.reasons))
      throw new Error(
        `clear-signing: ${contract}.${signature} is left out for "${reason}", which is no reason of shared.json.`,
      );
    used.add(call ? name : callable.name);
    if (call) described.push({ callable, call });
    else leftOut.push({ signature, reason: role ? `Restricted to ${role}.` : String(shared.reasons[String(reason)]) });
  }
  const unused = [...Object.keys(calls), ...Object.keys(own.leftOut ?? {})].filter((name) => !used.has(name));
  if (unused.length > 0)
    throw new Error(`clear-signing: ${contract} has no state-changing function ${unused.join(", ")}.`);
  return { described, leftOut };
}

/** @param {Words} words @param {string} place @param {{ callable: Callable, call: Call }[]} described @param {(callable: Callable) => string} key */
function formatsOf({ shared }, place, described, key) {
  const fields = fieldsWith(shared);
  return Object.fromEntries(
    described.map(({ callable, call }) => [
      key(callable),
      { intent: call.intent, fields: fields(`${place}.${callable.name}`, callable.inputs, call.fields) },
    ]),
  );
}

/** @param {{ title: string, owner?: string }} own @param {Record<string, any>} formats with the enums that they show */
function metadataOf({ title, owner = OWNER }, formats) {
  const shown = Object.entries(ENUMS).filter(([name]) =>
    JSON.stringify(formats).includes(JSON.stringify(`$.metadata.enums.${name}`)),
  );
  return { owner, contractName: title, ...(shown.length > 0 ? { enums: Object.fromEntries(shown) } : {}) };
}

/** @param {Deployments} deployments @param {string} contract @param {string} [address] of another contract on the same chains */
const placesOf = (deployments, contract, address) =>
  Object.entries(deployments).flatMap(([chainId, contracts]) => {
    const place = contracts[contract];
    return place ? [{ chainId: Number(chainId), address: address ?? place.address }] : [];
  });

/** @param {Words} words @param {string} contract @param {Deployments} deployments @returns {Descriptor} */
export function describeContract(words, contract, deployments) {
  const own = /** @type {import("./words.mjs").ContractWords} */ (words.contracts[contract]);
  const { title, factory } = own;
  const formats = formatsOf(words, contract, callsOf(words, contract).described, keyOf);
  const bound = {
    deployments: placesOf(deployments, contract),
    ...(factory && {
      factory: {
        deployments: placesOf(deployments, factory.contract),
        deployEvent: eventSignature(factory.contract, factory.event),
      },
    }),
  };
  return {
    $schema: SCHEMA,
    context: { $id: title, contract: bound },
    metadata: metadataOf(own, formats),
    display: { formats },
  };
}

/** @param {Words} words @param {string} file of the messages' words @returns {Record<string, string>} primary type → type */
function messageTypes({ messages }, file) {
  const { domain, types = [] } = /** @type {import("./words.mjs").MessageWords} */ (messages[file]);
  const more = Object.fromEntries(types.map((type) => [structOf(type).name, type]));
  return domain ? more : { ...ownMessageTypes(), ...more };
}

/** @param {Words} words @param {string} file @param {Deployments} deployments @returns {Descriptor} @throws if a message has no words */
export function describeMessages(words, file, deployments) {
  const own = /** @type {import("./words.mjs").MessageWords} */ (words.messages[file]);
  const types = messageTypes(words, file);
  const strangers = Object.keys(own.messages).filter((name) => !(name in types));
  if (strangers.length > 0)
    throw new Error(`clear-signing: ${file} describes ${strangers.join(", ")}, of no known type.`);
  const described = Object.entries(types).map(([name, type]) => {
    const call = own.messages[name];
    if (!call) throw new Error(`clear-signing: spec/clear-signing/messages/${file}.json says nothing of ${name}.`);
    return { callable: structOf(type), call };
  });
  const formats = formatsOf(words, file, described, ({ name }) => String(types[name]));
  const deployed = placesOf(deployments, own.where ?? "LicenseToken", own.address);
  return {
    $schema: SCHEMA,
    context: { $id: `${own.title} messages`, eip712: { domain: own.domain ?? ownDomain(), deployments: deployed } },
    metadata: metadataOf(own, formats),
    display: { formats },
  };
}

/** All descriptors by file name, as the registry of ERC-7730 names them. @param {Words} words @param {Deployments} deployments */
export function describeAll(words, deployments) {
  const calls = Object.keys(words.contracts).map(
    (name) => /** @type {const} */ ([`calldata-${name}.json`, describeContract(words, name, deployments)]),
  );
  const messages = Object.keys(words.messages).map(
    (name) => /** @type {const} */ ([`eip712-${name}.json`, describeMessages(words, name, deployments)]),
  );
  return Object.fromEntries([...calls, ...messages]);
}

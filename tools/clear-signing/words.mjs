// The words of the descriptors: what each call and message is for, and how each of its fields is named, shown or why not.
// The grammar is in spec/clear-signing/README.md.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { inRoot } from "../lib/paths.mjs";

/**
 * @typedef {string | { [name: string]: Said }} Said words of one parameter: a text, or those of a struct's members
 * @typedef {{ intent: string, fields: string | Record<string, Said> }} Call
 * @typedef {object} ContractWords
 * @property {string} title what wallets call the contract
 * @property {string[]} [namesFrom] contracts whose ABI names the parameters that this one's leaves unnamed
 * @property {{ contract: string, event: string }} [factory] who deploys it, and the event that says so
 * @property {string[]} [shared] calls whose words are those of shared.json
 * @property {Record<string, Call>} functions by name, or by signature where a name is overloaded
 * @property {Record<string, string>} [leftOut] function → reason
 * @typedef {object} MessageWords
 * @property {string} title
 * @property {string} [owner] of the verifying contract; Colophon where absent
 * @property {Record<string, string>} [domain] what the domain must say; Colophon's own where absent
 * @property {string} [address] verifying contract where it is none of Colophon's, one on all chains
 * @property {string} [where] the contract whose deployment says on which chains it counts
 * @property {string[]} [types] types, as encodeType gives them, beside those of spec/eip712 in Colophon's domain
 * @property {Record<string, Call>} messages by primary type
 * @typedef {object} Shared
 * @property {Record<string, string>} reasons
 * @property {Record<string, string>} contracts left out whole → reason
 * @property {Record<string, string>} messages left out → reason
 * @property {Record<string, Said>} structs
 * @property {Record<string, Call>} functions
 * @property {Record<string, string>} leftOut of every contract
 */

const FOLDER = "spec/clear-signing";

/** @param {string} file below spec/clear-signing @returns {any} */
const read = (file) => JSON.parse(readFileSync(inRoot(FOLDER, file), "utf8"));

/** @param {string} folder @returns {Record<string, any>} contents by the files' base names, sorted */
function all(folder) {
  const files = readdirSync(inRoot(FOLDER, folder)).sort();
  return Object.fromEntries(files.map((file) => [path.basename(file, ".json"), read(`${folder}/${file}`)]));
}

/** @returns {{ shared: Shared, contracts: Record<string, ContractWords>, messages: Record<string, MessageWords> }} */
export const readWords = () => ({
  shared: read("shared.json"),
  contracts: all("contracts"),
  messages: all("messages"),
});

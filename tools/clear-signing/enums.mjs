// Names of enum values as wallets show them, from the SDK's, which are the contracts' in their order.
import {
  DISPUTE_REASON,
  KEY_PURPOSE_BITS,
  RAILS,
  RECALL_ACTION,
  RECALL_REASON,
  VERSION_STATUS,
} from "@colophon-protocol/sdk";

/** NotAsDescribed → Not as described. @param {string} name */
const spoken = (name) => {
  const words = name.replace(/(?<=[a-z])(?=[A-Z])/g, " ").toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
};

/** @param {readonly string[]} names @returns {Record<string, string>} */
const numbered = (names) => Object.fromEntries(names.map((name, index) => [String(index), spoken(name)]));

/** All sums of bits. @param {Record<string, number>} bits @returns {Record<string, string>} */
function sums(bits) {
  const names = Object.entries(bits);
  const all = Array.from({ length: 2 ** names.length - 1 }, (_, index) => index + 1);
  const nameOf = (/** @type {number} */ sum) => names.filter(([, bit]) => (sum & bit) !== 0).map(([name]) => name);
  return Object.fromEntries(all.map((sum) => [String(sum), spoken(nameOf(sum).join(" and "))]));
}

/** @type {Record<string, Record<string, string>>} name in the words → value → text */
export const ENUMS = {
  VersionStatus: numbered(VERSION_STATUS),
  DisputeReason: numbered(DISPUTE_REASON),
  RecallReason: numbered(RECALL_REASON),
  RecallAction: numbered(RECALL_ACTION),
  Rail: Object.fromEntries(Object.entries(RAILS).map(([name, index]) => [String(index), spoken(name)])),
  KeyPurpose: sums(KEY_PURPOSE_BITS),
};

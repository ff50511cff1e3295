/** Lists of contributors: the tree that `contracts/payments/ContributorLists.sol` builds, and proofs in it. */
import { type Address, concat, encodeAbiParameters, type Hex, isAddressEqual, keccak256 } from "viem";
import { ColophonError } from "../errors/colophon-error.js";

/** A contributor with a share of `units` in the list's total. */
export interface Contributor {
  account: Address;
  /** Above 0, at most 96 bits. */
  units: bigint;
}

/** Most contributors of one list; a split can have several lists. */
export const MAX_CONTRIBUTORS = 4096;

const MAX_UNITS = (1n << 96n) - 1n;
const LEAF = [{ type: "address" }, { type: "uint256" }] as const;

/**
 * Contributors in the order that the contracts want: ascending by address.
 * @throws ColophonError `input` when there are none or too many, one is named twice, or units do not fit
 */
export function sortContributors(contributors: readonly Contributor[]): Contributor[] {
  if (contributors.length === 0 || contributors.length > MAX_CONTRIBUTORS) {
    throw input(
      `The list has ${contributors.length} contributors.`,
      `Expected 1 to ${MAX_CONTRIBUTORS}; make several lists for more.`,
    );
  }
  const sorted = [...contributors].sort((a, b) => (BigInt(a.account) < BigInt(b.account) ? -1 : 1));
  sorted.forEach(({ account, units }, i) => {
    if (units <= 0n || units > MAX_UNITS)
      throw input(`${account} has ${units} units.`, `Expected 1 to ${MAX_UNITS}; leave out who has none.`);
    const before = sorted[i - 1];
    if (before && isAddressEqual(before.account, account))
      throw input(`${account} is named twice.`, "Name each account once, with all of its units.");
  });
  return sorted;
}

/** Root and total of a list, the same as `ContributorLists.rootOf`. @throws ColophonError `input` as {@link sortContributors} */
export function contributorListRoot(contributors: readonly Contributor[]): { root: Hex; totalUnits: bigint } {
  const sorted = sortContributors(contributors);
  const [root] = nodesOf(sorted);
  return { root: root as Hex, totalUnits: sorted.reduce((sum, { units }) => sum + units, 0n) };
}

/**
 * What an account needs to claim from a list: its units, and sibling hashes from its leaf upward.
 * @param contributors the whole list, in any order
 * @throws ColophonError `input` when the account is not in the list
 */
export function contributorProof(
  contributors: readonly Contributor[],
  account: Address,
): { units: bigint; proof: Hex[] } {
  const sorted = sortContributors(contributors);
  const position = sorted.findIndex((one) => isAddressEqual(one.account, account));
  const found = sorted[position];
  if (!found) throw input(`${account} is not in this list.`, "Use the list that its split named, or another account.");
  const nodes = nodesOf(sorted);
  const proof: Hex[] = [];
  for (let at = nodes.length - 1 - position; at > 0; at = (at - 1) >> 1) {
    proof.push(nodes[at % 2 === 1 ? at + 1 : at - 1] as Hex);
  }
  return { units: found.units, proof };
}

/** The complete binary tree, root first: leaves stand last, the first of them at the very end. */
function nodesOf(sorted: readonly Contributor[]): Hex[] {
  const nodes = new Array<Hex>(2 * sorted.length - 1);
  sorted.forEach(({ account, units }, i) => {
    nodes[nodes.length - 1 - i] = keccak256(keccak256(encodeAbiParameters(LEAF, [account, units])));
  });
  for (let at = sorted.length - 2; at >= 0; at--) {
    nodes[at] = pairHash(nodes[2 * at + 1] as Hex, nodes[2 * at + 2] as Hex);
  }
  return nodes;
}

/** Hex of one length compares as its bytes do. */
const pairHash = (a: Hex, b: Hex): Hex => keccak256(a < b ? concat([a, b]) : concat([b, a]));

const input = (message: string, hint: string) => new ColophonError(message, { code: "input", hint });

import { FormatError } from "../formats/errors.js";
import { type Sha256, sha256 } from "../formats/hash.js";
import { nodeHash } from "../formats/tree.js";
import { holds } from "./refusal.js";

/** Leaves of an RFC 9162 tree that are to be shown together. */
export interface MultiproofLeaves {
  /** Ascending, none twice, all below `width`, at least one. */
  positions: readonly number[];
  /** Their leaf hashes. */
  nodes: readonly Uint8Array[];
  /** Leaves in the tree. */
  width: number;
}

/**
 * The nodes that show several leaves at once: level by level from the leaves, ascending within a level.
 * @param leafHashes of the whole tree
 * @throws FormatError `value` when positions are not as they must be
 */
export function multiproof(
  leafHashes: readonly Uint8Array[],
  positions: readonly number[],
  hash: Sha256 = sha256,
): Uint8Array[] {
  const ascend = positions.every(
    (at, i) => at >= 0 && at < leafHashes.length && (i === 0 || at > (positions[i - 1] as number)),
  );
  if (positions.length === 0 || !ascend) {
    throw new FormatError("value", "positions must ascend within the tree, none twice: sort them first.");
  }
  const needed: Uint8Array[] = [];
  let level = leafHashes;
  let known = positions;
  while (level.length > 1) {
    const next: number[] = [];
    for (const [i, at] of known.entries()) {
      const sibling = at % 2 === 1 ? at - 1 : at + 1;
      const isKnown = known[i - 1] === sibling || known[i + 1] === sibling;
      if (sibling < level.length && !isKnown) needed.push(level[sibling] as Uint8Array);
      const parent = Math.floor(at / 2);
      if (next.at(-1) !== parent) next.push(parent);
    }
    level = parents(level, hash);
    known = next;
  }
  return needed;
}

/** The root that leaves and siblings give. @throws StatementRefused `siblings` when some are missing or left over */
export function multiproofRoot(
  { positions, nodes, width }: MultiproofLeaves,
  siblings: readonly Uint8Array[],
  hash: Sha256 = sha256,
): Uint8Array {
  let level = nodes.map((node, i) => ({ at: positions[i] as number, node }));
  let next = 0;
  const sibling = () => {
    holds(next < siblings.length, "siblings");
    return siblings[next++] as Uint8Array;
  };
  for (let length = width; length > 1; length = Math.ceil(length / 2)) {
    const above: typeof level = [];
    for (let i = 0; i < level.length; i++) {
      const { at, node } = level[i] as (typeof level)[number];
      let parent = node;
      if (at % 2 === 1) {
        parent = nodeHash(sibling(), node, hash);
      } else if (at + 1 < length) {
        const right = level[i + 1]?.at === at + 1 ? (level[++i] as (typeof level)[number]).node : sibling();
        parent = nodeHash(node, right, hash);
      }
      above.push({ at: Math.floor(at / 2), node: parent });
    }
    level = above;
  }
  holds(next === siblings.length, "siblings");
  return (level[0] as (typeof level)[number]).node;
}

function parents(level: readonly Uint8Array[], hash: Sha256): Uint8Array[] {
  const above: Uint8Array[] = [];
  for (let i = 0; i < level.length; i += 2) {
    const [left, right] = [level[i] as Uint8Array, level[i + 1]];
    above.push(right ? nodeHash(left, right, hash) : left);
  }
  return above;
}

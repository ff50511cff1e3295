import { equalBytes, viewOf } from "../formats/bytes.js";
import type { Sha256 } from "../formats/hash.js";
import { multiproofRoot } from "./multiproof.js";
import { holds } from "./refusal.js";
import { inSortedSet, sortedSetRoot } from "./sorted-set.js";
import { type InputReader, joined, type Words, wordBlocks, wordBytes } from "./words.js";

/** Entries of one kind under one license, found where they should be. */
export interface CheckedSection {
  items: bigint;
  /** With repetitions. */
  uses: bigint;
  /** The section in the run manifest's binary form. */
  form: Uint8Array;
}

const KIND = { chunk: 1n, record: 2n } as const;
/** Bytes of a leaf with its prefix 0x00. */
const LEAF_BYTES = 46;
const UINT64_MAX = 2n ** 64n - 1n;

/** Reads `count` chunks: leaves that commit to ascending places in the tree of `root`. */
export function checkChunks(
  input: InputReader,
  license: number,
  count: bigint,
  root: Uint8Array,
  withdrawn: Words,
  hash: Sha256,
): CheckedSection {
  const uniform = input.word();
  const width = input.word();
  const siblingCount = input.word();
  const leaves = input.groups(count, 6).map(wordBytes);
  const siblings = input.groups(siblingCount, 4).map(wordBytes);
  const counts = input.take(uniform === 0n ? count : 0n);

  let last = -1n;
  const positions: number[] = [];
  const nodes: Uint8Array[] = [];
  for (const leaf of leaves) {
    holds(leaf[0] === 0 && leaf[46] === 0x80 && leaf[47] === 0, "leaf");
    const index = viewOf(leaf).getBigUint64(1);
    holds(index > last, "order");
    holds(index < width, "index");
    last = index;
    positions.push(Number(index));
    nodes.push(hash(leaf.subarray(0, LEAF_BYTES)));
  }
  for (const node of nodes) holds(!inSortedSet(withdrawn, viewOf(node).getBigUint64(0)), "revoked");
  const section = sectionOf(license, KIND.chunk, count, uniform, counts, joined(nodes));
  const found = multiproofRoot({ positions, nodes, width: Number(width) }, siblings, hash);
  holds(equalBytes(found, root), "content-root");
  return section;
}

/** Reads `count` records: where they stand in the whole set of `root`, as runs of ids to leave out and to take. */
export function checkRecords(
  input: InputReader,
  license: number,
  count: bigint,
  root: Uint8Array,
  withdrawn: Words,
  hash: Sha256,
): CheckedSection {
  const uniform = input.word();
  const setSize = input.word();
  const runCount = input.word();
  const ids = input.take(setSize);
  const runs = input.take(runCount);
  const counts = input.take(uniform === 0n ? count : 0n);

  holds(ids.length > 0 && equalBytes(sortedSetRoot(ids, hash), root), "record-root");
  const taken: Uint8Array[] = [];
  let at = 0;
  let items = 0n;
  for (const run of runs) {
    const [leave, take] = [Number(run >> 32n), Number(run & 0xffff_ffffn)];
    holds(take > 0 && leave + take <= ids.length - at, "selection");
    const consumed = ids.subarray(at + leave, at + leave + take);
    for (const id of consumed) holds(!inSortedSet(withdrawn, id), "revoked");
    taken.push(wordBytes(consumed));
    at += leave + take;
    items += BigInt(take);
  }
  holds(items === count, "count");
  return sectionOf(license, KIND.record, count, uniform, counts, joined(taken));
}

function sectionOf(
  license: number,
  kind: bigint,
  items: bigint,
  uniform: bigint,
  counts: Words,
  itemBytes: Uint8Array,
): CheckedSection {
  const head = BigUint64Array.of((BigInt(license) << 32n) | kind, items, uniform);
  const padded = new Uint8Array(Math.ceil(itemBytes.length / 64) * 64);
  padded.set(itemBytes);
  return {
    items,
    uses: usesOf(items, uniform, counts),
    form: joined([wordBlocks(head), padded, wordBlocks(counts)]),
  };
}

/** Counts have one form: listed only when they differ. */
function usesOf(items: bigint, uniform: bigint, counts: Words): bigint {
  if (uniform !== 0n) {
    holds(uniform * items <= UINT64_MAX, "overflow");
    return uniform * items;
  }
  let total = 0n;
  for (const count of counts) {
    holds(count !== 0n, "count");
    total += count;
    holds(total <= UINT64_MAX, "overflow");
  }
  holds(
    counts.some((count) => count !== counts[0]),
    "count",
  );
  return total;
}

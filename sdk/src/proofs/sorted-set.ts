import { type Sha256, sha256 } from "../formats/hash.js";
import { RECORDS_PER_LEAF } from "../formats/records.js";
import { CompactRange, leafHash } from "../formats/tree.js";
import { holds } from "./refusal.js";
import { type Words, wordBytes } from "./words.js";

/** Root of a set of ids, 1,024 to a leaf; 32 zero bytes for none. @throws StatementRefused `order` unless they ascend */
export function sortedSetRoot(ids: Words, hash: Sha256 = sha256): Uint8Array {
  if (ids.length === 0) return new Uint8Array(32);
  for (let i = 1; i < ids.length; i++) holds((ids[i - 1] as bigint) < (ids[i] as bigint), "order");
  const tree = new CompactRange(hash);
  for (let at = 0; at < ids.length; at += RECORDS_PER_LEAF) {
    tree.append(leafHash(wordBytes(ids.subarray(at, at + RECORDS_PER_LEAF)), hash));
  }
  return tree.root();
}

/** Whether `id` is in ascending `ids`. */
export function inSortedSet(ids: Words, id: bigint): boolean {
  let low = 0;
  let high = ids.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ids[middle] as bigint) < id) low = middle + 1;
    else high = middle;
  }
  return ids[low] === id;
}

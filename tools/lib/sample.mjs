// A sample that the same seed always draws the same way, and that grows without reshuffling.
import { createHash } from "node:crypto";

/** @param {string} text @returns {string} hex SHA-256 */
export const digest = (text) => createHash("sha256").update(text).digest("hex");

/**
 * @template T
 * @param {T[]} items
 * @param {(item: T) => string} key unique per item
 * @param {number} seed
 * @returns {T[]} all items, in an order that depends on seed and key alone
 */
export function shuffled(items, key, seed) {
  const ranked = items.map((item) => ({ item, rank: digest(`${seed}\0${key(item)}`) }));
  return ranked.sort((a, b) => (a.rank < b.rank ? -1 : 1)).map(({ item }) => item);
}

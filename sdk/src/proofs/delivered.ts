import { fromHex, type Hex, toHex } from "../formats/bytes.js";
import { FormatError } from "../formats/errors.js";
import { type Sha256, sha256 } from "../formats/hash.js";
import { CHUNK_LEAF_SIZE } from "../formats/leaf.js";
import { leafHash, root } from "../formats/tree.js";
import { field, hexField, idField, numberField, objectOf } from "./fields.js";

/** What a delivery leaves for proofs: which chunks came, and the leaf table that shows where they stand. Keep it private: it confirms guesses. */
export interface DeliveredVersion {
  format: "colophon-delivered";
  formatVersion: 1;
  licenseId: string;
  datasetId: string;
  version: number;
  contentRoot: Hex;
  /** The content tree's leaf table, 45 bytes a leaf; `0x` where no chunk is used. */
  leaves: Hex;
  /** Indices of the chunks that were delivered, ascending. */
  chunks: number[];
  /** Record mode: the version's record ids and those that were used, as decimals, ascending. */
  records?: { set: string[]; used: string[] };
}

/**
 * Keeps a delivery for proofs.
 * @param leaves the content tree's leaf table
 * @param chunks indices, in any order
 * @throws FormatError `mismatch` when the table is not the content root's
 */
export function deliveredVersion(
  { licenseId, datasetId, version, contentRoot }: DeliveredId,
  leaves: Uint8Array,
  chunks: Iterable<number>,
): DeliveredVersion {
  return checkDelivered({
    format: "colophon-delivered",
    formatVersion: 1,
    licenseId: String(licenseId),
    datasetId: String(datasetId),
    version,
    contentRoot,
    leaves: toHex(leaves),
    chunks: [...new Set(chunks)].sort((a, b) => a - b),
  });
}

interface DeliveredId {
  licenseId: bigint;
  datasetId: bigint;
  version: number;
  contentRoot: Hex;
}

/** Reads parsed JSON. @throws FormatError `schema` naming the field, or `mismatch` */
export function readDelivered(value: unknown): DeliveredVersion {
  const what = "the delivery";
  const object = objectOf(what, value, "colophon-delivered");
  const chunks = field<unknown[]>(what, object, "chunks", "a list of indices", Array.isArray);
  const records = object.records === undefined ? undefined : readRecords(object.records);
  return checkDelivered({
    format: "colophon-delivered",
    formatVersion: 1,
    licenseId: idField(what, object, "licenseId"),
    datasetId: idField(what, object, "datasetId"),
    version: numberField(what, object, "version"),
    contentRoot: hexField(what, object, "contentRoot", 32),
    leaves: hexField(what, object, "leaves"),
    chunks: chunks as number[],
    ...(records ? { records } : {}),
  });
}

function readRecords(value: unknown): { set: string[]; used: string[] } {
  const what = "the delivery's records";
  const object = objectOf(what, value);
  return { set: idList(`${what}.set`, object.set), used: idList(`${what}.used`, object.used) };
}

/** Record ids: decimals under 2^64, ascending. @throws FormatError `schema` */
export function idList(what: string, value: unknown): string[] {
  const ids = Array.isArray(value) ? value.map(String) : [];
  const numbers = ids.map((id) => (/^\d{1,20}$/.test(id) ? BigInt(id) : -1n));
  const fit = numbers.every((id, i) => id >= 0n && id < 2n ** 64n && (i === 0 || id > (numbers[i - 1] as bigint)));
  if (Array.isArray(value) && fit) return ids;
  throw new FormatError("schema", `${what}: expected record ids as decimals, ascending.`);
}

/** The leaves of a table, each 45 bytes. @throws FormatError `value` on another length */
export function leavesOf(table: Uint8Array): Uint8Array[] {
  if (table.length % CHUNK_LEAF_SIZE !== 0) {
    throw new FormatError("value", `the leaf table has ${table.length} bytes, expected ${CHUNK_LEAF_SIZE} a leaf.`);
  }
  return Array.from({ length: table.length / CHUNK_LEAF_SIZE }, (_, i) =>
    table.subarray(i * CHUNK_LEAF_SIZE, (i + 1) * CHUNK_LEAF_SIZE),
  );
}

function checkDelivered(delivered: DeliveredVersion, hash: Sha256 = sha256): DeliveredVersion {
  const { chunks, contentRoot, datasetId, version } = delivered;
  const leaves = leavesOf(fromHex(delivered.leaves));
  const inPlace = (index: number, i: number) =>
    Number.isInteger(index) && index >= 0 && index < leaves.length && (i === 0 || index > (chunks[i - 1] as number));
  if (!chunks.every(inPlace)) {
    throw new FormatError("schema", `the delivery's chunks: expected ascending indices below ${leaves.length}.`);
  }
  if (leaves.length === 0) return delivered;
  const found = toHex(
    root(
      leaves.map((leaf) => leafHash(leaf, hash)),
      hash,
    ),
  );
  if (found === contentRoot.toLowerCase()) return delivered;
  throw new FormatError(
    "mismatch",
    `the leaf table leads to ${found}, expected ${contentRoot}: is it of version ${version} of dataset ${datasetId}?`,
  );
}

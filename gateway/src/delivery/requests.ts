/** Reads numbers, ranges and conditions out of requests. */
import { MAX_BATCH_CHUNKS } from "@colophon-protocol/sdk/delivery";
import { badRequest, Problem } from "../errors.js";
import type { ChunkTable, EncodingId } from "./catalog.js";

/** A run of neighboring chunks. */
export interface ChunkRun {
  first: number;
  count: number;
}

/** An unsigned decimal integer up to `max`. @throws Problem 400 naming `what` */
export function uint(text: string | undefined, max: number, what: string): number {
  const value = /^\d{1,16}$/.test(text ?? "") ? Number(text) : Number.NaN;
  if (value <= max) return value;
  throw badRequest(`${what} is ${JSON.stringify(text)?.slice(0, 80)}, expected an integer from 0 to ${max}.`);
}

/** An unsigned decimal integer of up to 256 bits. @throws Problem 400 naming `what` */
export function uint256(text: string | undefined, what: string): bigint {
  if (/^\d{1,77}$/.test(text ?? "")) return BigInt(text as string);
  throw badRequest(`${what} is ${JSON.stringify(text)?.slice(0, 80)}, expected a decimal integer.`);
}

/** Dataset, version and encoding of a path. @throws Problem 400 */
export function encodingId(param: (name: string) => string | undefined): EncodingId {
  return {
    datasetId: uint256(param("dataset"), "the dataset id"),
    version: uint(param("version"), 0xffff_ffff, "the version"),
    encoding: uint(param("encoding"), 0xffff, "the encoding"),
  };
}

/**
 * The chunks that a query names: `first` and `count`, or the ciphertext bytes from `start` to `end` (exclusive).
 * @throws Problem 400, or 416 outside the data
 */
export function chunkRun(query: (name: string) => string | undefined, table: ChunkTable): ChunkRun {
  const byBytes = query("start") !== undefined || query("end") !== undefined;
  const run = byBytes ? runOfBytes(query, table) : runOfIndexes(query, table);
  if (run.count <= MAX_BATCH_CHUNKS) return run;
  throw badRequest(`${run.count} chunks were asked for, at most ${MAX_BATCH_CHUNKS} are served at once: ask for less.`);
}

function runOfIndexes(query: (name: string) => string | undefined, table: ChunkTable): ChunkRun {
  const first = uint(query("first"), Number.MAX_SAFE_INTEGER, "`first`");
  const count = uint(query("count") ?? "1", Number.MAX_SAFE_INTEGER, "`count`");
  if (count === 0) throw badRequest("`count` is 0, expected at least 1.");
  if (first + count > table.size) throw outside(`chunks 0 to ${table.size - 1}`);
  return { first, count };
}

function runOfBytes(query: (name: string) => string | undefined, table: ChunkTable): ChunkRun {
  const total = table.offsets[table.size] as number;
  const start = uint(query("start"), Number.MAX_SAFE_INTEGER, "`start`");
  const end = uint(query("end"), Number.MAX_SAFE_INTEGER, "`end`");
  if (start >= end) throw badRequest("`start` must be less than `end`, which is exclusive.");
  if (end > total) throw outside(`bytes 0 to ${total}`);
  const first = chunkAt(table, start);
  return { first, count: chunkAt(table, end - 1) - first + 1 };
}

/** Index of the chunk that holds a byte. */
function chunkAt({ offsets, size }: ChunkTable, byte: number): number {
  let low = 0;
  let high = size - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((offsets[middle] as number) <= byte) low = middle;
    else high = middle - 1;
  }
  return low;
}

/**
 * A `Range` header on one chunk (RFC 9110 section 14): one range of bytes.
 * @returns undefined when the whole chunk is to be sent: no range, several, another unit, or `If-Range` names other contents
 * @throws Problem 416
 */
export function byteRange(
  header: (name: string) => string | undefined,
  size: number,
  etag: string,
): { start: number; end: number } | undefined {
  const ifRange = header("if-range");
  const match = /^bytes=(\d{0,16})-(\d{0,16})$/.exec(header("range") ?? "");
  if (!match || (match[1] === "" && match[2] === "") || (ifRange !== undefined && ifRange !== etag)) return undefined;
  const [, from = "", to = ""] = match;
  const start = from === "" ? Math.max(0, size - Number(to)) : Number(from);
  const end = from === "" || to === "" ? size : Math.min(size, Number(to) + 1);
  if (start >= end) throw outside(`bytes 0 to ${size - 1}`, { "content-range": `bytes */${size}` });
  return { start, end };
}

/** Whether `If-None-Match` names this etag. */
export function isNotModified(ifNoneMatch: string | undefined, etag: string): boolean {
  const tags = ifNoneMatch?.split(",").map((tag) => tag.trim().replace(/^W\//, "")) ?? [];
  return tags.includes("*") || tags.includes(etag);
}

function outside(expected: string, headers: Record<string, string> = {}): Problem {
  return new Problem(416, "range_not_satisfiable", `The range is outside the data, which has ${expected}.`, {
    headers,
  });
}

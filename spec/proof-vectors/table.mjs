/** Committed tables: their binary form, and their cells in a statement's input. */
import { hex, sha } from "../vector-helpers.mjs";
import { blocks, raw, tag, u32, u64 } from "./bytes.mjs";

export const KIND = { codes: 1, fixed: 2 };

const cell = (value) => u32(value < 0 ? value + 2 ** 32 : value);

/** The bytes whose SHA-256 commits to a table. */
function tableForm({ salt, kind, rows }) {
  return Buffer.concat([
    blocks(tag("colophon-table.v1"), raw(salt), u64(rows.length), u32(rows[0].length), u32(kind)),
    blocks(...rows.flat().map(cell)),
  ]);
}
export const tableHash = (table) => hex(sha(tableForm(table)));

/** 32-bit values, two to a word; the last word of an odd number ends in zeros. */
export function packed(values) {
  const bytes = Buffer.concat(values.map(cell));
  return bytes.length % 8 === 0 ? bytes : Buffer.concat([bytes, Buffer.alloc(4)]);
}

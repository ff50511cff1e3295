import { concat, fromHex, type Hex, u32be, utf8, viewOf } from "../formats/bytes.js";
import { type Sha256, sha256 } from "../formats/hash.js";
import { holds } from "./refusal.js";
import { digestHex, type InputReader, type Words, wordBlocks, wordBytes, wordsOf } from "./words.js";

/** What a table's cells are: unsigned codes, or signed fixed point (Q16.16). */
export const CELL_KINDS = { codes: 1, fixed: 2 } as const;

/** A committed table: rows of equally many 32-bit cells. */
export interface Table {
  kind: keyof typeof CELL_KINDS;
  /** Signed where the kind is `fixed`. */
  rows: readonly (readonly number[])[];
  /** 32 random bytes, so that the hash cannot be guessed from the contents. */
  salt: Hex;
}

/** SHA-256 of the table's binary form: what a proof names. */
export function tableHash({ kind, rows, salt }: Table, hash: Sha256 = sha256): Hex {
  const columns = rows[0]?.length ?? 0;
  return hashOf(fromHex(salt, 32), kind, BigInt(rows.length), columns, packCells(rows.flat()), hash);
}

/** 32-bit values, two to a word; an odd number ends in zeros. */
export function packCells(values: readonly number[]): Words {
  const bytes = new Uint8Array(Math.ceil(values.length / 2) * 8);
  const view = viewOf(bytes);
  for (const [i, value] of values.entries()) view.setUint32(4 * i, value >>> 0);
  return wordsOf(bytes);
}

/** A table that a statement reads. */
export class TableReader {
  private readonly words: Words;
  private readonly view: DataView;

  constructor(
    input: InputReader,
    readonly rows: bigint,
    readonly columns: number,
  ) {
    this.words = packedCells(input, rows * BigInt(columns));
    this.view = viewOf(wordBytes(this.words));
  }

  /** A cell's 32 bits. */
  code(row: number, column: number): number {
    return this.view.getUint32(4 * (row * this.columns + column));
  }

  /** A cell as a signed number. */
  fixed(row: number, column: number): number {
    return this.view.getInt32(4 * (row * this.columns + column));
  }

  /** SHA-256 of the table's binary form. */
  hash(salt: Uint8Array, kind: keyof typeof CELL_KINDS, hash: Sha256): Hex {
    return hashOf(salt, kind, this.rows, this.columns, this.words, hash);
  }
}

/** `count` packed values. @throws StatementRefused `truncated` or `padding` */
export function packedCells(input: InputReader, count: bigint): Words {
  const words = input.take((count + 1n) / 2n);
  holds(count % 2n === 0n || ((words.at(-1) as bigint) & 0xffff_ffffn) === 0n, "padding");
  return words;
}

function hashOf(
  salt: Uint8Array,
  kind: keyof typeof CELL_KINDS,
  rows: bigint,
  columns: number,
  cells: Words,
  hash: Sha256,
): Hex {
  const head = concat(utf8("colophon-table.v1"), new Uint8Array(15), salt, wordBytes(BigUint64Array.of(rows)));
  const shape = concat(u32be(columns), u32be(CELL_KINDS[kind]), new Uint8Array(48));
  return digestHex(concat(head, shape, wordBlocks(cells)), hash);
}

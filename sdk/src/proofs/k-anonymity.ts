import type { Hex } from "../formats/bytes.js";
import { viewOf } from "../formats/bytes.js";
import { FormatError } from "../formats/errors.js";
import { type Sha256, sha256 } from "../formats/hash.js";
import type { KAnonymityValues } from "./public-values.js";
import { holds } from "./refusal.js";
import { packCells, packedCells, type Table, TableReader } from "./table.js";
import { addressHex, InputReader, InputWriter, type Words, wordBytes } from "./words.js";

const LAYOUT = 1n;
const STATEMENT_VERSION = 1;
const MAX_COLUMNS = 64n;
const UINT32_MAX = 2n ** 32n - 1n;

/**
 * The eligibility statement, as the guest runs it: in a committed table, every combination of the declared quasi-identifiers
 * stands in at least k rows. See docs/proofs.md.
 * @throws StatementRefused with the reason, when it does not hold
 */
export function checkKAnonymity(words: Words, hash: Sha256 = sha256): KAnonymityValues {
  const input = new InputReader(words, LAYOUT);
  const salt = input.bytes32();
  const [rows, columns] = [input.word(), input.word()];
  holds(rows > 0n && columns > 0n && columns <= MAX_COLUMNS, "table");
  const [mask, k] = [input.word(), input.word()];
  holds(mask !== 0n && mask >> columns === 0n, "columns");
  holds(k >= 2n && k <= UINT32_MAX, "k");
  const chainId = input.word();
  const registry = input.address();
  const [datasetId, version] = [input.word(), input.word()];
  holds(version > 0n && version <= UINT32_MAX, "version");

  holds(rows <= UINT32_MAX, "truncated");
  const table = new TableReader(input, rows, Number(columns));
  const order = viewOf(wordBytes(packedCells(input, rows)));
  input.end();
  checkGroups(table, quasiIdentifiers(mask, Number(columns)), order, Number(k));
  return {
    statementVersion: STATEMENT_VERSION,
    tableHash: table.hash(salt, "codes", hash),
    quasiIdentifiers: mask,
    k: Number(k),
    rows,
    datasetId,
    version: Number(version),
    chainId,
    registry: addressHex(registry),
  };
}

/** `order` names the rows by ascending quasi-identifiers, rows of a group by ascending position: so none is named twice. */
function checkGroups(table: TableReader, columns: number[], order: DataView, k: number): void {
  let before = -1;
  let group = 0;
  for (let i = 0; i < Number(table.rows); i++) {
    const row = order.getUint32(4 * i);
    holds(row < Number(table.rows), "order");
    const change = before < 0 ? 0 : compareRows(table, columns, before, row);
    holds(change < 0 || (change === 0 && before < row), "order");
    if (change < 0) holds(group >= k, "group");
    group = change < 0 ? 1 : group + 1;
    before = row;
  }
  holds(group >= k, "group");
}

function compareRows(table: TableReader, columns: number[], a: number, b: number): number {
  for (const column of columns) {
    const difference = table.code(a, column) - table.code(b, column);
    if (difference !== 0) return difference;
  }
  return 0;
}

function quasiIdentifiers(mask: bigint, columns: number): number[] {
  return Array.from({ length: columns }, (_, c) => c).filter((c) => (mask >> BigInt(c)) & 1n);
}

/** What an eligibility proof is made from. */
export interface KAnonymityEvidence {
  /** Cells are codes from 0 to 2^32 - 1; generalized and suppressed values are codes too. */
  rows: readonly (readonly number[])[];
  salt: Table["salt"];
  /** Positions of the quasi-identifiers. */
  columns: readonly number[];
  k: number;
  chainId: bigint;
  registry: Hex;
  datasetId: bigint;
  version: number;
}

/** The input of the eligibility statement. @throws FormatError `value` when rows differ in length */
export function kAnonymityInput(evidence: KAnonymityEvidence): Words {
  const { rows, salt, columns, k, chainId, registry, datasetId, version } = evidence;
  const width = rows[0]?.length ?? 0;
  const odd = rows.findIndex((row) => row.length !== width);
  if (odd >= 0) throw new FormatError("value", `row ${odd} has ${rows[odd]?.length} cells, expected ${width}.`);
  const declared = [...columns].sort((a, b) => a - b);
  const order = rows.map((_, i) => i);
  order.sort((a, b) => compareCells(rows[a] as number[], rows[b] as number[], declared) || a - b);
  const mask = declared.reduce((sum, c) => sum | (1n << BigInt(c)), 0n);
  return new InputWriter()
    .numbers(LAYOUT)
    .hex32(salt)
    .numbers(rows.length, width, mask, k, chainId)
    .address(registry)
    .numbers(datasetId, version)
    .words(packCells(rows.flat()))
    .words(packCells(order))
    .finish();
}

function compareCells(a: readonly number[], b: readonly number[], columns: readonly number[]): number {
  for (const c of columns) {
    const difference = (a[c] as number) - (b[c] as number);
    if (difference !== 0) return difference;
  }
  return 0;
}

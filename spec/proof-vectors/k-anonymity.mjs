/** Inputs of the eligibility statement: a committed table whose groups of quasi-identifiers all have k rows or more. */
import { account, hex, named } from "../vector-helpers.mjs";
import { abi, flipped, left20, raw, u64 } from "./bytes.mjs";
import { KIND, packed, tableHash } from "./table.mjs";

/** Rows in order of their quasi-identifiers, as positions. */
function orderOf(rows, columns) {
  const compare = (a, b) => columns.map((c) => rows[a][c] - rows[b][c]).find((difference) => difference !== 0) ?? 0;
  return rows.map((_, i) => i).sort((a, b) => compare(a, b) || a - b);
}

function partsOf({ rows, columns, k }) {
  return {
    layout: u64(1),
    salt: raw(named("table salt")),
    rows: u64(rows.length),
    columns: u64(rows[0].length),
    quasiIdentifiers: u64(columns.reduce((mask, c) => mask | (1n << BigInt(c)), 0n)),
    k: u64(k),
    chainId: u64(31337),
    registry: left20(account("registry")),
    datasetId: u64(7),
    version: u64(2),
    cells: packed(rows.flat()),
    order: packed(orderOf(rows, columns)),
  };
}
const serialize = (parts) => Buffer.concat(Object.values(parts));

function publicValues({ rows, columns, k }) {
  const values = {
    statementVersion: 1,
    tableHash: tableHash({ salt: named("table salt"), kind: KIND.codes, rows }),
    quasiIdentifiers: columns.reduce((mask, c) => mask | (1n << BigInt(c)), 0n).toString(),
    k,
    rows: String(rows.length),
    datasetId: "7",
    version: 2,
    chainId: 31337,
    registry: account("registry"),
  };
  return { values, publicValues: hex(abi(...Object.values(values))) };
}

/** Age band, region, sex, and a diagnosis that is no quasi-identifier. */
function patients(count) {
  return Array.from({ length: count }, (_, i) => [30 + 10 * (i % 3), 2 ** 31 + (i % 2), 1, (i * 7919) % 4096]);
}

export function kAnonymityVectors() {
  const base = { rows: patients(24), columns: [0, 1], k: 4 };
  const valid = (name, table) => ({
    name,
    table: table.rows,
    columns: table.columns,
    salt: named("table salt"),
    ...publicValues(table),
    input: hex(serialize(partsOf(table))),
  });
  const hostile = [];
  const bad = (name, code, table, alter = () => {}) => {
    const parts = partsOf(table);
    const bytes = alter(parts);
    hostile.push({ name, code, input: hex(Buffer.isBuffer(bytes) ? bytes : serialize(parts)) });
  };
  const set = (key, value) => (parts) => {
    parts[key] = value;
  };
  const order = (change) => (parts) => {
    parts.order = packed(change(orderOf(base.rows, base.columns)));
  };
  const wide = { rows: [Array(65).fill(1), Array(65).fill(1)], columns: [0], k: 2 };

  bad("unknown layout", "layout", base, set("layout", u64(0)));
  bad("without its last word", "truncated", base, (parts) => serialize(parts).subarray(0, -8));
  bad("a word too many", "trailing", base, (parts) => Buffer.concat([serialize(parts), u64(0)]));
  bad("more rows than the input can hold", "truncated", base, set("rows", u64(2n ** 63n)));
  bad("rows and columns that overflow", "table", base, set("columns", u64(2n ** 63n)));
  bad("no rows", "table", base, set("rows", u64(0)));
  bad("no columns", "table", base, set("columns", u64(0)));
  bad("65 columns", "table", wide);
  bad("no quasi-identifier", "columns", base, set("quasiIdentifiers", u64(0)));
  bad("quasi-identifier beyond the table", "columns", base, set("quasiIdentifiers", u64(16)));
  bad("k of one", "k", base, set("k", u64(1)));
  bad("k beyond 32 bits", "k", base, set("k", u64(2n ** 32n)));
  bad("registry of 21 bytes", "address", base, set("registry", flipped(left20(account("registry")), 20)));
  bad("version 0", "version", base, set("version", u64(0)));
  bad("a group smaller than k", "group", { ...base, k: 5 });
  bad("the last group smaller than k", "group", { ...base, rows: base.rows.slice(0, 23) });
  bad("a group of one", "group", { ...base, rows: [...base.rows.slice(0, 23), [99, 1, 1, 1]] });
  bad(
    "one row counted twice",
    "order",
    base,
    order((list) => [list[0], list[0], ...list.slice(2)]),
  );
  bad(
    "a row beyond the table",
    "order",
    base,
    order((list) => [...list.slice(0, -1), 24]),
  );
  bad(
    "rows out of order",
    "order",
    base,
    order((list) => [...list].reverse()),
  );
  bad("another column declared, order of the old one", "order", base, set("quasiIdentifiers", u64(2)));
  bad(
    "cells after the last",
    "padding",
    { rows: patients(23).map((row) => row.slice(0, 3)), columns: [2], k: 2 },
    (parts) => {
      parts.cells = flipped(parts.cells, parts.cells.length - 1);
    },
  );
  bad("positions after the last", "padding", { rows: patients(23), columns: [2], k: 2 }, (parts) => {
    parts.order = flipped(parts.order, parts.order.length - 1);
  });
  return {
    note: "Eligibility statement (k-anonymity) v1. `input` is a row of big-endian 64-bit words (docs/proofs.md); `publicValues` is abi.encode of `values`; `code` says why an input is refused.",
    valid: [
      valid("24 rows, two quasi-identifiers, groups of four", base),
      valid("one group, odd number of cells", { rows: patients(5).map((row) => row.slice(2, 3)), columns: [0], k: 5 }),
      valid("64 columns, the last declared", {
        rows: Array(3).fill([...Array(63).keys(), 2 ** 32 - 1]),
        columns: [5, 63],
        k: 3,
      }),
    ],
    hostile,
  };
}

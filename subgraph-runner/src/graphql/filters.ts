import { BigDecimal } from "../big-decimal.js";
import { RunnerError } from "../errors.js";
import type { Field, Schema } from "../schema.js";
import { compareText, type Row, type Store, sameValue, type Value } from "../store.js";

/** What a filter's fields are called behind the entity's field, by what they compare. */
const EQUAL = ["", "_not"];
const MEMBER = ["_in", "_not_in"];
const ORDER = ["_gt", "_lt", "_gte", "_lte"];
const TEXT = ["_contains", "_starts_with", "_ends_with"].flatMap((operator) => [
  operator,
  `${operator}_nocase`,
  `_not${operator}`,
  `_not${operator}_nocase`,
]);
const CONTAINS = ["_contains", "_not_contains"];

/** @returns operators of a stored field, in the order of the API's schema */
export function operatorsOf(field: Field): string[] {
  if (field.lists > 0) return [...EQUAL, ...CONTAINS, "_contains_nocase", "_not_contains_nocase"];
  if (field.values || field.value === "Boolean") return [...EQUAL, ...MEMBER];
  const ordered = [...EQUAL, ...ORDER, ...MEMBER];
  if (field.reference || field.typeName === "String") return [...ordered, ...TEXT];
  return field.value === "Bytes" ? [...ordered, ...CONTAINS] : ordered;
}

export interface Filters {
  store: Store;
  schema: Schema;
  /** Fields of an entity or an interface. */
  fieldsOf(type: string): Map<string, Field>;
}

export type Where = Record<string, unknown>;

/** @returns whether a row fits; `at` is the block that is asked about @throws {RunnerError} for values that the field cannot have */
export function fits(filters: Filters, type: string, row: Row, where: Where, at: number | undefined): boolean {
  return Object.entries(where).every(([key, wanted]) => {
    if (key === "and") return (wanted as Where[]).every((inner) => fits(filters, type, row, inner, at));
    if (key === "or") return (wanted as Where[]).some((inner) => fits(filters, type, row, inner, at));
    const { field, operator } = resolveKey(filters.fieldsOf(type), key);
    if (operator === "_") return fitsNested(filters, field, row, wanted as Where, at);
    return compare(row.get(field.name), operator, wanted, field);
  });
}

function resolveKey(fields: Map<string, Field>, key: string): { field: Field; operator: string } {
  const exact = fields.get(key);
  if (exact) return { field: exact, operator: "" };
  // The longest name, so that `logged_in_not` is about `logged_in`.
  const name = [...fields.keys()].filter((item) => key.startsWith(`${item}_`)).sort((a, b) => b.length - a.length)[0];
  const field = fields.get(name ?? "");
  if (!field) throw new RunnerError(`the filter "${key}" is about no field`);
  return { field, operator: key.slice(field.name.length) };
}

function fitsNested(filters: Filters, field: Field, row: Row, where: Where, at: number | undefined): boolean {
  return related(filters.store, filters.schema, field, row, at).some(({ type, row: other }) =>
    fits(filters, type, other, where, at),
  );
}

/** @returns entities that a reference or derived field leads to */
export function related(
  store: Store,
  schema: Schema,
  field: Field,
  row: Row,
  at: number | undefined,
): { type: string; row: Row }[] {
  if (field.derivedFrom !== undefined)
    return store.pointing(field.typeName, field.derivedFrom, row.get("id") as Value, at);
  const value = row.get(field.name);
  const ids = Array.isArray(value) ? value : value === undefined ? [] : [value];
  const types = schema.interfaces.get(field.typeName)?.implementors ?? [field.typeName];
  return ids.flatMap((id) =>
    types.flatMap((type) => {
      const found = store.get(type, String(id), at);
      return found ? [{ type, row: found }] : [];
    }),
  );
}

function compare(value: Value | undefined, operator: string, wanted: unknown, field: Field): boolean {
  if (wanted === null) return operator === "_not" ? value !== undefined : value === undefined;
  // As in SQL: nothing is equal to null, nor unequal.
  if (value === undefined) return false;
  if (operator.startsWith("_not")) return !positive(value, operator.slice("_not".length), wanted, field);
  return positive(value, operator, wanted, field);
}

function positive(value: Value, operator: string, wanted: unknown, field: Field): boolean {
  if (operator === "_in") return (wanted as unknown[]).some((item) => sameValue(value, parseInput(field, item)));
  if (operator.endsWith("_nocase"))
    return text(folded(value), operator.slice(0, -"_nocase".length), folded(parseInput(field, wanted)));
  const expected = parseInput(field, wanted);
  switch (operator) {
    case "":
      return sameValue(value, expected);
    case "_gt":
      return compareValues(value, expected) > 0;
    case "_gte":
      return compareValues(value, expected) >= 0;
    case "_lt":
      return compareValues(value, expected) < 0;
    case "_lte":
      return compareValues(value, expected) <= 0;
  }
  if (field.value !== "Bytes" || Array.isArray(value)) return text(value, operator, expected);
  if (operator === "_contains") return bytesContain(value as string, expected as string);
  return text(value, operator, operator === "_ends_with" ? (expected as string).slice(2) : expected);
}

function text(value: Value, operator: string, expected: Value): boolean {
  if (Array.isArray(value)) return (expected as Value[]).every((item) => value.some((own) => sameValue(own, item)));
  const whole = String(value);
  if (operator === "_starts_with") return whole.startsWith(String(expected));
  if (operator === "_ends_with") return whole.endsWith(String(expected));
  return whole.includes(String(expected));
}

const folded = (value: Value): Value =>
  Array.isArray(value) ? value.map(folded) : typeof value === "string" ? value.toLowerCase() : value;

/** Whole bytes: `0x1234` does not contain `0x23`. */
function bytesContain(value: string, part: string): boolean {
  const wanted = part.slice(2);
  for (let at = value.indexOf(wanted, 2); at !== -1; at = value.indexOf(wanted, at + 1)) if (at % 2 === 0) return true;
  return false;
}

/** @returns the value as the store holds it @throws {RunnerError} if the field cannot have it */
export function parseInput(field: Pick<Field, "name" | "value">, input: unknown): Value {
  if (Array.isArray(input)) return input.map((item) => parseInput(field, item));
  const whole = String(input);
  switch (field.value) {
    case "BigInt":
    case "Int8":
    case "Timestamp":
      if (!/^-?\d+$/.test(whole))
        throw new RunnerError(`"${whole}" is no value for ${field.name}: expected a whole number`);
      return BigInt(whole);
    case "BigDecimal":
      return BigDecimal.parse(whole);
    case "Bytes":
      if (!/^(0x)?([0-9a-fA-F]{2})*$/.test(whole))
        throw new RunnerError(`"${whole}" is no value for ${field.name}: expected bytes in hexadecimal`);
      return (whole.startsWith("0x") ? whole : `0x${whole}`).toLowerCase();
    default:
      return input as Value;
  }
}

/** @returns below zero, zero or above zero; values must be of one field */
export function compareValues(a: Value, b: Value): number {
  if (a instanceof BigDecimal && b instanceof BigDecimal) return a.compare(b);
  if (typeof a === "string" && typeof b === "string") return compareText(a, b);
  return a < b ? -1 : a > b ? 1 : 0;
}

import type { Hex } from "viem";
import type { BigDecimal } from "../big-decimal.js";
import { RunnerError } from "../errors.js";
import type { EntityType, Field, ValueType } from "../schema.js";
import type { Row, Tagged, Value } from "../store.js";
import type { Heap } from "./heap.js";
import { TypeId } from "./types.js";

/** As `ValueKind` of graph-ts. */
const KIND = {
  String: 0,
  Int: 1,
  BigDecimal: 2,
  Boolean: 3,
  Array: 4,
  Null: 5,
  Bytes: 6,
  BigInt: 7,
  Int8: 8,
  Timestamp: 9,
} as const;

/** @throws {RunnerError} if the pointer is not to a value */
export function readValue(heap: Heap, pointer: number): Tagged {
  const data = heap.u32(pointer + 8);
  switch (heap.u32(pointer)) {
    case KIND.String:
      return { kind: "String", value: heap.readString(data) };
    case KIND.Int:
      return { kind: "Int", value: data | 0 };
    case KIND.BigDecimal:
      return { kind: "BigDecimal", value: heap.readBigDecimal(data) };
    case KIND.Boolean:
      return { kind: "Boolean", value: data !== 0 };
    case KIND.Array:
      return { kind: "Array", value: heap.readArray(data).map((item) => readValue(heap, item)) };
    case KIND.Null:
      return { kind: "Null" };
    case KIND.Bytes:
      return { kind: "Bytes", value: heap.readHex(data) };
    case KIND.BigInt:
      return { kind: "BigInt", value: heap.readBigInt(data) };
    case KIND.Int8:
      return { kind: "Int8", value: BigInt.asIntN(64, heap.u64(pointer + 8)) };
    case KIND.Timestamp:
      return { kind: "Timestamp", value: BigInt.asIntN(64, heap.u64(pointer + 8)) };
  }
  throw new RunnerError(`a value of kind ${heap.u32(pointer)} came from the mapping; graph-ts knows 0 to 9`);
}

/** @param pointer to an `Entity` @returns its fields; of two entries with one name the later holds */
export function readEntity(heap: Heap, pointer: number): Map<string, Tagged> {
  const entries = heap.readArray(heap.u32(pointer));
  return new Map(entries.map((entry) => [heap.readString(heap.u32(entry)), readValue(heap, heap.u32(entry + 4))]));
}

const tagged = (heap: Heap, kind: number, data: number | bigint) => heap.tagged(TypeId.StoreValue, kind, data);

const WRITERS: Record<ValueType, (heap: Heap, value: Value) => number> = {
  String: (heap, value) => tagged(heap, KIND.String, heap.string(value as string)),
  Int: (heap, value) => tagged(heap, KIND.Int, value as number),
  BigDecimal: (heap, value) => tagged(heap, KIND.BigDecimal, heap.bigDecimal(value as BigDecimal)),
  Boolean: (heap, value) => tagged(heap, KIND.Boolean, value ? 1 : 0),
  Bytes: (heap, value) => tagged(heap, KIND.Bytes, heap.bytes(value as Hex)),
  BigInt: (heap, value) => tagged(heap, KIND.BigInt, heap.bigInt(value as bigint)),
  Int8: (heap, value) => tagged(heap, KIND.Int8, value as bigint),
  Timestamp: (heap, value) => tagged(heap, KIND.Timestamp, value as bigint),
};

function writeList(heap: Heap, pointers: number[]): number {
  return tagged(heap, KIND.Array, heap.array(TypeId.ArrayStoreValue, pointers));
}

function writeStored(heap: Heap, field: Field, value: Value): number {
  if (!Array.isArray(value)) return WRITERS[field.value](heap, value);
  return writeList(
    heap,
    value.map((item) => writeStored(heap, field, item)),
  );
}

/** @returns a pointer to a value as a mapping wrote it */
export function writeTagged(heap: Heap, value: Tagged): number {
  if (value.kind === "Null") return tagged(heap, KIND.Null, 0);
  if (value.kind !== "Array") return WRITERS[value.kind](heap, value.value);
  return writeList(
    heap,
    value.value.map((item) => writeTagged(heap, item)),
  );
}

function writeMap(heap: Heap, entries: [name: string, pointer: number][]): number {
  const pointers = entries.map(([name, value]) => heap.object(TypeId.StoreEntry, [heap.string(name), value]));
  return heap.object(TypeId.StoreMap, [heap.array(TypeId.ArrayStoreEntry, pointers)]);
}

/** @returns a pointer to an `Entity` with the row's fields */
export function writeRow(heap: Heap, type: EntityType, row: Row): number {
  return writeMap(
    heap,
    [...row].map(([name, value]) => [name, writeStored(heap, type.fields.get(name) as Field, value)]),
  );
}

/** @returns a pointer to an `Entity`, such as a data source's context */
export function writeEntity(heap: Heap, fields: Map<string, Tagged>): number {
  return writeMap(
    heap,
    [...fields].map(([name, value]) => [name, writeTagged(heap, value)]),
  );
}

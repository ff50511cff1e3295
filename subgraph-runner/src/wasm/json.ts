import { RunnerError } from "../errors.js";
import { compareText } from "../store.js";
import type { Heap } from "./heap.js";
import { TypeId } from "./types.js";

/** As `JSONValueKind` of graph-ts. */
const KIND = { null: 0, boolean: 1, number: 2, string: 3, array: 4, object: 5 } as const;

/** Numbers as they were written, which is how mappings get them. */
class JsonNumber {
  constructor(readonly text: string) {}
}

export type Json = null | boolean | string | JsonNumber | Json[] | Map<string, Json>;

const STRING_OR_NUMBER = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** @throws {RunnerError} if it is not JSON */
export function parseJson(text: string): Json {
  try {
    JSON.parse(text);
  } catch (error) {
    throw new RunnerError(`not JSON: ${(error as Error).message}`);
  }
  // JavaScript would round numbers: each becomes a string that begins with "n", each string one that begins with "s".
  const marked = text.replace(STRING_OR_NUMBER, (token) => (token[0] === '"' ? `"s${token.slice(1)}` : `"n${token}"`));
  return unmark(JSON.parse(marked));
}

function unmark(value: unknown): Json {
  if (typeof value === "string") return value[0] === "n" ? new JsonNumber(value.slice(1)) : value.slice(1);
  if (Array.isArray(value)) return value.map(unmark);
  if (value === null || typeof value !== "object") return value as null | boolean;
  const entries = Object.entries(value).map(([name, item]): [string, Json] => [name.slice(1), unmark(item)]);
  return new Map(entries.sort(([a], [b]) => compareText(a, b)));
}

/** @returns a pointer to a `JSONValue` */
export function writeJson(heap: Heap, value: Json): number {
  const tagged = (kind: number, data: number) => heap.tagged(TypeId.JsonValue, kind, data);
  if (value === null) return tagged(KIND.null, 0);
  if (typeof value === "boolean") return tagged(KIND.boolean, value ? 1 : 0);
  if (typeof value === "string") return tagged(KIND.string, heap.string(value));
  if (value instanceof JsonNumber) return tagged(KIND.number, heap.string(value.text));
  if (Array.isArray(value)) {
    const items = value.map((item) => writeJson(heap, item));
    return tagged(KIND.array, heap.array(TypeId.ArrayJsonValue, items));
  }
  const entries = [...value].map(([name, item]) =>
    heap.object(TypeId.JsonEntry, [heap.string(name), writeJson(heap, item)]),
  );
  return tagged(KIND.object, heap.object(TypeId.JsonMap, [heap.array(TypeId.ArrayJsonEntry, entries)]));
}

/** Signed messages as JSON: integers above 2^53 as decimal strings, to hand from one side to the other. */
import { FormatError } from "./errors.js";
import { messageTypes } from "./generated/eip712.js";
import type { Message, MessageName } from "./typed-data.js";

const NUMBER_BITS = 48;

/** A message as a JSON value; big integers as decimal strings. `messageFromJson` reads it back. */
export function messageToJson<Name extends MessageName>(message: Message<Name>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(message).map(([name, value]) => [name, typeof value === "bigint" ? value.toString() : value]),
  );
}

/**
 * Reads a message from JSON. Unknown fields are refused: they would not be signed.
 * @throws FormatError naming the field that is wrong
 */
export function messageFromJson<Name extends MessageName>(name: Name, value: unknown): Message<Name> {
  const fields: readonly { name: string; type: string }[] = messageTypes[name];
  if (typeof value !== "object" || value === null) throw bad(name, "is no object", "a JSON object");
  const given = value as Record<string, unknown>;
  const unknown = Object.keys(given).find((key) => !fields.some((field) => field.name === key));
  if (unknown !== undefined) throw bad(name, `has a field ${unknown}`, fields.map((field) => field.name).join(", "));
  return Object.fromEntries(
    fields.map((field) => [field.name, parsed(`${name}.${field.name}`, field.type, given[field.name])]),
  ) as Message<Name>;
}

function parsed(where: string, type: string, value: unknown): unknown {
  if (type === "bool") {
    if (typeof value === "boolean") return value;
    throw bad(where, `is ${show(value)}`, "true or false");
  }
  const bits = /^uint(\d+)$/.exec(type)?.[1];
  if (bits === undefined) return hex(where, type, value);
  const text = typeof value === "string" && /^\d{1,78}$/.test(value);
  const number = text || Number.isSafeInteger(value) ? BigInt(value as string | number) : -1n;
  if (number < 0n || number >= 1n << BigInt(bits)) throw bad(where, `is ${show(value)}`, `an integer of ${bits} bits`);
  return Number(bits) <= NUMBER_BITS ? Number(number) : number;
}

function hex(where: string, type: string, value: unknown): string {
  const bytes = type === "address" ? "20" : /^bytes(\d+)$/.exec(type)?.[1];
  // `bytes` alone has any length.
  const digits = bytes === undefined ? "(?:[0-9a-fA-F]{2})*" : `[0-9a-fA-F]{${2 * Number(bytes)}}`;
  if (typeof value === "string" && new RegExp(`^0x${digits}$`).test(value)) return value;
  throw bad(where, `is ${show(value)}`, `0x and ${bytes === undefined ? "pairs of" : 2 * Number(bytes)} hex digits`);
}

const show = (value: unknown) => JSON.stringify(value) ?? "missing";

function bad(where: string, is: string, expected: string): FormatError {
  return new FormatError("schema", `${where} ${is}, expected ${expected}.`);
}

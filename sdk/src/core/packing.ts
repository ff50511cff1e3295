/** Fields packed into a 256-bit word, from the lowest bit, as the rails' terms libraries do it. */
import { ColophonError } from "../errors/colophon-error.js";

/** Field → bits, in the order of the word. Fields of up to 48 bits are numbers, as in viem; larger ones bigint. */
export type WordFields = Readonly<Record<string, number>>;
type Value = number | bigint | boolean;

const NUMBER_BITS = 48;

/**
 * Packs values into one word.
 * @param what names the struct in errors, such as "Meter terms"
 * @throws ColophonError `input` naming the field that does not fit its bits
 */
export function packWord(what: string, fields: WordFields, values: Readonly<Record<string, Value>>): bigint {
  let word = 0n;
  let shift = 0n;
  for (const [name, bits] of Object.entries(fields)) {
    word |= fitting(what, name, values[name], bits) << shift;
    shift += BigInt(bits);
  }
  return word;
}

/** Unpacks a word; bits above the last field are ignored. Flags of one bit are booleans. */
export function unpackWord<const fields extends WordFields>(
  fields: fields,
  word: bigint,
): { [name in keyof fields]: FieldOf<fields[name]> } {
  let rest = word;
  const entries = Object.entries(fields).map(([name, bits]) => {
    const value = rest & ((1n << BigInt(bits)) - 1n);
    rest >>= BigInt(bits);
    return [name, bits === 1 ? value === 1n : bits <= NUMBER_BITS ? Number(value) : value];
  });
  return Object.fromEntries(entries);
}

type FieldOf<bits> = bits extends 1 ? boolean : bits extends 64 | 128 | 160 ? bigint : number;

function fitting(what: string, name: string, value: Value | undefined, bits: number): bigint {
  const number = typeof value === "number" && !Number.isInteger(value) ? undefined : value;
  const given = number === undefined ? -1n : BigInt(number);
  if (given >= 0n && given < 1n << BigInt(bits)) return given;
  throw new ColophonError(`${what}: ${name} is ${String(value)}.`, {
    code: "input",
    hint: `Expected a whole number from 0 to ${(1n << BigInt(bits)) - 1n}.`,
  });
}

/** Number of a name in an enum. @throws ColophonError `input` on a name that it lacks */
export function enumValue(what: string, names: readonly string[], name: string): number {
  const value = names.indexOf(name);
  if (value >= 0) return value;
  throw new ColophonError(`${what} is "${name}".`, { code: "input", hint: `Expected one of: ${names.join(", ")}.` });
}

/** Offers as they travel: JSON of files, and rows of the indexer, to and from the exact struct. */
import { getAddress, type Hex, isAddress, isHex } from "viem";
import { ColophonError } from "../errors/colophon-error.js";
import type { Offer } from "./offer.js";

const UINT_BITS = {
  salt: 256,
  datasetId: 256,
  version: 32,
  encoding: 16,
  split: 16,
  price: 128,
  rail: 8,
  opensAt: 40,
  closesAt: 40,
  editions: 32,
} as const;
/** viem gives integers of up to 48 bits as numbers. */
const NUMBER_BITS = 48;
const ADDRESSES = ["seller", "token", "provider", "arbitrator"] as const;

/**
 * Reads an offer from JSON (integers as numbers or decimal strings) or from an indexer row. Unknown fields are ignored.
 * @throws ColophonError `input` naming the field that is wrong
 */
export function parseOffer(value: unknown): Offer {
  if (typeof value !== "object" || value === null) throw badField("offer", value, "an object");
  const given = value as Record<string, unknown>;
  const offer: Record<string, unknown> = {};
  for (const [name, bits] of Object.entries(UINT_BITS)) offer[name] = uint(name, given[name], bits);
  for (const name of ADDRESSES) offer[name] = address(name, given[name]);
  offer.termsId = word("termsId", given.termsId);
  offer.railTerms = railTerms(given.railTerms);
  if (typeof given.exclusive !== "boolean") throw badField("exclusive", given.exclusive, "true or false");
  offer.exclusive = given.exclusive;
  return offer as unknown as Offer;
}

/** An offer as a JSON value: big integers as decimal strings. `parseOffer` reads it back. */
export function offerToJson(offer: Offer): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(offer).map(([name, value]) => [name, typeof value === "bigint" ? value.toString() : value]),
  );
}

function uint(name: string, value: unknown, bits: number): bigint | number {
  const text = typeof value === "string" && /^\d+$/.test(value);
  if (!text && typeof value !== "bigint" && !Number.isSafeInteger(value)) {
    throw badField(name, value, `an unsigned integer of ${bits} bits`);
  }
  const number = BigInt(value as string | bigint | number);
  if (number < 0n || number >= 1n << BigInt(bits)) throw badField(name, value, `an unsigned integer of ${bits} bits`);
  return bits <= NUMBER_BITS ? Number(number) : number;
}

function address(name: string, value: unknown): Hex {
  if (typeof value === "string" && isAddress(value, { strict: false })) return getAddress(value);
  throw badField(name, value, "an address");
}

function word(name: string, value: unknown): Hex {
  if (isHex(value) && value.length === 66) return value;
  throw badField(name, value, "32 bytes as hex");
}

function railTerms(value: unknown): readonly [Hex, Hex] {
  if (!Array.isArray(value) || value.length !== 2) throw badField("railTerms", value, "two words");
  return [word("railTerms[0]", value[0]), word("railTerms[1]", value[1])];
}

function badField(field: string, value: unknown, expected: string): ColophonError {
  const shown = typeof value === "bigint" ? value.toString() : JSON.stringify(value);
  return new ColophonError(`The offer's ${field} is ${shown}.`, { code: "input", hint: `Expected ${expected}.` });
}

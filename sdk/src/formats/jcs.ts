import canonicalize from "canonicalize";
import { equalBytes, type Hex, toHex, utf8 } from "./bytes.js";
import { FormatError } from "./errors.js";
import { type Sha256, sha256 } from "./hash.js";

/** What signed documents are made of. Numbers are safe integers: all else is text. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/**
 * RFC 8785 text of any JSON value, with floating-point numbers as the RFC writes them. For signed structures use
 * `canonicalJson`, which refuses them.
 */
export function canonicalJsonAnyNumber(value: unknown): string {
  try {
    const text = canonicalize(value);
    if (text !== undefined) return text;
  } catch (cause) {
    throw new FormatError("value", `not JSON: ${(cause as Error).message}.`, { cause });
  }
  throw new FormatError("value", "not JSON: expected an object, array, string, number, boolean or null.");
}

/**
 * RFC 8785 text of a signed structure.
 * @throws FormatError `value` on fractions, integers beyond ±2^53, undefined, class instances and everything else that JSON
 * cannot carry without loss; the message names the place
 */
export function canonicalJson(value: unknown): string {
  requireExactJson(value, "");
  return canonicalJsonAnyNumber(value);
}

/** UTF-8 bytes of `canonicalJson`. */
export function canonicalBytes(value: unknown): Uint8Array {
  return utf8(canonicalJson(value));
}

/** SHA-256 of `canonicalBytes`, as hex. */
export function canonicalHash(value: unknown, hash: Sha256 = sha256): Hex {
  return toHex(hash(canonicalBytes(value)));
}

/**
 * Reads a signed structure: UTF-8, JSON, and exactly its own canonical form, so that one document has one hash. Duplicate keys,
 * white space and other number forms fail here.
 * @throws FormatError `not-canonical`
 */
export function parseCanonical(bytes: Uint8Array): unknown {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch (cause) {
    throw new FormatError("not-canonical", "the bytes are not UTF-8 JSON.", { cause });
  }
  if (!equalBytes(canonicalBytes(value), bytes)) {
    throw new FormatError("not-canonical", "the JSON is not in RFC 8785 form: write it with canonicalBytes().");
  }
  return value;
}

function requireExactJson(value: unknown, path: string): void {
  if (value === null || typeof value === "string" || typeof value === "boolean") return;
  const place = path === "" ? "the document" : path;
  if (typeof value === "number") {
    if (Number.isSafeInteger(value) && !Object.is(value, -0)) return;
    throw new FormatError("value", `${place} is ${value}: signed structures hold safe integers only, others as text.`);
  }
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) requireExactJson(value[i], `${path}/${i}`);
    return;
  }
  if (typeof value === "object" && [Object.prototype, null].includes(Object.getPrototypeOf(value))) {
    for (const [key, item] of Object.entries(value)) requireExactJson(item, `${path}/${key}`);
    return;
  }
  throw new FormatError("value", `${place} is ${describe(value)}, which JSON cannot hold: leave it out or use text.`);
}

function describe(value: unknown): string {
  return typeof value === "object"
    ? `an instance of ${value?.constructor?.name ?? "a class"}`
    : `of type ${typeof value}`;
}

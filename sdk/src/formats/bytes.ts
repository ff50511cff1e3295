import { bytesToHex, hexToBytes } from "@noble/hashes/utils.js";
import { FormatError } from "./errors.js";

/** 0x-prefixed lower-case hexadecimal. */
export type Hex = `0x${string}`;

const encoder = new TextEncoder();

/** UTF-8 bytes of `text`. */
export function utf8(text: string): Uint8Array {
  return encoder.encode(text);
}

/** 0x-prefixed hex of `bytes`. */
export function toHex(bytes: Uint8Array): Hex {
  return `0x${bytesToHex(bytes)}`;
}

/**
 * Bytes of a 0x-prefixed hex string.
 * @param size expected length in bytes; any length when omitted
 * @throws FormatError `value` on anything else than hex of that length
 */
export function fromHex(hex: string, size?: number): Uint8Array {
  if (!/^0x([0-9a-fA-F]{2})*$/.test(hex)) {
    throw new FormatError("value", `"${hex.slice(0, 80)}" is not hex: expected 0x and an even number of hex digits.`);
  }
  const bytes = hexToBytes(hex.slice(2));
  if (size !== undefined && bytes.length !== size) {
    throw new FormatError("value", `hex value has ${bytes.length} bytes, expected ${size}.`);
  }
  return bytes;
}

/** One array with all `parts` in order. */
export function concat(...parts: Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    out.set(part, offset);
    offset += part.length;
  }
  return out;
}

/** True when both arrays hold the same bytes. Not constant time: for public values only. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** Order of two arrays by their bytes: negative, zero or positive. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) {
    const difference = (a[i] as number) - (b[i] as number);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** A view for reading and writing big-endian integers in `bytes`. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** 4 bytes, big endian. */
export function u32be(value: number): Uint8Array {
  requireUint(value, 0xffff_ffff, "32-bit value");
  const out = new Uint8Array(4);
  viewOf(out).setUint32(0, value);
  return out;
}

/** 8 bytes, big endian. */
export function u64be(value: number): Uint8Array {
  requireUint(value, Number.MAX_SAFE_INTEGER, "64-bit value");
  const out = new Uint8Array(8);
  viewOf(out).setBigUint64(0, BigInt(value));
  return out;
}

/**
 * Checks that `value` is an integer from 0 to `max`.
 * @throws FormatError `value`, naming `what`
 */
export function requireUint(value: number, max: number, what: string): void {
  if (!Number.isSafeInteger(value) || value < 0 || value > max) {
    throw new FormatError("value", `${what} is ${value}, expected an integer from 0 to ${max}.`);
  }
}

/**
 * Checks the length of a byte array.
 * @throws FormatError `value`, naming `what`
 */
export function requireLength(bytes: Uint8Array, length: number, what: string): void {
  if (bytes.length !== length) {
    throw new FormatError("value", `${what} has ${bytes.length} bytes, expected ${length}.`);
  }
}

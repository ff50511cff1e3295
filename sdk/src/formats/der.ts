import { concat } from "./bytes.js";

/** An ECDSA signature r ‖ s (WebCrypto's form) in DER (everybody else's form). */
export function fixedToDer(fixed: Uint8Array): Uint8Array {
  const half = fixed.length / 2;
  const body = concat(derInteger(fixed.subarray(0, half)), derInteger(fixed.subarray(half)));
  return concat(Uint8Array.of(0x30, body.length), body); // Below 128 bytes for both curves: one length byte.
}

/** The inverse of `fixedToDer` for integers of at most `size` bytes; undefined when the bytes are not strict DER. */
export function derToFixed(der: Uint8Array, size: number): Uint8Array | undefined {
  if (der[0] !== 0x30 || der[1] !== der.length - 2) return undefined;
  const r = readInteger(der, 2, size);
  const s = r && readInteger(der, r.end, size);
  if (!s || s.end !== der.length) return undefined;
  return concat(r.value, s.value);
}

function derInteger(value: Uint8Array): Uint8Array {
  let start = 0;
  while (start < value.length - 1 && value[start] === 0) start++;
  const digits = value.subarray(start);
  const sign = (digits[0] as number) >= 0x80 ? Uint8Array.of(0) : new Uint8Array(0); // Positive in two's complement.
  return concat(Uint8Array.of(2, sign.length + digits.length), sign, digits);
}

function readInteger(der: Uint8Array, at: number, size: number): { value: Uint8Array; end: number } | undefined {
  const length = der[at + 1];
  if (der[at] !== 2 || length === undefined || length === 0) return undefined;
  const digits = der.subarray(at + 2, at + 2 + length);
  if (digits.length !== length || (digits[0] as number) >= 0x80) return undefined;
  const isPadded = digits[0] === 0 && length > 1;
  if (isPadded && (digits[1] as number) < 0x80) return undefined;
  const bare = isPadded ? digits.subarray(1) : digits;
  if (bare.length > size) return undefined;
  const value = new Uint8Array(size);
  value.set(bare, size - bare.length);
  return { value, end: at + 2 + length };
}

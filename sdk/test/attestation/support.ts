import { AttestationRefused } from "../../src/attestation/index.js";

/** The code of the refusal, or what came out. */
export function outcome<T>(verify: () => T): T | string {
  try {
    return verify();
  } catch (error) {
    if (!(error instanceof AttestationRefused)) throw error;
    return error.code;
  }
}

/** A copy with some bits of one byte turned. */
export function flipped(bytes: Uint8Array, at: number, bits = 1): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy[at] = (copy[at] as number) ^ bits;
  return copy;
}

/** Where `part` begins in `bytes`. */
export function indexOf(bytes: Uint8Array, part: Uint8Array | string, from = 0): number {
  const at = Buffer.from(bytes).indexOf(typeof part === "string" ? Buffer.from(part) : Buffer.from(part), from);
  if (at < 0) throw new Error("the sample does not hold this part");
  return at;
}

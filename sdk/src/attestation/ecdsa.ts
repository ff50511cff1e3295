import { p256, p384 } from "@noble/curves/nist.js";

/** A curve with the hash that X.509 and COSE pair with it here: P-256 with SHA-256, P-384 with SHA-384. */
export type CurveName = "P-256" | "P-384";

export interface PublicKey {
  readonly curve: CurveName;
  /** Uncompressed point, 0x04 ‖ x ‖ y. */
  readonly point: Uint8Array;
}

const CURVES = { "P-256": p256, "P-384": p384 };

/**
 * Whether the signature is the key's over the message.
 * @param format `der` (X.509) or `compact`: r ‖ s (quotes, COSE)
 */
export function ecdsaHolds(
  { curve, point }: PublicKey,
  message: Uint8Array,
  signature: Uint8Array,
  format: "der" | "compact",
): boolean {
  try {
    // Neither standard asks for the lower s.
    return CURVES[curve].verify(signature, message, point, { format, lowS: false, prehash: true });
  } catch {
    return false; // No signature, or no point of the curve.
  }
}

/**
 * Why a format was refused. Codes are stable: programs may branch on them.
 *
 * - `schema`: the document does not match its JSON Schema.
 * - `not-canonical`: bytes are JSON, but not the RFC 8785 form that is hashed and signed.
 * - `value`: a value is out of the range that the format allows.
 * - `mismatch`: a hash, root, id or commitment does not match what was expected.
 * - `decrypt`: authenticated decryption failed (wrong key, altered, reordered or truncated data).
 * - `wrong-key`: the dataset key is not the one that the header commits to.
 * - `signature`: a signature is missing, malformed, by another key, or does not verify.
 */
export type FormatErrorCode = "schema" | "not-canonical" | "value" | "mismatch" | "decrypt" | "wrong-key" | "signature";

/** Thrown by everything in `formats`: says what was wrong, what was expected and what to do. */
export class FormatError extends Error {
  override readonly name = "FormatError";
  readonly code: FormatErrorCode;

  constructor(code: FormatErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

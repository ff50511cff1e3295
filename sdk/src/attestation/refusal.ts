/**
 * Why an attestation says nothing. Checks run in the order of these groups; the first that fails gives the code.
 *
 * Form: `format` (not what the standard prescribes), `certificate` (a certificate or revocation list cannot be read or uses
 * what is not supported). Trust: `root` (another root than the trusted one), `chain` (a certificate is not its issuer's, or its
 * issuer may not issue), `time` (a certificate, list or document is not valid at the given time), `revoked`. Then: `signature`
 * (of the attestation itself), `binding` (parts that do not belong together), `debug` (debuggable, so nothing is secret),
 * `status` (the platform's patch level is not among those accepted), `expected` (a measurement or user value is another one).
 */
export type AttestationRefusalCode =
  | "format"
  | "certificate"
  | "root"
  | "chain"
  | "time"
  | "revoked"
  | "signature"
  | "binding"
  | "debug"
  | "status"
  | "expected";

/** Thrown by the verification of an attestation that says nothing. */
export class AttestationRefused extends Error {
  override readonly name = "AttestationRefused";

  constructor(
    readonly code: AttestationRefusalCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(`${message}.`, options);
  }
}

/** Refuses unless `condition` holds. */
export function demand(condition: boolean, code: AttestationRefusalCode, message: string): asserts condition {
  if (!condition) throw new AttestationRefused(code, message);
}

/** What `read` returns; whatever a parser throws becomes a refusal. */
export function reading<T>(code: AttestationRefusalCode, what: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (cause instanceof AttestationRefused) throw cause;
    throw new AttestationRefused(code, `${what} cannot be read: ${(cause as Error).message}`, { cause });
  }
}

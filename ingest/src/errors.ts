/**
 * Why an ingest stopped. Codes are stable.
 *
 * - `input`: what was given cannot be published (nothing there, symbolic link, output inside the source, bad name).
 * - `source-changed`: a file changed between planning and reading.
 * - `disk-full`: the store has no room left.
 * - `not-found`: a blob is missing.
 * - `corrupt`: stored bytes are not what their name says.
 */
export type IngestErrorCode = "input" | "source-changed" | "disk-full" | "not-found" | "corrupt";

/** Thrown by this package: says what was wrong, that nothing was published, and what to do. */
export class IngestError extends Error {
  override readonly name = "IngestError";
  readonly code: IngestErrorCode;

  constructor(code: IngestErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** True for the system error with this code, such as ENOENT or ENOSPC. */
export function isSystemError(error: unknown, code: string): boolean {
  return error instanceof Error && (error as NodeJS.ErrnoException).code === code;
}

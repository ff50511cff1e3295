/**
 * What of a bundle fails first. Codes are stable, and stand in the order in which they are looked at.
 *
 * `archive` (the container), `index` (bundle.json), `signature`, `files` (missing, foreign, altered), `blocks` (headers and their hashes),
 * `events`, `state` (a storage slot is not proven), `record`, `proof`, `license-set`, `license`, `run-manifest`, `manifest`, `terms`,
 * `delivery-receipt`, `compute-receipt`, `log-inclusion`, `standing` (a ruling revoked the record, or its program was found unsound).
 */
export type EvidenceRefusalCode =
  | "archive"
  | "index"
  | "signature"
  | "files"
  | "blocks"
  | "events"
  | "state"
  | "record"
  | "proof"
  | "license-set"
  | "license"
  | "run-manifest"
  | "manifest"
  | "terms"
  | "delivery-receipt"
  | "compute-receipt"
  | "log-inclusion"
  | "standing";

/** Thrown at the first thing in a bundle that does not hold. */
export class EvidenceRefused extends Error {
  override readonly name = "EvidenceRefused";

  /** @param file the file of the bundle that it is about, where it is about one */
  constructor(
    readonly code: EvidenceRefusalCode,
    message: string,
    readonly file?: string | undefined,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Refuses unless `holds`. */
export function demand(
  holds: boolean,
  code: EvidenceRefusalCode,
  message: string | (() => string),
  file?: string,
): asserts holds {
  if (!holds) throw new EvidenceRefused(code, typeof message === "string" ? message : message(), file);
}

/** Runs a reader of some format; what it refuses is refused here, under `code` and the file's name. */
export function within<T>(code: EvidenceRefusalCode, file: string | undefined, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw refusalOf(error, code, file);
  }
}

/** The same of a reader that takes its time. */
export async function withinAsync<T>(
  code: EvidenceRefusalCode,
  file: string | undefined,
  read: () => Promise<T>,
): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw refusalOf(error, code, file);
  }
}

function refusalOf(cause: unknown, code: EvidenceRefusalCode, file: string | undefined): EvidenceRefused {
  if (cause instanceof EvidenceRefused) return cause;
  const message = cause instanceof Error ? cause.message : String(cause);
  return new EvidenceRefused(code, message, file, { cause });
}

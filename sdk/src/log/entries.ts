/** What a provider's log says, entry by entry. Ids are decimal text, hashes hex; nothing in it is personal. */
import type { Hex } from "../formats/bytes.js";
import { DocumentFormat } from "../formats/document.js";
import { FormatError } from "../formats/errors.js";
import schema from "../formats/generated/log-entry-validator.js";
import { canonicalJson, parseCanonical } from "../formats/jcs.js";
import { MAX_ENTRY } from "./tiles.js";

/** Who vouches for the proof of a recorded run: a test double, keys of a development ceremony, or those in production. */
export type RunAssurance = "mock" | "development" | "production";

/**
 * One event.
 *
 * - `ingest`: an encoding was taken in; `manifestHash` leads to the consents that the content rests on.
 * - `consent`: with it, what the content's manifest says that the use of it rests on; `root` and `count` are of consent receipts. Not
 *   written where no consent is needed.
 * - `sale`: a license was served for the first time.
 * - `key-release`: a key node released its share of the key with `keyHash`; `releaseHash` is the digest of the statement that it signed,
 *   `releasedAt` its own clock in seconds.
 * - `delivery`: a receipt over what was delivered was signed; the receipt is its licensee's.
 * - `metering`: a voucher over what was used came in.
 * - `run`: a run under the license was recorded on chain; `receiptId` is the compute receipt that its proof names.
 */
export type LogEvent =
  | {
      type: "ingest";
      datasetId: string;
      version: number;
      encoding: number;
      encodingRoot: Hex;
      contentRoot: Hex;
      manifestHash: Hex;
    }
  | {
      type: "consent";
      datasetId: string;
      version: number;
      manifestHash: Hex;
      basis: "source-license" | "receipts";
      root?: Hex;
      count?: number;
    }
  | { type: "sale"; licenseId: string; datasetId: string; version: number; encoding: number }
  | {
      type: "key-release";
      licenseId: string;
      datasetId: string;
      version: number;
      keyHash: Hex;
      /** Index of its share. */
      node: number;
      releasedAt: number;
      releaseHash: Hex;
    }
  | { type: "delivery"; licenseId: string; sequence: number; receiptHash: Hex }
  | { type: "metering"; licenseId: string; sequence: string; units: string }
  | {
      type: "run";
      licenseId: string;
      recordId: string;
      runManifestHash: Hex;
      statement: "adherence";
      program: number;
      assurance: RunAssurance;
      receiptId?: Hex;
      block: number;
      transactionHash: Hex;
    };

/** An event with its time, in seconds of the chain. */
export type LogEntry = LogEvent & { time: number };

const TYPES: ReadonlySet<unknown> = new Set<LogEvent["type"]>([
  ...(["ingest", "consent", "sale", "key-release", "delivery", "metering", "run"] as const),
]);

const entryFormat = /*#__PURE__*/ new DocumentFormat<LogEntry>("log entry", schema, MAX_ENTRY);

/** An entry's text, of which the log has the UTF-8 bytes: canonical JSON (RFC 8785) of the event and its time, in chain seconds. */
export const logEntryText = (event: LogEvent, time: number): string => canonicalJson({ ...event, time });

/**
 * Reads an entry.
 * @returns undefined for types that are not known here, and for entries that are no JSON of ours: readers pass over them
 * @throws FormatError `schema` when one of a known type is not as spec/schemas/log-entry.v1.schema.json has it
 */
export function readLogEntry(bytes: Uint8Array): LogEntry | undefined {
  return TYPES.has(typeOf(bytes)) ? entryFormat.read(bytes) : undefined;
}

/**
 * Whether what an entry says is about a license: it names the license, or names its dataset and no license.
 * @param said an entry's JSON
 */
export function isAboutLicense(
  said: Readonly<Record<string, unknown>>,
  { licenseId, datasetId }: { licenseId: bigint; datasetId: bigint },
): boolean {
  return said.licenseId === undefined ? said.datasetId === String(datasetId) : said.licenseId === String(licenseId);
}

/** Assurance of a recorded run, from its grade of 1 to 4. @throws FormatError `value` for another */
export function assuranceOfGrade(grade: number): RunAssurance {
  const assurance = (["mock", "development", "production", "production"] as const)[grade - 1];
  if (assurance) return assurance;
  throw new FormatError("value", `a run has the grade ${grade}, expected 1 to 4.`);
}

function typeOf(bytes: Uint8Array): unknown {
  try {
    return (parseCanonical(bytes) as { type?: unknown } | null)?.type;
  } catch (error) {
    if (error instanceof FormatError) return undefined;
    throw error;
  }
}

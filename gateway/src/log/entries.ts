/** What the provider's public log says. Ids are decimal text, hashes hex; nothing in it is personal. */
import { canonicalJson, type Manifest } from "@colophon-protocol/sdk/formats";
import type { Hex } from "viem";

/**
 * One event.
 *
 * - `ingest`: an encoding was taken in; `manifestHash` leads to the consents that the content rests on.
 * - `consent`: with it, what the content's manifest says that the use of it rests on; `root` and `count` are of consent receipts. Not
 *   written where no consent is needed.
 * - `sale`: a license was served for the first time.
 * - `delivery`: a receipt over what was delivered was signed; the receipt is its licensee's.
 * - `metering`: a voucher over what was used came in.
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
  | { type: "delivery"; licenseId: string; sequence: number; receiptHash: Hex }
  | { type: "metering"; licenseId: string; sequence: string; units: string };

/** An entry's bytes, as text: canonical JSON (RFC 8785) of the event and its time, in chain seconds. */
export const entryOf = (event: LogEvent, time: number): string => canonicalJson({ ...event, time });

/** What a version's manifest says of consents, as an event; undefined where none is needed. A note in it stays in the manifest. */
export function consentEvent(
  { basis, root, count }: Manifest["consents"],
  version: { datasetId: string; version: number; manifestHash: Hex },
): LogEvent | undefined {
  if (basis === "not-required") return undefined;
  const { datasetId, manifestHash } = version;
  const receipts = { ...(root === undefined ? {} : { root }), ...(count === undefined ? {} : { count }) };
  return { type: "consent", datasetId, version: version.version, manifestHash, basis, ...receipts };
}

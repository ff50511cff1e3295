/** The events of the provider's log that come from a version's manifest. */
import type { Manifest } from "@colophon-protocol/sdk/formats";
import type { LogEvent } from "@colophon-protocol/sdk/log";
import type { Hex } from "viem";

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

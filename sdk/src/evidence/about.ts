/** Which events are about a run: a bundle archives these and no others. */
import { type EvidenceEvent, type RunRecordedEvent, roleOfEvent } from "./events.js";
import type { ChainFacts } from "./facts.js";

/** Whether an event is about this run, its receipt, its licenses, their offers, or its versions. */
export function isAbout({ run, facts }: { run: RunRecordedEvent; facts: ChainFacts }, event: EvidenceEvent): boolean {
  const { args } = event;
  const role = roleOfEvent(event);
  if (role === "payments" || args.licenseId !== undefined) {
    return run.entries.some(({ licenseId }) => String(licenseId) === args.licenseId);
  }
  if (args.offerId !== undefined) return facts.licenses.some(({ offerId }) => offerId === args.offerId);
  if (args.recordId !== undefined) return args.recordId === String(run.recordId);
  if (args.receiptId !== undefined) return args.receiptId === run.attestationDigest;
  // Of a dataset as a whole where the event names no version.
  if (args.datasetId !== undefined) return run.entries.some((entry) => isVersion(entry, args));
  if (args.signer !== undefined) return args.signer === facts.receipt?.signer && args.policy === facts.receipt?.policy;
  return args.program === run.program;
}

function isVersion(
  entry: { datasetId: bigint; version: number },
  { datasetId, version }: EvidenceEvent["args"],
): boolean {
  return String(entry.datasetId) === datasetId && (version === undefined || version === entry.version);
}

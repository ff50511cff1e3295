/** What a verifier notes while it looks: what holds, what was taken on trust, and what nobody looked at. */

import type { EvidenceEvent, RunRecordedEvent } from "./events.js";
import type { ChainFacts } from "./facts.js";
import type { OpenedBundle } from "./open.js";
import type { EvidenceRefusalCode } from "./refusal.js";

/** One thing that was looked at and holds. */
export interface EvidenceCheck {
  code: EvidenceRefusalCode;
  /** What, in words. */
  check: string;
  found: string;
}

/** Collects what a report says. */
export class Findings {
  readonly checks: EvidenceCheck[] = [];
  /** What the bundle says of itself and nobody vouched for. */
  readonly assumed: string[] = [];
  /** What nothing in a bundle can show, or this one does not. */
  readonly notChecked: string[] = [];

  holds(code: EvidenceRefusalCode, check: string, found: string): void {
    this.checks.push({ code, check, found });
  }
}

/** What the checks of a bundle's parts work on. */
export interface Case {
  bundle: OpenedBundle;
  run: RunRecordedEvent;
  facts: ChainFacts;
  /** All events of the bundle, proven. */
  events: readonly EvidenceEvent[];
  findings: Findings;
}

/** How a bundle names a license. */
export const licenseSubject = (licenseId: bigint): string => `license ${licenseId}`;

/** How a bundle names a licensed version. */
export const versionSubject = ({ datasetId, version }: { datasetId: bigint; version: number }): string =>
  `version ${version} of dataset ${datasetId}`;

import type { Tone } from "../trust/words";

const RECALLS: Record<string, readonly [Tone, string]> = {
  NOT_AFFECTED: ["proven", "nothing to do"],
  WAITING: ["open", "your answer is awaited"],
  ACKNOWLEDGED: ["proven", "answered"],
  CONTESTED: ["open", "contested, a ruling is awaited"],
  BREACH: ["faulted", "in breach: no answer came in time"],
};

/** How a license stands towards a recall. */
export const recallInWords = (standing: string): readonly [Tone, string] => RECALLS[standing] ?? ["open", standing];

const RECALL_REASONS: Record<string, string> = {
  CONSENT_REVOKED: "A person whose data is in it withdrew consent.",
  OPT_OUT: "A source opted out.",
  TAKEDOWN: "Content had to be taken down.",
  DEFECT: "Part of it is defective.",
};

/** Why something leaves. */
export const recallReason = (reason: string): string => RECALL_REASONS[reason] ?? reason;

import type { Dispute } from "@colophon-protocol/sdk";

/** What a ruling would do, as `previewRuling` tells it: base units of the dispute's token. */
export interface Preview {
  held: bigint;
  refund: bigint;
  released: bigint;
  fromBond: bigint;
  penalty: bigint;
  toClaimant: bigint;
  toRespondent: bigint;
  ends: boolean;
  waits: boolean;
  status: string;
  corrects: boolean;
  revokesRecord: boolean;
}

/** What a ruling would do, one sentence an effect. Nothing is left out; a ruling without effects says so. */
export function previewInWords(preview: Preview, amount: (base: bigint) => string): string[] {
  const { held, refund, released, fromBond, penalty, toClaimant, toRespondent, ends, waits } = preview;
  const lines = [
    waits ? `The ${amount(held)} that are held wait for another dispute about them.` : "",
    refund > 0n ? `${amount(refund)} of the ${amount(held)} held go back to who paid.` : "",
    released > 0n ? `${amount(released)} of the ${amount(held)} held go to the seller's side.` : "",
    fromBond > 0n ? bondLine(fromBond, amount) : "",
    penalty > 0n ? `On top ${amount(penalty)} are slashed from the provider's bond.` : "",
    ends ? "The license ends." : "",
    preview.status === "Quarantined" ? "New sales of the version stop." : "",
    preview.status === "Suspended" ? "Nobody has access to the version any more." : "",
    preview.corrects ? "The version's record is corrected." : "",
    preview.revokesRecord ? "The record is revoked." : "",
    toClaimant > 0n ? `${amount(toClaimant)} of the bonds posted go to the claimant.` : "",
    toRespondent > 0n ? `${amount(toRespondent)} of the bonds posted go to the respondent.` : "",
  ].filter((line) => line !== "");
  return lines.length > 0 ? lines : ["Everything stays as it is."];
}

const bondLine = (fromBond: bigint, amount: (base: bigint) => string) =>
  `${amount(fromBond)} are asked of the provider's bond for the claimant; what it can pay at once has a cap.`;

type Clock = Pick<Dispute, "phase" | "deadline" | "flags">;

/** What happens next in a dispute, by the chain's clock: inclusive deadlines. `refer` is the window after the answer's, seconds. */
export function nextInWords(
  { phase, deadline, flags }: Clock,
  refer: number,
  now: number,
  when: (at: number) => string,
) {
  const answered = flags.includes("answered");
  switch (phase) {
    case "Open":
      if (!answered && now <= deadline) return `The other side may answer until ${when(deadline)}.`;
      return now <= deadline + refer
        ? `Anyone may bring it to its arbitrator until ${when(deadline + refer)}. If nobody does, the claim is dropped and its bond goes to the respondent.`
        : "Nobody brought it to its arbitrator. Anyone can conclude it now.";
    case "Asked":
      return now <= deadline
        ? `The arbitrator has until ${when(deadline)} to rule.`
        : "The arbitrator did not rule in time. Anyone can conclude it now.";
    case "Ruled":
      return now <= deadline
        ? `The ruling is final after ${when(deadline)}, unless a side appeals.`
        : "The ruling is final. Anyone can have it done now.";
    default:
      return "It has ended.";
  }
}

/** What can be done with a dispute at a second, by whom aside. */
export function openMoves({ phase, deadline, flags }: Clock, refer: number, now: number) {
  const answered = flags.includes("answered");
  const inTime = now <= deadline;
  return {
    answer: phase === "Open" && !answered && inTime,
    evidence: phase !== "Closed",
    refer: phase === "Open" && (answered || !inTime) && now <= deadline + refer,
    appeal: phase === "Ruled" && inTime && !flags.includes("appealed"),
    withdraw: phase === "Open" || (phase === "Asked" && !flags.includes("appealed")),
    settle: phase !== "Closed",
    counter: flags.includes("sales") && (phase === "Open" || phase === "Asked"),
    conclude: phase !== "Closed" && now > (phase === "Open" ? deadline + refer : deadline),
  };
}

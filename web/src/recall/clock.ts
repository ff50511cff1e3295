import type { RecallAction } from "@colophon-protocol/sdk";
import type { RecallLicenseEntity } from "@colophon-protocol/sdk/indexer";

type Named = Exclude<RecallAction, "None">;
type Clocked = Pick<RecallLicenseEntity["recall"], "deadline" | "againUntil" | "collectsUntil">;
type Answered = Pick<RecallLicenseEntity, "action"> & { recall: Omit<Clocked, "collectsUntil"> };
type Standing = Pick<RecallLicenseEntity, "standing"> & { recall: Clocked };

/** Last second to answer in time: after a ruling that the recall stands, who contested has its period again. */
export function deadlineOf({ action, recall }: Answered): bigint {
  return (action === "CONTEST" ? recall.againUntil : null) ?? recall.deadline;
}

/** What a licensee may answer now. Acting is taken late too; contesting only until the deadline, and not after a ruling. */
export function answersOpen({ standing, recall }: Standing, now: number): Named[] {
  if (standing === "NOT_AFFECTED" || BigInt(now) < recall.collectsUntil) return [];
  const contest = standing !== "CONTESTED" && recall.againUntil === null && BigInt(now) <= recall.deadline;
  if (standing === "ACKNOWLEDGED") return contest ? ["Contest"] : [];
  return contest ? ["Delete", "Retrain", "Contest"] : ["Delete", "Retrain"];
}

import type { RecallAction } from "@colophon-protocol/sdk";
import type { RecallRow } from "./query";

type Named = Exclude<RecallAction, "None">;
type Clocked = Pick<RecallRow["recall"], "deadline" | "againUntil" | "collectsUntil">;

/** Last second to answer in time: after a ruling that the recall stands, who contested has its period again. */
export function deadlineOf({ action, recall }: { action: string; recall: Omit<Clocked, "collectsUntil"> }): bigint {
  return BigInt((action === "CONTEST" ? recall.againUntil : null) ?? recall.deadline);
}

/** What a licensee may answer now. Acting is taken late too; contesting only until the deadline, and not after a ruling. */
export function answersOpen({ standing, recall }: { standing: string; recall: Clocked }, now: number): Named[] {
  if (standing === "NOT_AFFECTED" || BigInt(now) < BigInt(recall.collectsUntil)) return [];
  const contest = standing !== "CONTESTED" && recall.againUntil === null && BigInt(now) <= BigInt(recall.deadline);
  if (standing === "ACKNOWLEDGED") return contest ? ["Contest"] : [];
  return contest ? ["Delete", "Retrain", "Contest"] : ["Delete", "Retrain"];
}

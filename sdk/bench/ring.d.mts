import type { reputationOf } from "../src/reputation/index.js";

export interface RingRow {
  strategy: string;
  burnt: number;
  score: number;
  below: number;
  gain: number;
  accounts: number;
}
export function simulate(
  reputation: typeof reputationOf,
  options?: { seed?: number; budgets?: number[]; strategies?: string[] },
): { market: { sellers: number; demand: number; least: number; median: number; most: number }; rows: RingRow[] };

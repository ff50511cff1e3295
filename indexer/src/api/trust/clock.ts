import { publicClients } from "ponder:api";

const MAX_TIME = 1n << 40n;
/** For how many milliseconds an answer of the node serves: a page of results asks it once. */
const FRESH = 500;

let newest: { asked: number; time: Promise<bigint> } | undefined;

/**
 * The second that standing is told for: `at` of the query, by default the newest block's, which is what the contracts would go by.
 * @returns null when `at` is no time
 */
export async function clock(at: string | undefined): Promise<bigint | null> {
  if (at !== undefined) return /^\d{1,13}$/.test(at) && BigInt(at) < MAX_TIME ? BigInt(at) : null;
  const now = Date.now();
  if (!newest || now - newest.asked > FRESH) newest = { asked: now, time: ask(now) };
  return newest.time;
}

async function ask(now: number): Promise<bigint> {
  try {
    return (await publicClients.colophon.getBlock({ blockTag: "latest" })).timestamp;
  } catch {
    // A node that is away costs the difference between its clock and ours, not the answer.
    return BigInt(Math.floor(now / 1000));
  }
}

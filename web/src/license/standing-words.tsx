import type { Standing } from "@colophon-protocol/sdk";
import { State } from "../ui/primitives";

const WORDS = {
  None: ["faulted", "not known to its rail"],
  Current: ["proven", "paid"],
  Grace: ["open", "late, in grace"],
  Lapsed: ["faulted", "lapsed: no access until it is paid"],
  Exhausted: ["faulted", "used up: no access until more is deposited"],
  Frozen: ["frozen", "frozen by a dispute"],
  Breach: ["faulted", "in breach: no access until it is made good"],
  Closed: ["faulted", "ended"],
} as const;

/** What a license's rail says of its payment, as a state and words. */
export function RailStanding({ standing }: { standing: Standing }) {
  const [is, words] = WORDS[standing];
  return <State is={is}>{words}</State>;
}

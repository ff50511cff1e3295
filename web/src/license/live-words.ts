import type { LiveState, StreamedAmount } from "@colophon-protocol/sdk";
import { type LastingWarning, lastingWarning, type Warning } from "./stream-words";

/** What a live license has passed on in all: what was booked before, what is not booked yet, and what flows since the look. */
export function passedSoFar(
  { vaults, balance }: Pick<LiveState, "vaults" | "balance">,
  booked: bigint,
): StreamedAmount {
  const sum = (part: (vault: LiveState["vaults"][number]) => bigint) =>
    vaults.reduce((total, vault) => total + part(vault), 0n);
  return {
    received: booked + sum(({ unbooked }) => unbooked),
    rate: sum(({ passes, rate }) => (passes ? rate : 0n)),
    at: balance.at,
  };
}

/** What a live stream's state asks to be looked at, the gravest first; undefined when all is well. */
export function liveWarning(
  { live, standing, comes, passes, balance }: LiveState,
  now: number,
  locked: LastingWarning["locked"],
): Warning | undefined {
  if (live.frozen) {
    return {
      urgent: true,
      title: "A dispute holds this license.",
      text: "Nobody has access, and nothing is passed on; what comes in meanwhile is the payer's.",
    };
  }
  if (live.ended || standing === "Closed") return undefined;
  if (!comes && passes) {
    return {
      urgent: true,
      title: "Only the buffer pays.",
      text: "The payer's flow has stopped. Access goes on until anyone settles; what the buffer pays until then is lost to the payer. Settle or reopen it.",
    };
  }
  if (!passes) {
    return {
      urgent: false,
      title: "Nothing is passed on.",
      text: "Nothing is paid and nobody has access until the payer reopens it. The same license goes on.",
    };
  }
  return lastingWarning({ balance, now, locked });
}

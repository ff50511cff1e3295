import { liquidationTime, type StreamingBalance, type StreamState } from "@colophon-protocol/sdk";
import { moment, period } from "../ui/format";

/** How long a payer's money lasts still. */
export const leftInWords = (seconds: number): string => (seconds > 0 ? `${period(seconds)} left` : "now");

/** From when on a payer is told that the money runs out, in seconds. */
const SOON = 3 * 86_400;

/** What a payer or holder should look at. */
export interface Warning {
  urgent: boolean;
  title: string;
  text: string;
}

/** What a stream's state asks to be looked at, the gravest first; undefined when all is well. */
export function streamWarning(
  { stream, standing, paused, agreedRate, runningRate, balance, streamed }: StreamState,
  now: number,
  locked: string,
): Warning | undefined {
  if (standing === "Frozen") {
    return { urgent: true, title: "A dispute holds this license.", text: "Nobody has access, and its money waits." };
  }
  if (standing === "Closed" || stream.flagNames.includes("ended")) return undefined;
  if (paused) {
    return {
      urgent: false,
      title: "The stream is paused.",
      text: "Nothing is paid and nobody has access until the payer reopens it.",
    };
  }
  if (streamed.rate < agreedRate) {
    const access =
      standing === "Grace"
        ? `Access goes on for at most ${period(stream.grace)} of missing payment.`
        : "Access is cut.";
    const what = runningRate === 0n ? "The stream has stopped." : "The stream runs below the agreed rate.";
    return { urgent: true, title: what, text: `${access} Reopen it, and the same license goes on.` };
  }
  return lastingWarning({ balance, now, locked });
}

/** A payer's account, and what of it is locked, in words. */
export interface LastingWarning {
  balance: StreamingBalance;
  now: number;
  locked: string;
}

/** That a payer's money runs out, from three days before; undefined while it lasts. */
export function lastingWarning({ balance, now, locked }: LastingWarning): Warning | undefined {
  const end = liquidationTime(balance);
  if (end === undefined || end - now > SOON) return undefined;
  const lost = `${locked} that are locked go to whoever ends it.`;
  return end <= now
    ? {
        urgent: true,
        title: "The payer's money has run out.",
        text: `Anyone may end the stream now; the ${lost} Add money.`,
      }
    : {
        urgent: end - now < SOON / 3,
        title: `The payer's money lasts until ${moment(end)}.`,
        text: `After that anyone may end the stream, and the ${lost} Add money before.`,
      };
}

import { type StreamedAmount, streamedAt, unitsToBase } from "@colophon-protocol/sdk";
import { formatUnits } from "viem";
import type { Token } from "../data/tokens";
import { grouped } from "../ui/format";

const SHOWN_DECIMALS = 6;

interface Props {
  streamed: StreamedAmount;
  /** The chain's time, seconds. */
  now: number;
  token: Token;
}

/** What counted so far. It grows by itself; a screen reader is told when asked, not each second. */
export function Counter({ streamed, now, token }: Props) {
  const units = streamedAt(streamed, now);
  const [whole = "0", fraction = ""] = formatUnits(unitsToBase(units, token.decimals), token.decimals).split(".");
  const decimals = Math.min(token.decimals, SHOWN_DECIMALS);
  return (
    <p className="mb-6">
      <span className="block text-sm text-ash">
        {streamed.rate > 0n ? "Streamed so far, counting" : "Streamed so far"}
      </span>
      <span role="timer" aria-label="Streamed so far" className="font-serif text-xl font-semibold tabular-nums">
        {grouped(whole)}
        {decimals > 0 ? `.${fraction.padEnd(decimals, "0").slice(0, decimals)}` : ""}
      </span>{" "}
      <span className="text-ash">{token.symbol}</span>
    </p>
  );
}

import { streamedAt, unitsToBase } from "@colophon-protocol/sdk";
import { Link } from "@tanstack/react-router";
import { useChainSeconds } from "../data/clock";
import type { IncomingStream } from "../data/earnings";
import { useTokens } from "../data/tokens";
import { rateOver } from "../ui/amounts";
import { money } from "../ui/format";
import { Section } from "../ui/primitives";

const MONTH = 30 * 86_400;

/** Streams into an account's datasets: what they hold that no concluded epoch has released yet, counting. */
export function Incoming({ streams }: { streams: readonly IncomingStream[] }) {
  const now = useChainSeconds();
  const { token } = useTokens();
  if (streams.length === 0) return null;
  return (
    <Section title="Streaming in">
      <p className="mb-4 max-w-prose text-sm text-ash">
        What has streamed and waits for its epoch to be concluded: then it is divided among fee, parents, contributors
        and you, or goes back.
      </p>
      <ul>
        {streams.map(({ licenseId, datasetId, dataset, streamed, concluded, token: address }) => {
          const { decimals, symbol } = token(address);
          const waiting = unitsToBase(streamedAt(streamed, now), decimals) - concluded;
          const rate = money(rateOver(streamed.rate, MONTH, decimals), decimals, symbol);
          return (
            <li
              key={String(licenseId)}
              className="grid gap-x-6 border-t border-rule py-3 text-sm sm:grid-cols-[1fr_auto]"
            >
              <span>
                <Link to="/library/$licenseId" params={{ licenseId: String(licenseId) }}>
                  License {String(licenseId)}
                </Link>{" "}
                of {dataset ?? `dataset ${datasetId}`},{" "}
                <span className="text-ash">{streamed.rate > 0n ? `${rate} per 30 days` : "not flowing now"}</span>
              </span>
              <strong className="font-serif font-semibold tabular-nums">
                {money(waiting > 0n ? waiting : 0n, decimals, symbol)}
              </strong>
            </li>
          );
        })}
      </ul>
    </Section>
  );
}

import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTokens } from "../data/tokens";
import { bondEventInWords, faultInWords, outcomeInWords, phaseInWords, plainName, reasonInWords } from "../trust/words";
import { day } from "../ui/format";
import { Hash } from "../ui/hash";
import { State } from "../ui/primitives";
import type { ProviderRow } from "./query";

interface Line {
  key: string;
  at: string;
  is?: "proven" | "open" | "faulted";
  what: ReactNode;
  hash?: string;
}

/** Faults, slashes, challenges, disputes and moves of the bond as one timeline, newest first. */
export function History({ provider }: { provider: ProviderRow }) {
  const { price } = useTokens();
  const lines = [...against(provider), ...provider.accounts.items.flatMap((account) => bondLines(account, price))].sort(
    (a, b) => Number(BigInt(b.at) - BigInt(a.at)),
  );
  if (lines.length === 0) return <p className="text-sm">Nothing yet.</p>;
  return (
    <ol className="space-y-2 text-sm">
      {lines.map(({ key, at, is, what, hash }) => (
        <li key={key} className="grid gap-x-6 sm:grid-cols-[8rem_1fr_auto]">
          <span className="text-ash tabular-nums">{day(BigInt(at))}</span>
          <span className="min-w-0 break-words">{is ? <State is={is}>{what}</State> : what}</span>
          {hash ? <Hash value={hash} label="transaction" /> : null}
        </li>
      ))}
    </ol>
  );
}

/** What others brought against it. */
function against({ faults, challenges, disputes }: ProviderRow): Line[] {
  return [
    ...faults.items.map(
      (fault): Line => ({
        key: fault.id,
        at: fault.at,
        is: "faulted",
        what: `Proven: it ${faultInWords(fault.kind)}`,
        hash: fault.transactionHash,
      }),
    ),
    ...challenges.items.map(
      ({ challengeId, state, openedAt }): Line => ({
        key: `challenge ${challengeId}`,
        at: openedAt,
        is: state === "FAULTED" ? "faulted" : state === "OPEN" ? "open" : "proven",
        what: `Challenge ${challengeId}: ${CHALLENGES[state] ?? state.toLowerCase()}`,
      }),
    ),
    ...disputes.items.map(
      ({ disputeId, reason, phase, outcome, openedAt }): Line => ({
        key: `dispute ${disputeId}`,
        at: openedAt,
        what: (
          <>
            <Link to="/disputes/$disputeId" params={{ disputeId }} className="underline underline-offset-4">
              Dispute {disputeId}
            </Link>
            : {reasonInWords(plainName(reason))};{" "}
            {phase === "CLOSED" ? outcomeInWords(plainName(outcome)) : phaseInWords(plainName(phase))[1]}
          </>
        ),
      }),
    ),
  ];
}

const CHALLENGES: Record<string, string> = {
  OPEN: "an answer is awaited",
  ANSWERED: "answered in time",
  FAULTED: "nobody answered in time",
  VOID: "void, because access had ended",
};

/** What moved its stake. */
function bondLines(
  { slashesTaken, timeline, token }: ProviderRow["accounts"]["items"][number],
  price: ReturnType<typeof useTokens>["price"],
): Line[] {
  const amount = (base: string) => price(BigInt(base), token);
  return [
    ...slashesTaken.items.map((slash): Line => {
      const to = [
        ["the harmed licensee", slash.toHarmed],
        ["who reported it", slash.toReporter],
        ["the treasury", slash.toTreasury],
      ] as const;
      const paid = to.filter(([, sum]) => BigInt(sum) > 0n).map(([who, sum]) => `${amount(sum)} to ${who}`);
      return {
        key: slash.id,
        at: slash.at,
        is: "faulted",
        what: `Slashed${slash.license ? ` for license ${slash.license.licenseId}` : ""}: ${paid.join(", ")}`,
        hash: slash.transactionHash,
      };
    }),
    // A slash has its own line above.
    ...timeline.items
      .filter(({ kind }) => kind !== "SLASH")
      .map(
        ({ id, kind, amount: sum, at, transactionHash }): Line => ({
          key: `bond ${id}`,
          at,
          what: `${amount(sum)}: ${bondEventInWords(kind)}`,
          hash: transactionHash,
        }),
      ),
  ];
}

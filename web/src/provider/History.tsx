import type { DisputeSummary, ProviderEntity } from "@colophon-protocol/sdk/indexer";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { faultInWords, outcomeInWords, phaseInWords, plainName, reasonInWords } from "../trust/words";
import { day } from "../ui/format";
import { Hash } from "../ui/hash";
import { State } from "../ui/primitives";
import { useProviderDisputes } from "./query";

interface Line {
  key: string;
  at: bigint;
  is?: "proven" | "open" | "faulted";
  what: ReactNode;
  hash: string;
}

/** Faults, challenges and disputes as one timeline, newest first. */
export function History({ provider }: { provider: ProviderEntity }) {
  const { data: disputes = [] } = useProviderDisputes(provider.address);
  const lines = [...proven(provider), ...challenged(provider), ...disputes.map(disputed)].sort((a, b) =>
    Number(b.at - a.at),
  );
  if (lines.length === 0) return <p className="text-sm">Nothing yet.</p>;
  return (
    <ol className="space-y-2 text-sm">
      {lines.map(({ key, at, is, what, hash }) => (
        <li key={key} className="grid gap-x-6 sm:grid-cols-[8rem_1fr_auto]">
          <span className="text-ash tabular-nums">{day(at)}</span>
          <span className="min-w-0 break-words">{is ? <State is={is}>{what}</State> : what}</span>
          <span>
            <Hash value={hash} label="transaction" />
          </span>
        </li>
      ))}
    </ol>
  );
}

const proven = ({ faults }: ProviderEntity): Line[] =>
  faults.map(({ faultId, kind, at, transactionHash }) => ({
    key: faultId,
    at,
    is: "faulted",
    what: `Proven: it ${faultInWords(kind)}`,
    hash: transactionHash,
  }));

const challenged = ({ challenges }: ProviderEntity): Line[] =>
  challenges.map(({ challengeId, state, openedAt, transactionHash }) => ({
    key: `challenge ${challengeId}`,
    at: openedAt,
    is: state === "FAULTED" ? "faulted" : state === "OPEN" ? "open" : "proven",
    what: `Challenge ${challengeId}: ${CHALLENGES[state]}`,
    hash: transactionHash,
  }));

function disputed({ disputeId, reason, phase, outcome, openedAt, transactionHash }: DisputeSummary): Line {
  const id = String(disputeId);
  return {
    key: `dispute ${id}`,
    at: openedAt,
    what: (
      <>
        <Link to="/disputes/$disputeId" params={{ disputeId: id }} className="underline underline-offset-4">
          Dispute {id}
        </Link>
        : {reasonInWords(plainName(reason))};{" "}
        {phase === "CLOSED" ? outcomeInWords(plainName(outcome)) : phaseInWords(plainName(phase))[1]}
      </>
    ),
    hash: transactionHash,
  };
}

const CHALLENGES: Record<ProviderEntity["challenges"][number]["state"], string> = {
  OPEN: "an answer is awaited",
  ANSWERED: "answered in time",
  FAULTED: "nobody answered in time",
  VOID: "void, because access had ended",
};

import type { DisputeSummary } from "@colophon-protocol/sdk/indexer";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useConnection } from "wagmi";
import { outcomeInWords, phaseInWords, plainName, reasonInWords } from "../trust/words";
import { day, moment } from "../ui/format";
import { usePageTitle } from "../ui/page-title";
import { Problem, State } from "../ui/primitives";
import { useDisputes } from "./query";

const route = getRouteApi("/wallet/disputes");

/** All disputes, or those of the connected account. */
export function Disputes() {
  const { mine } = route.useSearch();
  const { address } = useConnection();
  const { data, error } = useDisputes(mine && address ? { account: address } : {});
  usePageTitle("Disputes");
  return (
    <>
      <h1 className="mb-4 text-xl font-semibold">Disputes</h1>
      {address ? (
        <p className="mb-6 text-sm">
          <Link to="/disputes" search={mine ? {} : { mine: true }} className="underline underline-offset-4">
            {mine ? "Show all" : "Show mine alone"}
          </Link>
        </p>
      ) : null}
      {error ? <Problem title="The disputes could not be read." hint={error.message} /> : null}
      {data ? <DisputeList items={data} none="There is no dispute." /> : null}
    </>
  );
}

/** Disputes as lines, newest first. */
export function DisputeList({ items, none }: { items: readonly DisputeSummary[]; none: string }) {
  if (items.length === 0) return <p className="text-sm">{none}</p>;
  return (
    <ul className="space-y-4 text-sm">
      {items.map((line) => (
        <Line key={String(line.disputeId)} line={line} />
      ))}
    </ul>
  );
}

function Line({ line }: { line: DisputeSummary }) {
  const { reason, phase, outcome, openedAt, deadline } = line;
  const disputeId = String(line.disputeId);
  const closed = phase === "CLOSED";
  const [is, words] = phaseInWords(plainName(phase));
  return (
    <li className="grid gap-x-8 gap-y-1 sm:grid-cols-[1fr_auto]">
      <div>
        <Link to="/disputes/$disputeId" params={{ disputeId }} className="font-medium underline underline-offset-4">
          Dispute {disputeId}: {reasonInWords(plainName(reason))}
        </Link>
        <p className="text-ash">
          since {day(openedAt)}
          {!closed && deadline ? `; this phase ends ${moment(deadline)}` : ""}
        </p>
      </div>
      <State is={is}>{closed ? outcomeInWords(plainName(outcome)) : words}</State>
    </li>
  );
}

import type { BondAccountEntity, BondEventEntity, SlashEntity } from "@colophon-protocol/sdk/indexer";
import { Link } from "@tanstack/react-router";
import type { Address } from "viem";
import { useTokens } from "../data/tokens";
import { bondEventInWords } from "../trust/words";
import { day, moment } from "../ui/format";
import { Hash } from "../ui/hash";
import { Button, Problem, State } from "../ui/primitives";
import { idIn, offerOfEvent, sharesInWords, signOf, slashOf } from "./moves";
import { useBondHistory, useSlashes } from "./query";

interface Props {
  provider: Address;
  account: BondAccountEntity;
}

/** All that moved a provider's bond in one token, newest first: who, for what, and what it held afterwards. */
export function BondHistory({ provider, account }: Props) {
  const { data, error, hasNextPage, fetchNextPage, isFetching } = useBondHistory(provider, account.token);
  const { data: slashes = [] } = useSlashes(provider, account.token);
  if (error) return <Problem title="The bond's history could not be read." hint={error.message.split("\n")[0] ?? ""} />;
  if (!data) return <p aria-live="polite">Reading what moved it</p>;
  const events = data.pages.flatMap(({ items }) => items);
  return (
    <>
      <ol className="text-sm">
        {events.map((event) => (
          <Move key={event.position} event={event} account={account} slash={slashOf(event, slashes)} />
        ))}
      </ol>
      {hasNextPage ? (
        <Button className="mt-4" disabled={isFetching} onClick={() => fetchNextPage()}>
          Show what was before
        </Button>
      ) : null}
    </>
  );
}

interface MoveProps {
  event: BondEventEntity;
  account: BondAccountEntity;
  slash: SlashEntity | undefined;
}

function Move({ event, account, slash }: MoveProps) {
  const { price } = useTokens();
  const { kind, amount, stake, at, transactionHash, thawedAt } = event;
  const base = (value: bigint) => price(value, account.token);
  return (
    <li className="grid gap-x-6 border-t border-rule py-2 first:border-t-0 sm:grid-cols-[7rem_1fr_auto_auto]">
      <span className="text-ash tabular-nums">{day(at)}</span>
      <span className="min-w-0 break-words">
        {kind === "SLASH" ? <State is="faulted">{bondEventInWords(kind)}</State> : bondEventInWords(kind)}
        <About event={event} account={account} slash={slash} />
        {slash ? <span className="block text-ash">{sharesInWords(slash, base)}</span> : null}
        {thawedAt === null ? null : <span className="block text-ash">leaves from {moment(thawedAt)} on</span>}
      </span>
      <span className="tabular-nums sm:text-right">
        {amount > 0n ? (
          <>
            {signOf(kind)}
            {base(amount)}
          </>
        ) : null}
        <span className="block text-ash">holds {base(stake)}</span>
      </span>
      <span>
        <Hash value={transactionHash} label="transaction" />
      </span>
    </li>
  );
}

/** For whom, or for what. */
function About({ event, account, slash }: MoveProps) {
  const offer = offerOfEvent(event, account);
  const licenseId = slash?.licenseRef ? idIn(slash.licenseRef) : undefined;
  return (
    <>
      {event.account && event.kind !== "DEPOSIT" && event.kind !== "WITHDRAWAL" ? (
        <>
          {" "}
          by <Hash value={event.account} label="account" />
        </>
      ) : null}
      {offer ? (
        <>
          {": "}
          <Link
            to="/datasets/$datasetId"
            params={{ datasetId: offer.datasetId }}
            className="underline underline-offset-4"
          >
            dataset {offer.datasetId}, version {offer.version}
          </Link>
        </>
      ) : null}
      {licenseId ? `, for license ${licenseId}` : ""}
    </>
  );
}

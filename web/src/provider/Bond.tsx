import type { AllocationEntity, BondAccountEntity } from "@colophon-protocol/sdk/indexer";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { Address } from "viem";
import { useTokens } from "../data/tokens";
import { coverInWords } from "../trust/words";
import { moment } from "../ui/format";
import { Hash } from "../ui/hash";
import { Facts, Section, State } from "../ui/primitives";
import { BondHistory } from "./BondHistory";
import { idIn } from "./moves";
import { delegationWorth, freeStake } from "./stake";

/** A provider's stake in one token: what it is made of, what it stands behind, who is behind it. */
export function Bond({ provider, account }: { provider: Address; account: BondAccountEntity }) {
  const { price, token } = useTokens();
  const amount = (base: bigint) => price(base, account.token);
  const stake = account.own + account.delegated;
  const facts: (readonly [string, ReactNode])[] = [
    [
      "Bonded in all",
      <strong key="s" className="font-serif text-base tabular-nums">
        {amount(stake)}
      </strong>,
    ],
    ["Its own", amount(account.own)],
    ["Delegated by others", amount(account.delegated)],
    ["Behind offers", amount(account.allocated)],
    ["Locked behind open claims", amount(account.locked)],
    ["Free", amount(freeStake(account))],
    ...(account.thawedAt
      ? [["Asked back", `${amount(account.thawing)}, which leaves from ${moment(account.thawedAt)} on`] as const]
      : []),
    [
      "Slashed so far",
      account.slashes === 0
        ? "nothing"
        : `${amount(account.slashed)}, by ${account.slashes} ${account.slashes === 1 ? "slash" : "slashes"}`,
    ],
  ];
  return (
    <Section title={`Bond in ${token(account.token).symbol}`} id={`bond-${account.token}`}>
      <Facts items={facts} />
      <h3 className="mt-6 mb-2 text-base font-semibold">What it covers</h3>
      {account.allocations.length === 0 ? (
        <p className="text-sm">No offer has part of this bond behind it.</p>
      ) : (
        <ul className="space-y-2 text-sm">
          {account.allocations.map((row) => (
            <Allocation key={row.offerId} row={row} token={account.token} />
          ))}
        </ul>
      )}
      <h3 className="mt-6 mb-2 text-base font-semibold">Who stands behind it</h3>
      <Delegators account={account} amount={amount} />
      <h3 className="mt-6 mb-2 text-base font-semibold">What moved it</h3>
      <BondHistory provider={provider} account={account} />
    </Section>
  );
}

function Allocation({ row, token }: { row: AllocationEntity; token: Address }) {
  const { price } = useTokens();
  const { offer, offerId, cover } = row;
  const amount = (base: bigint) => price(base, token);
  const datasetId = offer ? idIn(offer.datasetRef) : undefined;
  const [is, words] = cover ? coverInWords(cover, amount) : (["open", "for an offer that never opened"] as const);
  return (
    <li className="flex flex-wrap gap-x-4 gap-y-1">
      {offer && datasetId ? (
        <Link to="/datasets/$datasetId" params={{ datasetId }} className="underline underline-offset-4">
          Dataset {datasetId}, version {offer.version}
        </Link>
      ) : (
        <Hash value={offerId} label="offer" />
      )}
      <State is={is}>{words}</State>
      {cover ? (
        <span className="text-ash">
          {amount(cover.allocated)} stands behind it, {amount(cover.required)} is asked for
        </span>
      ) : null}
    </li>
  );
}

function Delegators({ account, amount }: { account: BondAccountEntity; amount: (base: bigint) => string }) {
  const delegators = account.delegations.filter(({ shares }) => shares > 0n);
  if (delegators.length === 0) return <p className="text-sm">The provider alone.</p>;
  return (
    <ul className="space-y-2 text-sm">
      {delegators.map((row) => (
        <li key={row.delegator} className="flex flex-wrap gap-x-4">
          <Hash value={row.delegator} label="delegator" />
          <span className="tabular-nums">{amount(delegationWorth(account, row.shares))}</span>
          {row.thawingShares > 0n ? (
            <span className="text-ash">
              of which {amount(delegationWorth(account, row.thawingShares))} is asked back
            </span>
          ) : null}
        </li>
      ))}
    </ul>
  );
}

import { collectFromList, type ListStep, prepareCollectFromList } from "@colophon-protocol/sdk";
import { type ContributorEntity, getContributorShares } from "@colophon-protocol/sdk/indexer";
import { useQuery } from "@tanstack/react-query";
import type { Address } from "viem";
import { useColophon } from "../app";
import { useReader } from "../data/client";
import { type Token, useTokens } from "../data/tokens";
import { money } from "../ui/format";
import { Hash } from "../ui/hash";
import { Facts, Problem } from "../ui/primitives";
import { Steps } from "./Steps";

/** The lists of contributors that an account is in, and what it can claim from each. */
export function Lists({ account }: { account: Address }) {
  const { config } = useColophon();
  const tokens = Object.values(config.deployment.tokens ?? {});
  const { data, error } = useQuery({
    queryKey: ["lists", account],
    refetchInterval: 30_000,
    queryFn: () => getContributorShares({ url: config.indexerUrl }, { chainId: config.chainId, account }),
  });
  if (error) return <Problem title="Your lists could not be read." hint={error.message.split("\n")[0] ?? ""} />;
  return (data?.items ?? []).flatMap((share) =>
    tokens.map(({ address }) => <Share key={`${share.list.list}${address}`} {...{ account, share }} token={address} />),
  );
}

/** An account's part of a list, in one token; nothing while nothing has reached the list in it. */
function Share({ account, share, token: address }: { account: Address; share: ContributorEntity; token: Address }) {
  const { config } = useColophon();
  const reader = useReader();
  const { token } = useTokens();
  const { list, datasetId, totalUnits } = share.list;
  const place = { account, list, token: address, deployment: config.deployment };
  const { data: plan, error } = useQuery({
    queryKey: ["list", account, list, address],
    refetchInterval: 30_000,
    queryFn: () => prepareCollectFromList(reader, place),
  });
  const title = `List of dataset ${datasetId}`;
  if (error) return <Problem title={`${title} could not be read.`} hint={error.message.split("\n")[0] ?? ""} />;
  if (!plan || plan.steps.length === 0) return null;
  const amount = (base: bigint) => money(base, token(address).decimals, token(address).symbol);
  return (
    <section aria-label={title} className="border-t border-rule py-4">
      <h3 className="text-base font-semibold">{title}</h3>
      <div className="my-3">
        <Facts
          items={[
            ["Your share", `${share.units} of ${totalUnits} units`],
            ["Due to you", amount(plan.due + plan.dueWrapped)],
            ["List", <Hash key="l" value={list} label="list" />],
          ]}
        />
      </div>
      <Steps
        account={account}
        steps={plan.steps}
        row={(step) => ({ title: titleOf(step), text: sentence(step, token(address)) })}
        run={(client, onStep) => collectFromList(client, { ...place, account: client.account, onStep })}
      />
    </section>
  );
}

const TITLES: Record<ListStep["kind"], string> = {
  "claim-pool": "Bring in the list's share",
  "claim-credit": "Bring in what waits for the list",
  "claim-super": "Claim your part",
  claim: "Claim your part, plain",
  unwrap: "Unwrap",
};

/** Several splits may name the list: each pool is named by its address. */
const titleOf = ({ kind, to }: ListStep) =>
  kind === "claim-pool" ? `${TITLES[kind]} (pool ${to.slice(0, 8)}…)` : TITLES[kind];

function sentence({ kind, amount }: ListStep, token: Token): string {
  const text = money(amount, token.decimals, token.symbol);
  switch (kind) {
    case "claim-pool":
      return `${text} go from the split's pool to the list, for everybody who is in it.`;
    case "claim-credit":
      return `${text} go from the distributor to the list, for everybody who is in it.`;
    case "claim-super":
      return `Your part of it, ${text}, is sent to your account, in the form that streams.`;
    case "claim":
      return `Your part, ${text}, is sent to your account.`;
    case "unwrap":
      return `${text} become plain ${token.symbol} in your account.`;
  }
}

import { type CollectPlan, type CollectStep, collectRevenue, prepareCollectRevenue } from "@colophon-protocol/sdk";
import { useQuery } from "@tanstack/react-query";
import type { Address } from "viem";
import { useColophon } from "../app";
import { useReader } from "../data/client";
import type { Membership } from "../data/earnings";
import { type Token, useTokens } from "../data/tokens";
import { money } from "../ui/format";
import { Facts, Problem, Section, State } from "../ui/primitives";
import { Lists } from "./Lists";
import { Steps } from "./Steps";
import { Waiting } from "./Waiting";

/** The money that an account can have now: one block a split and token, and what waits after a failed payment. */
export function Collect({ account, memberships }: { account: Address; memberships: readonly Membership[] }) {
  const { config } = useColophon();
  const tokens = Object.values(config.deployment.tokens ?? {});
  return (
    <Section title="Money now">
      <p className="mb-4 max-w-prose text-sm text-ash">
        What you earn as owner is sent to you at each release; of streams that pay contributors, it waits until you
        collect it. What you earn as a contributor comes through your split's pool: connect once, and it arrives by
        itself.
      </p>
      {memberships.flatMap((membership) =>
        membership.tokens.map((token) => (
          <Source key={`${membership.datasetId} ${membership.split} ${token}`} {...{ account, membership, token }} />
        )),
      )}
      <Lists account={account} />
      <Waiting account={account} />
      {tokens.map(({ address }) => (
        <Source key={address} account={account} token={address} />
      ))}
    </Section>
  );
}

interface SourceProps {
  account: Address;
  membership?: Membership;
  token: Address;
}

/** One pool, or without a membership what waits at the distributor. */
function Source({ account, membership, token: address }: SourceProps) {
  const { config } = useColophon();
  const reader = useReader();
  const { token } = useTokens();
  const place = {
    account,
    datasetId: membership?.datasetId ?? 0n,
    split: membership?.split ?? 0,
    token: address,
    deployment: config.deployment,
  };
  const { data: plan, error } = useQuery({
    queryKey: ["collect", account, String(place.datasetId), place.split, address],
    refetchInterval: 30_000,
    queryFn: () => prepareCollectRevenue(reader, place),
  });
  const title = membership
    ? `Split ${membership.split} of ${membership.dataset ?? `dataset ${membership.datasetId}`}`
    : `Waiting in ${token(address).symbol}`;
  if (error) return <Problem title={`${title} could not be read.`} hint={error.message.split("\n")[0] ?? ""} />;
  if (!plan && membership) return <p aria-live="polite">Reading {title}</p>;
  // What waits is shown once, and only where something does.
  if (!plan || (!membership && plan.steps.length === 0)) return null;
  return (
    <section aria-label={title} className="border-t border-rule py-4">
      <h3 className="text-base font-semibold">{title}</h3>
      {membership ? <PoolFacts plan={plan} membership={membership} token={token(address)} /> : null}
      <Flow plan={plan} place={place} token={token(address)} />
    </section>
  );
}

function PoolFacts({ plan, membership, token }: { plan: CollectPlan; membership: Membership; token: Token }) {
  const amount = (base: bigint) => money(base, token.decimals, token.symbol);
  const share = (100 * membership.shareBps) / membership.totalBps;
  return (
    <div className="my-3">
      <Facts
        items={[
          ["Your share", `${Math.round(share * 100) / 100} %`],
          [
            "Pool",
            plan.connected ? (
              <State key="c" is="proven">
                connected
              </State>
            ) : (
              <State key="c" is="open">
                not connected, the money waits
              </State>
            ),
          ],
          ["In the pool", amount(plan.inPool)],
          ["Arrived, wrapped", amount(plan.wrapped)],
        ]}
      />
    </div>
  );
}

const TITLES: Record<CollectStep["kind"], string> = {
  connect: "Connect to the pool",
  claim: "Claim from the pool",
  "collect-stream": "Bring in a stream's money",
  "collect-live": "Bring in what live streams passed on",
  "claim-streams": "Take what streams released",
  unwrap: "Unwrap",
  "claim-deferred": "Take what waits",
};

/** Several streams may have something: each is named by its vault. */
const titleOf = ({ kind, to }: CollectStep) =>
  kind === "collect-stream" ? `${TITLES[kind]} (vault ${to.slice(0, 8)}…)` : TITLES[kind];

function sentence({ kind, amount }: CollectStep, token: Token): string {
  const text = money(amount, token.decimals, token.symbol);
  switch (kind) {
    case "connect":
      return `Your account connects to the split's pool: ${text} arrive, and later payments by themselves.`;
    case "claim":
      return `${text} go from the pool to your account.`;
    case "collect-stream":
      return `${text} go from a stream's vault to the distributor, for everybody who has a part in them.`;
    case "collect-live":
      return `${text} go from the pool of live streams to the distributor, for everybody who has a part in them.`;
    case "claim-streams":
      return `${text} of yours are sent to your account, in the form that streams.`;
    case "unwrap":
      return `${text} become plain ${token.symbol} in your account.`;
    case "claim-deferred":
      return `${text} that could not be paid before are sent to your account.`;
  }
}

interface FlowProps {
  plan: CollectPlan;
  place: Parameters<typeof collectRevenue>[1];
  token: Token;
}

/** The steps to the money, for the account itself. */
function Flow({ plan, place, token }: FlowProps) {
  return (
    <Steps
      account={plan.account}
      steps={plan.steps}
      row={(step) => ({ title: titleOf(step), text: sentence(step, token) })}
      run={(client, onStep) => collectRevenue(client, { ...place, onStep })}
    />
  );
}

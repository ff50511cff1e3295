import { claimPayouts, type PayoutSource, type WaitingPayout, waitingPayouts } from "@colophon-protocol/sdk";
import { useQuery } from "@tanstack/react-query";
import type { Address } from "viem";
import { useColophon } from "../app";
import { useReader } from "../data/client";
import { useTokens } from "../data/tokens";
import { Problem } from "../ui/primitives";
import { Steps } from "./Steps";

const SOURCES: Record<PayoutSource, string> = {
  bond: "a provider's bond",
  dispute: "a dispute",
  challenge: "a service challenge",
  escrow: "the escrow",
  stream: "a stream",
  live: "a live stream",
  meter: "a meter",
  share: "a revenue share",
};

/** What a token refused to pay out to an account, and what waits since; nothing where nothing does. */
export function Waiting({ account }: { account: Address }) {
  const { config } = useColophon();
  const reader = useReader();
  const { price } = useTokens();
  const tokens = Object.values(config.deployment.tokens ?? {}).map(({ address }) => address);
  const place = { holder: account, tokens, deployment: config.deployment };
  const { data, error } = useQuery({
    queryKey: ["waiting", account],
    refetchInterval: 60_000,
    queryFn: () => waitingPayouts(reader, place),
  });
  if (error) return <Problem title="Payouts that wait could not be read." hint={error.message.split("\n")[0] ?? ""} />;
  if (!data || data.length === 0) return null;
  return (
    <section aria-label="Payouts that wait" className="border-t border-rule py-4">
      <h3 className="text-base font-semibold">Payouts that wait</h3>
      <p className="my-3 max-w-prose text-sm">The token did not take these when they were due.</p>
      <Steps
        account={account}
        steps={data}
        row={({ source, token, amount }: WaitingPayout) => ({
          title: `Take ${price(amount, token)} from ${SOURCES[source]}`,
          text: "It is sent to your account, if the token takes it now.",
        })}
        run={(client, onStep) => claimPayouts(client, { ...place, account: client.account, onStep })}
      />
    </section>
  );
}

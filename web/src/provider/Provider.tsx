import type { ProviderEntity } from "@colophon-protocol/sdk/indexer";
import { Link, useParams } from "@tanstack/react-router";
import { isAddress } from "viem";
import { Badges } from "../trust/Badges";
import { Reputation } from "../trust/Reputation";
import { day } from "../ui/format";
import { Hash } from "../ui/hash";
import { usePageTitle } from "../ui/page-title";
import { Facts, Problem, Section } from "../ui/primitives";
import { Bond } from "./Bond";
import { History } from "./History";
import { useProvider } from "./query";

/** Who serves data: its bond, what that covers, its keys, and what was ever proven against it. */
export function Provider() {
  const { provider: address } = useParams({ from: "/providers/$provider" });
  const { data: provider, error, isPending } = useProvider(address);
  usePageTitle("Provider");
  if (!isAddress(address, { strict: false })) {
    return <Problem title="This is no provider's address." hint="Expected an account: 0x and 40 letters or digits." />;
  }
  if (error) return <Problem title="The provider could not be read." hint={error.message.split("\n")[0] ?? ""} />;
  if (isPending) return <p aria-live="polite">Reading the provider</p>;
  return (
    <article>
      <header className="pb-8">
        <h1 className="text-xl font-semibold">Provider</h1>
        <p className="mt-2 text-sm">
          <Hash value={address} label="provider" />
        </p>
        {provider ? null : (
          <p className="mt-4 max-w-prose">
            This account has not registered as a provider, so no bond stands behind what it serves.
          </p>
        )}
      </header>
      {provider ? <Known provider={provider} /> : null}
      <Badges of={{ provider: address }} />
    </article>
  );
}

function Known({ provider }: { provider: ProviderEntity }) {
  return (
    <>
      {provider.accounts.length > 0 ? (
        provider.accounts.map((account) => <Bond key={account.token} provider={provider.address} account={account} />)
      ) : (
        <Section title="Bond">
          <p className="text-sm">It has bonded nothing. What its fault costs a buyer is not covered.</p>
        </Section>
      )}
      <Section title="Reputation">
        <Reputation of={{ kind: "provider", id: provider.address }} open />
      </Section>
      <Section title="What was proven and claimed">
        <History provider={provider} />
      </Section>
      <Section title="Keys">
        <Keys provider={provider} />
      </Section>
      <Section title="What it says of itself">
        <Facts
          items={[
            ["Registered", day(provider.registeredAt)],
            ["Service description", provider.endpoints],
            ["Hash of it", <Hash key="e" value={provider.endpointsHash} label="hash of the description" />],
            ["Provider terms", <Hash key="t" value={provider.termsHash} label="hash of the terms" />],
            ["Paid to", <Hash key="p" value={provider.payout} label="payout address" />],
            ["Delegators' part of rewards", `${provider.delegatorBps / 100} %`],
          ]}
        />
      </Section>
      <p className="border-t border-rule py-8 text-sm">
        <Link to="/disputes/new" search={{ provider: provider.address }} className="underline underline-offset-4">
          Raise a claim against this provider
        </Link>
      </p>
    </>
  );
}

const PURPOSES = [
  [1, "receipts"],
  [2, "log heads"],
] as const;

function Keys({ provider: { keys } }: { provider: ProviderEntity }) {
  if (keys.length === 0) return <p className="text-sm">It signs with its own account alone.</p>;
  return (
    <ul className="space-y-2 text-sm">
      {keys.map(({ key, purposes, from, until }) => (
        <li key={key} className="flex flex-wrap gap-x-4">
          <Hash value={key} label="key" />
          <span>
            signs{" "}
            {PURPOSES.filter(([bit]) => (purposes & bit) !== 0)
              .map(([, name]) => name)
              .join(" and ")}
          </span>
          <span className="text-ash">
            from {day(from)}
            {until ? `, revoked ${day(until)}` : ""}
          </span>
        </li>
      ))}
    </ul>
  );
}

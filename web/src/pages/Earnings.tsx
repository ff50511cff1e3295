import { type PayoutStatement, statementUrl } from "@colophon-protocol/sdk/indexer";
import { getRouteApi, Link } from "@tanstack/react-router";
import type { FormEvent } from "react";
import { type Address, zeroAddress } from "viem";
import { useConnection } from "wagmi";
import { useColophon } from "../app";
import { useChainSeconds } from "../data/clock";
import { type StatementPeriod, useSources, useStatement } from "../data/earnings";
import { Collect } from "../earnings/Collect";
import { Earned, writer } from "../earnings/Earned";
import { presets, secondsOf } from "../earnings/group";
import { Incoming } from "../earnings/Incoming";
import { Field } from "../ui/fields";
import { Hash } from "../ui/hash";
import { usePageTitle } from "../ui/page-title";
import { Button, Facts, Problem, Section } from "../ui/primitives";
import { ConnectDialog } from "../wallet/ConnectDialog";

const route = getRouteApi("/wallet/earnings");

/** What an account earned: money now, what streams in, and per dataset, split and month; with its statements. */
export function Earnings() {
  const { account: asked, from, to } = route.useSearch();
  const { address } = useConnection();
  const account = (asked as Address | undefined) ?? address;
  const period = { ...some("from", secondsOf(from)), ...some("to", secondsOf(to)) };
  const { data, error, isPending } = useStatement(account, period);
  const sources = useSources(account);
  usePageTitle("Earnings");
  if (!account) {
    return (
      <>
        <h1 className="mb-6 text-xl font-semibold">Earnings</h1>
        <p className="mb-4">Connect the wallet that owns datasets or shares in their revenue.</p>
        <ConnectDialog />
      </>
    );
  }
  return (
    <>
      <h1 className="text-xl font-semibold">Earnings</h1>
      <p className="mt-2 mb-8 text-sm text-ash">
        of <Hash value={account} label="account" />
      </p>
      {sources.error ? (
        <Problem title="Your splits could not be read." hint={sources.error.message.split("\n")[0] ?? ""} />
      ) : null}
      {sources.data ? (
        <>
          <Collect account={account} memberships={sources.data.memberships} />
          <Incoming streams={sources.data.streams} />
        </>
      ) : null}
      <PeriodForm />
      {error ? <Problem title="The statement could not be read." hint={error.message.split("\n")[0] ?? ""} /> : null}
      {isPending && !error ? <p aria-live="polite">Asking the indexer</p> : null}
      {data ? (
        <>
          <Earned {...data} />
          <Waiting statement={data.statement} />
        </>
      ) : null}
      <Statements account={account} period={period} />
    </>
  );
}

const some = <K extends keyof StatementPeriod>(key: K, value: bigint | undefined): StatementPeriod =>
  value === undefined ? {} : { [key]: value };

/** The period of what follows: usual ones as links, any other by its days. */
function PeriodForm() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const now = useChainSeconds();
  const { account } = search;
  const kept = account ? { account } : {};
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const days = ["from", "to"].flatMap((name) => (form.get(name) ? [[name, String(form.get(name))]] : []));
    navigate({ search: { ...kept, ...Object.fromEntries(days) }, resetScroll: false });
  };
  return (
    <Section title="Period">
      <nav aria-label="Usual periods" className="mb-4 flex flex-wrap gap-x-6 gap-y-2 text-sm">
        {presets(now).map(({ name, from, to }) => {
          const active = search.from === from && search.to === to;
          return (
            <Link
              key={name}
              to="/earnings"
              search={{ ...kept, ...(from && { from }), ...(to && { to }) }}
              resetScroll={false}
              aria-current={active ? "true" : undefined}
              className={active ? "text-ink underline underline-offset-4" : "text-ash hover:text-ink"}
            >
              {active ? "✓ " : ""}
              {name}
            </Link>
          );
        })}
      </nav>
      <form key={`${search.from}${search.to}`} onSubmit={submit} className="flex flex-wrap items-end gap-4">
        <Field label="From the start of" name="from" type="date" defaultValue={search.from} />
        <Field label="Until before" name="to" type="date" defaultValue={search.to} />
        <Button type="submit">Show</Button>
      </form>
      <p className="mt-2 text-sm text-ash">Days begin at midnight UTC.</p>
    </Section>
  );
}

/** What waits at the end of the period until somebody claims or pays it out. */
function Waiting({ statement }: { statement: PayoutStatement }) {
  const write = writer(statement);
  const rows = ([title, of]: readonly [string, PayoutStatement["waiting"] | PayoutStatement["royalties"]]) => {
    const left = of.filter(({ closing }) => closing > 0n).map(({ closing, token }) => write(closing, token));
    return left.length > 0 ? [[title, left.join(", ")] as const] : [];
  };
  const items = [
    ...rows(["To be claimed", statement.waiting]),
    ...rows(["Royalties to be paid out", statement.royalties]),
  ];
  if (items.length === 0) return null;
  return (
    <Section title="Waiting at the period's end">
      <Facts items={items} />
    </Section>
  );
}

const FORMATS = [
  ["html", "page to print"],
  ["csv", "table (CSV)"],
  ["json", "data (JSON)"],
] as const;

/** The documents themselves, made by the indexer from the chain's events alone. */
function Statements({ account, period }: { account: Address; period: StatementPeriod }) {
  const { config } = useColophon();
  if (account === zeroAddress) return null;
  const links = (kind: "statements" | "invoices") => (
    <ul className="flex flex-wrap gap-x-6 gap-y-1">
      {FORMATS.map(([format, name]) => (
        <li key={format}>
          <a href={statementUrl({ url: config.indexerUrl }, kind, { account, ...period, format })}>{name}</a>
        </li>
      ))}
    </ul>
  );
  return (
    <Section title="Statements">
      <Facts
        items={[
          ["What was earned", links("statements")],
          ["What was paid", links("invoices")],
        ]}
      />
    </Section>
  );
}

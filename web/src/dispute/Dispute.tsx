import type { DisputeEventEntity } from "@colophon-protocol/sdk/indexer";
import { Link, useParams } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { toHex } from "viem";
import { useChainSeconds } from "../data/clock";
import { useTokens } from "../data/tokens";
import { outcomeInWords, phaseInWords, reasonInWords } from "../trust/words";
import { moment } from "../ui/format";
import { Hash } from "../ui/hash";
import { usePageTitle } from "../ui/page-title";
import { Facts, Problem, Section, State } from "../ui/primitives";
import { DisputeActions } from "./DisputeActions";
import { Evidence } from "./Evidence";
import { partiesOf } from "./parties";
import { type DisputeView, useDispute, useRecord } from "./query";
import { Rulings } from "./Rulings";
import { nextInWords } from "./ruling-words";

/** One dispute: who against whom, what is at stake, the clock, the evidence, and what each ruling would do. */
export function Dispute() {
  const { disputeId } = useParams({ from: "/wallet/disputes/$disputeId" });
  const id = /^\d{1,30}$/.test(disputeId) ? BigInt(disputeId) : undefined;
  const { data: view, error } = useDispute(id);
  usePageTitle(`Dispute ${disputeId}`);
  if (error) return <Problem title="The dispute could not be read." hint={error.message.split("\n")[0] ?? ""} />;
  if (id === undefined || view === null) return <Problem title={`There is no dispute ${disputeId} on this chain.`} />;
  if (!view) return <p aria-live="polite">Reading dispute {disputeId}</p>;
  return <Found view={view} />;
}

function Found({ view }: { view: DisputeView }) {
  const { dispute, numbers, disputeId } = view;
  const now = useChainSeconds();
  const { data: record } = useRecord(disputeId);
  const [is, words] = phaseInWords(dispute.phase);
  const parties = partiesOf(view);
  return (
    <article>
      <header className="pb-8">
        <h1 className="text-xl font-semibold">
          Dispute {String(disputeId)}: {reasonInWords(dispute.reason)}
        </h1>
        <p className="mt-2">
          <State is={is}>{dispute.phase === "Closed" ? `closed: ${outcomeInWords(dispute.outcome)}` : words}</State>
        </p>
        {dispute.phase === "Closed" ? null : (
          <p className="mt-2 max-w-prose">{nextInWords(dispute, numbers.referWindow, now, moment)}</p>
        )}
        <DisputeActions view={view} now={now} settlements={record?.settlements ?? []} />
      </header>
      <Section title="Who and what">
        <Parties view={view} />
      </Section>
      <Section title="Money at stake">
        <Stakes view={view} />
      </Section>
      {dispute.phase === "Closed" ? null : (
        <Section title="What each ruling would do">
          <Rulings view={view} />
        </Section>
      )}
      <Section title="Evidence">
        <Evidence items={record?.evidence ?? []} parties={parties} />
      </Section>
      <Section title="What happened">
        <Timeline events={record?.events ?? []} parties={parties} />
      </Section>
    </article>
  );
}

function Parties({ view: { dispute, license, sitting, round } }: { view: DisputeView }) {
  return (
    <Facts
      items={[
        ["About", <About key="a" dispute={dispute} license={license} />],
        ["Claimant", <Hash key="c" value={dispute.claimant} label="claimant" />],
        ["Respondent", <Hash key="r" value={dispute.respondent} label="respondent" />],
        ["Answered", dispute.flags.includes("answered") ? "yes" : "not yet"],
        [
          round === 1 ? "Arbitrator of the appeal" : "Arbitrator",
          <Hash key="j" value={sitting.arbitrator} label="arbitrator" />,
        ],
      ]}
    />
  );
}

function About({ dispute: { subject, subjectId }, license }: Pick<DisputeView, "dispute" | "license">): ReactNode {
  const link = "underline underline-offset-4";
  switch (subject) {
    case "License":
      return (
        <Link to="/library/$licenseId" params={{ licenseId: String(subjectId) }} className={link}>
          License {String(subjectId)}
          {license?.dataset.name ? ` of ${license.dataset.name}` : ""}
        </Link>
      );
    case "Version": {
      const datasetId = String(subjectId >> 32n);
      return (
        <Link to="/datasets/$datasetId" params={{ datasetId }} className={link}>
          Version {String(subjectId & 0xffff_ffffn)} of dataset {datasetId}
        </Link>
      );
    }
    case "Provider": {
      const provider = toHex(subjectId, { size: 20 });
      return (
        <Link to="/providers/$provider" params={{ provider }} className={link}>
          A provider
        </Link>
      );
    }
    case "Recall":
      return `Recall ${subjectId}`;
    case "Proof":
      return (
        <Link to="/runs/$recordId" params={{ recordId: String(subjectId) }} className={link}>
          A proof of a training run
        </Link>
      );
    default:
      return <Hash value={toHex(subjectId, { size: 32 })} label={subject === "Receipt" ? "receipt" : "attestation"} />;
  }
}

const FROZEN = {
  money: "the license's money",
  access: "access to the license",
  sales: "new sales of the version",
  locked: "a part of the provider's bond",
} as const;

function Stakes({ view }: { view: DisputeView }) {
  const { dispute, bonds, stake, token, license } = view;
  const { price } = useTokens();
  const amount = (base: bigint) => price(base, token);
  const flags: readonly string[] = dispute.flags;
  const frozen = dispute.phase === "Closed" ? [] : Object.entries(FROZEN).filter(([flag]) => flags.includes(flag));
  const claimed = stake.claimed > 0n ? stake.claimed : license ? license.offer.price : 0n;
  return (
    <Facts
      items={[
        ["Claimed as lost", claimed > 0n ? amount(claimed) : "nothing in money"],
        ["The claimant's bond", amount(dispute.bond)],
        ...(bonds.counterBond > 0n ? [["The owner's counter-bond", amount(bonds.counterBond)] as const] : []),
        ...(bonds.appealBond > 0n ? [["The appeal's bond", amount(bonds.appealBond)] as const] : []),
        [
          "Frozen by it",
          frozen.length === 0 ? (
            "nothing"
          ) : (
            <State key="f" is="frozen">
              {frozen.map(([, words]) => words).join(", ")}
            </State>
          ),
        ],
      ]}
    />
  );
}

const EVENTS: Record<string, string> = {
  OPENED: "claimed",
  EVIDENCE: "gave evidence",
  CHUNK_KEY: "showed the key of one chunk",
  ANSWERED: "answered",
  COUNTER_BOND: "posted a counter-bond: sales go on",
  REFERRED: "brought it to its arbitrator",
  VOTED: "voted",
  RULED: "ruled",
  APPEALED: "appealed",
  SETTLEMENT_OFFERED: "offered to settle",
  SETTLED: "settled it",
  COMPENSATED: "was compensated from the bond",
  REMEDY_FAILED: "left out a remedy that its contract refused",
  ORACLE_ANSWERED: "answered as the oracle",
  ORACLE_NOT_TAKEN: "answered as the oracle, too late",
  COURT_APPEALED: "appealed in the court itself",
  CLOSED: "concluded it",
};

function Timeline({ events, parties }: { events: readonly DisputeEventEntity[]; parties: Record<string, string> }) {
  return (
    <ol className="space-y-2 text-sm">
      {events.map(({ kind, by, at, until, transactionHash }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a timeline only grows at its end, and one transaction can do the same twice.
        <li key={`${transactionHash}${kind}${index}`} className="grid gap-x-6 sm:grid-cols-[11rem_1fr_auto]">
          <span className="text-ash tabular-nums">{moment(at)}</span>
          <span className="min-w-0">
            {parties[by.toLowerCase()] ?? <Hash value={by} label="account" />} {EVENTS[kind] ?? kind.toLowerCase()}
            {until ? `, until ${moment(until)}` : ""}
          </span>
          <Hash value={transactionHash} label="transaction" />
        </li>
      ))}
    </ol>
  );
}

import { Link, useParams } from "@tanstack/react-router";
import { InLog } from "../log/InLog";
import { grouped, moment, period } from "../ui/format";
import { Hash } from "../ui/hash";
import { usePageTitle } from "../ui/page-title";
import { Facts, Problem, Section, State } from "../ui/primitives";
import { type ReceiptRow, type RunRow, type UsedVersion, useRun } from "./query";
import { placeInWords, proofInWords, usesInWords } from "./words";

/** One training run: what it used, under which licenses, and what of that is proven. */
export function Run() {
  const { recordId } = useParams({ from: "/runs/$recordId" });
  const { data, error, isPending } = useRun(recordId);
  usePageTitle("Training run");
  if (isPending) return <p aria-live="polite">Reading the run</p>;
  if (error) return <Problem title="The run could not be read." hint={error.message.split("\n")[0] ?? ""} />;
  if (!data) {
    return <Problem title="There is no such run." hint="Check the number. A fresh record appears in a few seconds." />;
  }
  const { run, receipt } = data;
  return (
    <article>
      <header className="pb-8">
        <h1 className="text-xl font-semibold">Training run</h1>
        <p className="mt-2 text-sm text-ash">
          Record <Hash value={run.recordId} label="record" />, by <Hash value={run.runner} label="runner" />
        </p>
      </header>
      <Proof run={run} />
      <Used run={run} />
      <Place run={run} receipt={receipt} />
      <InLog of={{ run: { recordId: run.recordId, providers: providersOf(run) } }} />
      <Section title="What nobody proves here">
        <ul className="max-w-prose list-disc space-y-2 pl-5 text-sm">
          <li>
            That the list holds everything that the run used. Delivery receipts and an attested enclave speak of that.
          </li>
          {run.timesBound ? null : <li>When the run began and ended: these times are the runner's word.</li>}
          <li>What model came out.</li>
        </ul>
      </Section>
      <Section title="Facts">
        <Facts
          items={[
            ["Recorded", moment(BigInt(run.recordedAt))],
            ["Transaction", <Hash key="t" value={run.transactionHash} label="transaction" />],
            ["Submitted by", <Hash key="s" value={run.submitter} label="submitter" />],
            ["Run manifest", <Hash key="m" value={run.runManifestHash} label="run manifest hash" />],
            ["License set", <Hash key="l" value={run.licenseSetHash} label="license set hash" />],
            ["Program", <Hash key="p" value={run.program.vkey} label="verification key" />],
            ["Checked by", <Hash key="v" value={run.route.verifier} label="verifier" />],
          ]}
        />
      </Section>
    </article>
  );
}

const providersOf = ({ versions }: RunRow) => [...new Set(versions.items.map(({ license }) => license.offer.provider))];

function Proof({ run }: { run: RunRow }) {
  const [is, { short, text }] = proofInWords(run);
  return (
    <Section title="Proof">
      <p>
        <State is={is}>{short}</State>
      </p>
      <p className="mt-2 max-w-prose text-sm">{text}</p>
      <p className="mt-4 max-w-prose text-sm">
        {run.grade === 1 ? "A proof of it would say" : "It says"}: each of the {grouped(run.distinctEntries)} entries of
        the run's list lies in one of the licensed versions below, and none had been withdrawn when the run started. The
        entries themselves stay private.
      </p>
      <Doubt search={{ proof: run.recordId }} />
    </Section>
  );
}

/** Where somebody goes who does not believe it. */
const Doubt = ({ search }: { search: { proof: string } | { receipt: string } }) => (
  <p className="mt-4 text-sm">
    <Link to="/disputes/new" search={search} className="underline underline-offset-4">
      {"proof" in search ? "Raise a claim that this is false" : "Raise a claim that this receipt is false"}
    </Link>
  </p>
);

function Used({ run }: { run: RunRow }) {
  const lasted = Number(run.runEnd) - Number(run.runStart);
  return (
    <Section title="What was used">
      <Facts
        items={[
          ["Entries", `${grouped(run.distinctEntries)}, used ${grouped(run.entries)} times in all`],
          ["From", moment(BigInt(run.runStart))],
          ["Until", `${moment(BigInt(run.runEnd))} (${period(lasted)}${run.timesBound ? "" : ", declared"})`],
        ]}
      />
      <ul aria-label="Licensed versions" className="mt-6 space-y-4">
        {run.versions.items.map((version) => (
          <Version key={version.id} version={version} />
        ))}
      </ul>
    </Section>
  );
}

function Version({ version: { uses, license, dataset, datasetVersion } }: { version: UsedVersion }) {
  return (
    <li className="grid gap-x-8 gap-y-1 text-sm sm:grid-cols-[1fr_auto]">
      <div className="min-w-0">
        <Link
          to="/datasets/$datasetId"
          params={{ datasetId: dataset.datasetId }}
          className="font-medium underline underline-offset-4"
        >
          {dataset.name ?? `Dataset ${dataset.datasetId}`}
        </Link>
        <p className="text-ash">
          version {datasetVersion.version}, to {usesInWords(uses)}
        </p>
      </div>
      <Link to="/library/$licenseId" params={{ licenseId: license.licenseId }} className="underline underline-offset-4">
        under license {license.licenseId}
      </Link>
    </li>
  );
}

function Place({ run, receipt }: { run: RunRow; receipt: ReceiptRow | null }) {
  const [is, words, text] = placeInWords(receipt, run.attestationDigest !== null);
  return (
    <Section title="Where it ran">
      <p>
        <State is={is}>{words}</State>
      </p>
      <p className="mt-2 mb-4 max-w-prose text-sm">{text}</p>
      {receipt ? (
        <Facts
          items={[
            ["Code", <Hash key="c" value={receipt.signer.measurement} label="measurement of the code" />],
            ["Job", <Hash key="j" value={receipt.jobManifestHash} label="job manifest hash" />],
            ["Outputs", <Hash key="o" value={receipt.outputsHash} label="hash of the outputs" />],
            ["Evidence", <Hash key="e" value={receipt.evidenceHash} label="hash of the evidence" />],
            ["Signed by", <Hash key="s" value={receipt.signer.signer} label="enclave's key" />],
            ["Transaction", <Hash key="t" value={receipt.transactionHash} label="transaction of the receipt" />],
          ]}
        />
      ) : null}
      {receipt && run.attestationDigest ? <Doubt search={{ receipt: run.attestationDigest }} /> : null}
    </Section>
  );
}

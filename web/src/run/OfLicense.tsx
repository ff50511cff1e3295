import type { LicenseEntity } from "@colophon-protocol/sdk/indexer";
import { Link } from "@tanstack/react-router";
import { grouped, moment } from "../ui/format";
import { Problem, Section, State } from "../ui/primitives";
import { type AdherenceRow, useRunsOfLicense } from "./query";
import { proofInWords } from "./words";

/** The runs under a license, each with what its proof is worth. */
export function RunsOfLicense({ license: { licenseId } }: { license: LicenseEntity }) {
  const { data, error } = useRunsOfLicense(licenseId);
  return (
    <Section title="Runs and proofs">
      {error ? (
        <Problem title="The runs could not be read." hint={error.message} />
      ) : !data ? (
        <p aria-live="polite">Reading the runs</p>
      ) : data.length === 0 ? (
        <p className="max-w-prose text-sm">No run was recorded under this license.</p>
      ) : (
        <ul className="space-y-4">
          {data.map((adherence) => (
            <Recorded key={adherence.id} adherence={adherence} />
          ))}
        </ul>
      )}
    </Section>
  );
}

function Recorded({ adherence: { at, grade, run } }: { adherence: AdherenceRow }) {
  const [is, { short }] = proofInWords({ ...run, grade });
  return (
    <li className="grid gap-x-8 gap-y-1 text-sm sm:grid-cols-[1fr_auto]">
      <Link to="/runs/$recordId" params={{ recordId: run.recordId }} className="underline underline-offset-4">
        Training run of {moment(BigInt(at))}, {grouped(run.entries)} uses
      </Link>
      <State is={is}>{short}</State>
    </li>
  );
}

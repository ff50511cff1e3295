import type { LicenseEntity } from "@colophon-protocol/sdk/indexer";
import { Link } from "@tanstack/react-router";
import { Problem, Section } from "../ui/primitives";
import { DisputeList } from "./Disputes";
import { useDisputes } from "./query";

/** What was ever claimed about a license, and the way to claim. */
export function OfLicense({ license: { licenseId } }: { license: LicenseEntity }) {
  const { data, error } = useDisputes({ licenseId });
  return (
    <Section title="If something is wrong">
      {error ? <Problem title="The disputes could not be read." hint={error.message} /> : null}
      {data ? <DisputeList items={data} none="Nothing was claimed about this license." /> : null}
      <p className="mt-4 max-w-prose text-sm">
        <Link to="/disputes/new" search={{ license: String(licenseId) }} className="underline underline-offset-4">
          Raise a claim
        </Link>
        : first you see what it costs, what can be won and what is frozen.
      </p>
    </Section>
  );
}

import { railName } from "@colophon-protocol/sdk";
import type { LicenseEntity } from "@colophon-protocol/sdk/indexer";
import { Link, useParams } from "@tanstack/react-router";
import { evidenceOf } from "../buy/evidence";
import { priceInWords } from "../buy/price";
import { useNow } from "../data/now";
import { useLicense } from "../data/queries";
import { useTokens } from "../data/tokens";
import { OfLicense } from "../dispute/OfLicense";
import { Confirm } from "../license/Confirm";
import { Data } from "../license/Data";
import { Live } from "../license/Live";
import { Meter } from "../license/Meter";
import { Payments } from "../license/Payments";
import { Resale } from "../license/Resale";
import { Share } from "../license/Share";
import { Stream } from "../license/Stream";
import { InLog } from "../log/InLog";
import { RunsOfLicense } from "../run/OfLicense";
import { moment } from "../ui/format";
import { Hash } from "../ui/hash";
import { usePageTitle } from "../ui/page-title";
import { Facts, Problem, Section } from "../ui/primitives";
import { Money, Standing } from "../ui/standing";

/** One license: how it stands, where the money is, and its data, opened in this browser. */
export function License() {
  const { licenseId } = useParams({ from: "/wallet/library/$licenseId" });
  const { data: license, error, isPending } = useLicense(licenseId);
  const { price } = useTokens();
  const now = useNow();
  const evidence = license && evidenceOf(license.offer);
  usePageTitle(`License ${licenseId}`);
  if (isPending) return <p aria-live="polite">Reading license {licenseId}</p>;
  if (error) return <Problem title="The license could not be read." hint={error.message.split("\n")[0] ?? ""} />;
  if (!license) {
    return <Problem title={`There is no license ${licenseId}.`} hint="A fresh one appears here in a few seconds." />;
  }
  return (
    <article>
      <h1 className="text-xl font-semibold">{license.dataset.name ?? `Dataset ${license.datasetId}`}</h1>
      <p className="mt-2 mb-8 text-sm text-ash">
        License {licenseId}, version {license.version} of{" "}
        <Link to="/datasets/$datasetId" params={{ datasetId: String(license.datasetId) }}>
          dataset {String(license.datasetId)}
        </Link>
      </p>
      <Section title="Standing">
        <Facts
          items={[
            ["License", <Standing key="s" license={license} now={now} />],
            ["Bought", moment(license.start)],
            ["Until", license.expiry === 0n ? "no end" : moment(license.expiry)],
            ["Price", priceInWords(license.offer, (amount) => price(amount, license.offer.token))],
            ...(license.hold ? [["Money", <Money key="m" hold={license.hold} />] as const] : []),
            ...(evidence ? [["Released by", evidence.text] as const] : []),
            ["Holder", <Hash key="h" value={license.holder} label="holder" />],
            ["Transaction", <Hash key="t" value={license.transactionHash} label="transaction" />],
          ]}
        />
        <Confirm license={license} />
      </Section>
      <Paid license={license} />
      <Data license={license} />
      <RunsOfLicense license={license} />
      <InLog of={{ license: { ...license, provider: license.offer.provider } }} />
      <Resale license={license} />
      <OfLicense license={license} />
      <Payments license={license} />
    </article>
  );
}

/** What its payment rail says of a license, beyond escrow. */
function Paid({ license }: { license: LicenseEntity }) {
  switch (railName(license.rail)) {
    case "stream":
      return <Stream license={license} />;
    case "live":
      return <Live license={license} />;
    case "meter":
      return <Meter license={license} />;
    case "share":
      return <Share license={license} />;
    default:
      return null;
  }
}

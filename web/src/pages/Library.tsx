import type { LicenseEntity } from "@colophon-protocol/sdk/indexer";
import { Link } from "@tanstack/react-router";
import { useConnection } from "wagmi";
import { priceInWords } from "../buy/price";
import { useNow } from "../data/now";
import { useLicenses } from "../data/queries";
import { useTokens } from "../data/tokens";
import { day } from "../ui/format";
import { usePageTitle } from "../ui/page-title";
import { Problem } from "../ui/primitives";
import { Rights } from "../ui/rights";
import { Standing } from "../ui/standing";
import { ConnectDialog } from "../wallet/ConnectDialog";

/** The licenses that the connected account holds. */
export function Library() {
  const { address } = useConnection();
  const { data, error, isPending } = useLicenses(address);
  const now = useNow();
  usePageTitle("My licenses");
  return (
    <>
      <h1 className="mb-4 text-xl font-semibold">My licenses</h1>
      <p className="mb-6 flex flex-wrap gap-x-6 gap-y-2 text-sm">
        <Link to="/recalls" className="underline underline-offset-4">
          Recalls
        </Link>
        <Link to="/disputes" search={{ mine: true }} className="underline underline-offset-4">
          Disputes
        </Link>
      </p>
      {address ? null : (
        <>
          <p className="mb-4">Connect the wallet that holds your licenses.</p>
          <ConnectDialog />
        </>
      )}
      {address && isPending ? <p aria-live="polite">Asking the indexer</p> : null}
      {error ? <Problem title="Your licenses could not be read." hint={error.message.split("\n")[0] ?? ""} /> : null}
      {data && data.items.length === 0 ? (
        <p>
          This account holds no license yet. <Link to="/">Look through the catalogue.</Link>
        </p>
      ) : null}
      <ul>
        {data?.items.map((license) => (
          <Row key={license.id} license={license} now={now} />
        ))}
      </ul>
    </>
  );
}

function Row({ license, now }: { license: LicenseEntity; now: bigint }) {
  const { price } = useTokens();
  return (
    <li className="grid gap-x-8 gap-y-2 border-t border-rule py-6 sm:grid-cols-[1fr_auto]">
      <div>
        <h2 className="text-lg font-semibold">
          <Link to="/library/$licenseId" params={{ licenseId: String(license.licenseId) }} className="hover:underline">
            {license.dataset.name ?? `Dataset ${license.datasetId}`}
          </Link>
        </h2>
        <p className="mt-1 text-sm text-ash tabular-nums">
          License {String(license.licenseId)} · version {license.version} · bought {day(license.start)} for{" "}
          {priceInWords(license.offer, (amount) => price(amount, license.offer.token))}
        </p>
        <div className="mt-2">
          <Rights uses={license.uses} />
        </div>
      </div>
      <div className="space-y-1 sm:text-right">
        <Standing license={license} now={now} />
        <p className="text-sm text-ash">{license.expiry === 0n ? "no end" : `until ${day(license.expiry)}`}</p>
      </div>
    </li>
  );
}

import { termsInWords } from "@colophon-protocol/sdk/formats";
import type { DatasetEntity, OfferEntity, VersionEntity } from "@colophon-protocol/sdk/indexer";
import { Link, useParams } from "@tanstack/react-router";
import { zeroHash } from "viem";
import { Offers } from "../buy/Offers";
import { useDataset } from "../data/queries";
import { useTokens } from "../data/tokens";
import { Badges } from "../trust/Badges";
import { Reputation } from "../trust/Reputation";
import { bytes, day, grouped } from "../ui/format";
import { Hash } from "../ui/hash";
import { usePageTitle } from "../ui/page-title";
import { Facts, Problem, Section, State } from "../ui/primitives";
import { Lineage } from "./Lineage";

/** A dataset: what you may do with it, in words, before what it costs. */
export function Dataset() {
  const { datasetId } = useParams({ from: "/datasets/$datasetId" });
  const { data: dataset, error, isPending } = useDataset(datasetId);
  usePageTitle(dataset?.name ?? `Dataset ${datasetId}`);
  if (isPending) return <p aria-live="polite">Reading dataset {datasetId}</p>;
  if (error) return <Problem title="The dataset could not be read." hint={error.message.split("\n")[0] ?? ""} />;
  if (!dataset) {
    return (
      <Problem
        title={`There is no dataset ${datasetId} on this chain.`}
        hint="If it was published a moment ago, the indexer will have it in a few seconds."
      />
    );
  }
  const version = dataset.versions[0];
  const open = dataset.offers.filter((offer) => offer.status === "OPEN");
  return (
    <article>
      <header className="pb-8">
        <h1 className="text-xl font-semibold sm:text-2xl">{dataset.name ?? `Dataset ${dataset.datasetId}`}</h1>
        <p className="mt-2 text-sm text-ash">
          by <Hash value={dataset.owner} label="rightsholder" /> · published {day(dataset.publishedAt)}
        </p>
        {dataset.description ? <p className="mt-4 max-w-prose">{dataset.description}</p> : null}
      </header>
      {open[0] ? <Rights offer={open[0]} /> : null}
      <Offers dataset={dataset} offers={open} />
      {version ? <Contents datasetId={dataset.datasetId} version={version} /> : null}
      {version ? <Lineage dataset={dataset} version={version} /> : null}
      {version ? <Provenance dataset={dataset} version={version} /> : null}
      <Badges of={{ datasetId: dataset.datasetId }} />
      <Section title="Reputation">
        <div className="grid gap-8 md:grid-cols-2">
          <Reputation of={{ kind: "dataset", id: dataset.datasetId }} title="This dataset" />
          <Reputation of={{ kind: "creator", id: dataset.owner }} title="Its rightsholder" />
        </div>
      </Section>
      {version ? <RawFacts dataset={dataset} version={version} /> : null}
    </article>
  );
}

/** The terms of the first offer as two columns: may, may not. */
function Rights({ offer }: { offer: OfferEntity }) {
  const { may, mayNot, conditions } = termsInWords(
    { ...offer.terms, duration: Number(offer.terms.duration), revocationNotice: Number(offer.terms.revocationNotice) },
    { version: offer.version },
  );
  return (
    <Section title="What you may do">
      <div className="grid gap-8 sm:grid-cols-2">
        <Sentences title="May" lines={may} mark="●" color="text-verdigris" />
        <Sentences title="May not" lines={mayNot} mark="○" color="text-rubric" />
      </div>
      <ul className="mt-6 max-w-prose space-y-1 text-sm text-ash">
        {conditions.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </Section>
  );
}

function Sentences({ title, lines, mark, color }: { title: string; lines: string[]; mark: string; color: string }) {
  return (
    <div>
      <h3 className="mb-2 text-base font-semibold">{title}</h3>
      <ul className="space-y-2">
        {lines.map((line) => (
          <li key={line} className="flex gap-2">
            <span aria-hidden="true" className={color}>
              {mark}
            </span>
            <span>{line}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}

function Contents({ datasetId, version }: { datasetId: bigint; version: VersionEntity }) {
  const manifest = version.manifest ?? {};
  const source = (manifest.source ?? {}) as Record<string, unknown>;
  return (
    <Section title="Contents">
      <Facts
        items={[
          ["Version", `${version.version}, ${day(version.publishedAt)}`],
          ["Records", version.recordCount > 0n ? grouped(version.recordCount) : "not declared"],
          ["Size", `${bytes(version.byteSize)} in ${version.chunkCount} chunks`],
          ["Modality", Array.isArray(manifest.modality) ? manifest.modality.join(", ") : "not stated"],
          ["License of the data", text(source.license)],
          [
            "Source",
            Array.isArray(source.origins) ? source.origins.map((origin) => origin.title).join("; ") : "not stated",
          ],
          ["Attribution", text(source.attribution)],
          ["Status", <VersionStatus key="status" status={version.status} />],
        ]}
      />
      <p className="mt-4 text-sm">
        <Link
          to="/disputes/new"
          search={{ dataset: String(datasetId), version: version.version }}
          className="underline underline-offset-4"
        >
          Raise a claim about this version
        </Link>
      </p>
    </Section>
  );
}

function VersionStatus({ status }: { status: VersionEntity["status"] }) {
  if (status === "TRAINABLE") return <State is="proven">trainable</State>;
  return <State is="faulted">{status.toLowerCase()}</State>;
}

function Provenance({ dataset, version }: { dataset: DatasetEntity; version: VersionEntity }) {
  const { price } = useTokens();
  const events = [
    ...dataset.versions.map((v) => ({
      at: v.publishedAt,
      what: `Version ${v.version} published`,
      hash: v.transactionHash,
      of: "transaction",
    })),
    ...version.encodings.map((e) => ({
      at: e.addedAt,
      what: `Encoding ${e.encoding} accepted by its provider`,
      hash: e.encodingRoot,
      of: "encoding root",
    })),
    ...dataset.sales.map((sale) => ({
      at: sale.soldAt,
      what: `License ${sale.licenseId} sold${sale.amount > 0n ? ` for ${price(sale.amount, sale.token)}` : ""}`,
      hash: sale.transactionHash,
      of: "transaction",
    })),
  ].sort((a, b) => Number(b.at - a.at));
  return (
    <Section title="Provenance">
      <ol className="space-y-2 text-sm">
        {events.map((event) => (
          <li key={`${event.what}${event.hash}`} className="grid gap-x-6 sm:grid-cols-[8rem_1fr_auto]">
            <span className="text-ash tabular-nums">{day(event.at)}</span>
            <span>{event.what}</span>
            <Hash value={event.hash} label={event.of} />
          </li>
        ))}
      </ol>
    </Section>
  );
}

function RawFacts({ dataset, version }: { dataset: DatasetEntity; version: VersionEntity }) {
  return (
    <Section title="Raw facts">
      <Facts
        items={[
          ["Dataset", `${dataset.datasetId} on chain ${dataset.chainId}`],
          ["Content root", <Hash key="c" value={version.contentRoot} label="content root" />],
          [
            "Record root",
            version.recordRoot === zeroHash ? "none" : <Hash key="r" value={version.recordRoot} label="record root" />,
          ],
          ["Manifest hash", <Hash key="m" value={version.manifestHash} label="manifest hash" />],
          ["Transaction", <Hash key="t" value={version.transactionHash} label="transaction" />],
          ...version.encodings.map(
            (encoding) =>
              [
                `Encoding ${encoding.encoding}`,
                <span key={encoding.encoding}>
                  <Hash value={encoding.encodingRoot} label="encoding root" /> served by{" "}
                  <Hash value={encoding.provider} label="provider" />
                </span>,
              ] as const,
          ),
        ]}
      />
    </Section>
  );
}

const text = (value: unknown) => (typeof value === "string" && value !== "" ? value : "not stated");

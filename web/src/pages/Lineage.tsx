import type { DatasetEntity, ParentEntity, VersionEntity } from "@colophon-protocol/sdk/indexer";
import { Link } from "@tanstack/react-router";
import { Section } from "../ui/primitives";
import { lineageInWords } from "./lineage-words";

/** What a version was made from: components that its license opens too, and parents that earn from it. */
export function Lineage({ dataset, version }: { dataset: DatasetEntity; version: VersionEntity }) {
  const parents = dataset.parents.filter(({ childVersion }) => childVersion === version.version);
  if (parents.length === 0) return null;
  return (
    <Section title="Made from">
      <ul className="space-y-2 text-sm">
        {parents.map((link) => (
          <Line key={`${link.parent?.datasetId}`} link={link} />
        ))}
      </ul>
    </Section>
  );
}

function Line({ link }: { link: ParentEntity }) {
  const datasetId = link.parent ? String(link.parent.datasetId) : undefined;
  return (
    <li>
      {datasetId ? (
        <Link to="/datasets/$datasetId" params={{ datasetId }} className="font-medium underline underline-offset-4">
          {link.parent?.name ?? `Dataset ${datasetId}`}
        </Link>
      ) : (
        "A dataset that the indexer does not know yet"
      )}
      , version {link.parentVersion}. {lineageInWords(link).join(" ")}
    </li>
  );
}

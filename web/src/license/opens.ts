import type { LicenseEntity, ParentEntity } from "@colophon-protocol/sdk/indexer";

/** A version that a license opens. */
export interface Opened {
  datasetId: bigint;
  version: number;
  name: string;
  /** Whether it is a component of the bundle that was sold, and not what was sold itself. */
  component: boolean;
}

/** How the page's address names it. */
export const placeName = ({ datasetId, version }: Pick<Opened, "datasetId" | "version">) => `${datasetId}-${version}`;

/** What a license opens: its own version first, then the components of a bundle that are not suspended. */
export function opensOf(
  { datasetId, version, dataset }: Pick<LicenseEntity, "datasetId" | "version" | "dataset">,
  parents: readonly ParentEntity[],
): Opened[] {
  const own = { datasetId, version, name: dataset.name ?? `Dataset ${datasetId}`, component: false };
  const components = parents.flatMap(({ childVersion, parentVersion, bundle, parent }) =>
    childVersion === version && bundle && parent && parent.status !== "SUSPENDED"
      ? [
          {
            datasetId: parent.datasetId,
            version: parentVersion,
            name: parent.name ?? `Dataset ${parent.datasetId}`,
            component: true,
          },
        ]
      : [],
  );
  return [own, ...components];
}

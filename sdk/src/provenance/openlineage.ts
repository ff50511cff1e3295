import { datasetName, datasetUri, isoTime, PRODUCER, type RunFacts, runUuid, statusOf } from "./run-facts.js";

/** OpenLineage's schema of the event. */
export const OPENLINEAGE_SCHEMA = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent";
/** OpenLineage's own facet of when a run began and ended. */
const NOMINAL_TIME = "https://openlineage.io/spec/facets/1-0-1/NominalTimeRunFacet.json#/$defs/NominalTimeRunFacet";

/** A facet: where it comes from, and what it says. */
export type OpenLineageFacet = { _producer: string; _schemaURL: string } & Record<string, unknown>;

/** A run event of OpenLineage. */
export interface OpenLineageRunEvent {
  eventType: "COMPLETE";
  eventTime: string;
  producer: string;
  schemaURL: string;
  run: { runId: string; facets: Record<string, OpenLineageFacet> };
  job: { namespace: string; name: string };
  inputs: { namespace: string; name: string; facets: Record<string, OpenLineageFacet> }[];
  outputs: { namespace: string; name: string; facets: Record<string, OpenLineageFacet> }[];
}

const facet = (schema: string, content: Record<string, unknown>): OpenLineageFacet => ({
  _producer: PRODUCER,
  _schemaURL: schema,
  ...content,
});
/** Facets of our own: `spec/schemas/openlineage/facets.v1.schema.json`. */
const own = (name: `Colophon${string}Facet`, content: Record<string, unknown>) =>
  facet(`urn:colophon:schema:openlineage.facets.v1#/$defs/${name}`, content);

/** The run as an event of its end. Each input carries the license under which it was used. @param job name of the job */
export function toOpenLineage(facts: RunFacts, job = "colophon-run"): OpenLineageRunEvent {
  const { chainId, runner, licenseToken, record } = facts;
  const inputs = facts.datasets.map((dataset) => ({
    namespace: `colophon://eip155:${chainId}`,
    name: `datasets/${dataset.datasetId}/versions/${dataset.version}`,
    facets: {
      colophon_license: own("ColophonLicenseDatasetFacet", {
        chainId: `eip155:${chainId}`,
        licenseToken,
        licenseId: dataset.licenseId,
        contentRoot: dataset.contentRoot,
        purpose: facts.purpose,
        entries: dataset.entries,
        uses: dataset.uses,
        dataset: datasetName(dataset),
        uri: datasetUri(facts, dataset),
        ...(dataset.license ? { license: dataset.license } : {}),
      }),
    },
  }));
  return {
    eventType: "COMPLETE",
    eventTime: isoTime(facts.runEnd),
    producer: PRODUCER,
    schemaURL: OPENLINEAGE_SCHEMA,
    run: {
      runId: runUuid(facts),
      facets: {
        nominalTime: facet(NOMINAL_TIME, {
          nominalStartTime: isoTime(facts.runStart),
          nominalEndTime: isoTime(facts.runEnd),
        }),
        colophon_proof: own("ColophonProofRunFacet", {
          runManifestHash: facts.runManifestHash,
          status: statusOf(facts),
          ...(record ? { recordId: record.recordId, transaction: record.transaction } : {}),
        }),
      },
    },
    job: { namespace: `colophon://eip155:${chainId}/${runner}`, name: job },
    inputs,
    outputs: facts.outputs.map(({ name, sha256 }) => ({
      namespace: `colophon://eip155:${chainId}/${runner}`,
      name,
      facets: { colophon_output: own("ColophonOutputDatasetFacet", { sha256: sha256.slice(2) }) },
    })),
  };
}

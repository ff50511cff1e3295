import type { Hex } from "../formats/bytes.js";
import { type InTotoStatement, inTotoStatement, sha256Digest } from "./in-toto.js";
import { datasetName, datasetUri, isoTime, type RunFacts, runUuid, statusOf } from "./run-facts.js";

/** SLSA's predicate. */
export const SLSA_PROVENANCE_TYPE = "https://slsa.dev/provenance/v1";
/** How a run of this project turns inputs into outputs. */
export const COLOPHON_BUILD_TYPE = "urn:colophon:build-type:training-run.v1";

/** What SLSA calls a resource. */
export interface ResourceDescriptor {
  uri?: string;
  name?: string;
  digest: Record<string, string>;
  annotations?: Record<string, unknown>;
}

/** Predicate of SLSA Provenance v1. */
export interface SlsaProvenance {
  buildDefinition: {
    buildType: string;
    externalParameters: Record<string, unknown>;
    internalParameters: Record<string, unknown>;
    resolvedDependencies: ResourceDescriptor[];
  };
  runDetails: {
    builder: { id: string };
    metadata: { invocationId: string; startedOn: string; finishedOn: string };
    byproducts: ResourceDescriptor[];
  };
}

/** Where it ran, if somebody attested that. */
export interface SlsaBuilder {
  /** URI of whoever vouches for the platform; the runner's account unless told. */
  builder?: string | undefined;
}

/**
 * How the outputs came to be, as SLSA Provenance v1: the licensed versions are the dependencies, by content root. A level above 1
 * needs a builder who signs; `signInToto` does that.
 */
export function toSlsa(facts: RunFacts, { builder }: SlsaBuilder = {}): InTotoStatement<SlsaProvenance> {
  const { chainId, runner, record } = facts;
  const subject = facts.outputs.map(({ name, sha256 }) => ({ name, digest: sha256Digest(sha256) }));
  const manifest = { name: "run manifest", digest: sha256Digest(facts.runManifestHash) };
  return inTotoStatement(subject.length > 0 ? subject : [manifest], SLSA_PROVENANCE_TYPE, {
    buildDefinition: {
      buildType: COLOPHON_BUILD_TYPE,
      externalParameters: { purpose: facts.purpose, runner: accountUri(chainId, runner) },
      internalParameters: {},
      resolvedDependencies: facts.datasets.map((dataset) => ({
        uri: datasetUri(facts, dataset),
        name: datasetName(dataset),
        digest: sha256Digest(dataset.contentRoot),
        annotations: { licenseId: dataset.licenseId, entries: dataset.entries, uses: dataset.uses },
      })),
    },
    runDetails: {
      builder: { id: builder ?? accountUri(chainId, runner) },
      metadata: {
        invocationId: `urn:uuid:${runUuid(facts)}`,
        startedOn: isoTime(facts.runStart),
        finishedOn: isoTime(facts.runEnd),
      },
      byproducts: [
        {
          ...manifest,
          annotations: {
            proof: statusOf(facts),
            ...(record ? { recordId: record.recordId, transaction: record.transaction } : {}),
          },
        },
      ],
    },
  });
}

/** An account as a URI (CAIP-10 under a scheme). */
const accountUri = (chainId: number, account: Hex): string => `colophon://eip155:${chainId}/accounts/${account}`;

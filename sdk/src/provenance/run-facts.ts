import type { Hex } from "../formats/bytes.js";
import { FormatError } from "../formats/errors.js";
import type { RunManifest } from "../formats/run-manifest.js";
import { runManifestHash } from "../formats/run-manifest-form.js";
import { type ProofStanding, proofStatus } from "../proofs/proof-status.js";

/** One licensed version of a run, as people call it. */
export interface RunDataset {
  licenseId: string;
  datasetId: string;
  version: number;
  contentRoot: Hex;
  /** Different entries that were used, and how often in all. */
  entries: number;
  uses: number;
  /** Name of the dataset, where known. */
  name?: string;
  /** SPDX expression or URL of the license, where known. */
  license?: string;
}

/** A recorded proof, as far as exports tell of it. */
export interface RunRecordFacts extends ProofStanding {
  recordId: string;
  transaction: Hex;
}

/** What other people's formats are told of a run. */
export interface RunFacts {
  chainId: number;
  runner: Hex;
  purpose: RunManifest["purpose"];
  /** Seconds since 1970. */
  runStart: number;
  runEnd: number;
  runManifestHash: Hex;
  licenseToken: Hex;
  datasets: RunDataset[];
  record?: RunRecordFacts;
  /** What came out: a name and its SHA-256. */
  outputs: readonly { name: string; sha256: Hex }[];
}

/** Who makes the exports: a URI. */
export const PRODUCER = "https://www.npmjs.com/package/@colophon-protocol/sdk";

/** What an export adds to a manifest. */
export interface RunFactsInput {
  record?: RunRecordFacts | undefined;
  outputs?: RunFacts["outputs"] | undefined;
  /** By dataset id. */
  names?: Readonly<Record<string, { name?: string; license?: string }>> | undefined;
}

/** The facts of a run. @throws FormatError when the manifest is not valid */
export function runFacts(manifest: RunManifest, { record, outputs = [], names = {} }: RunFactsInput = {}): RunFacts {
  const { chainId, runner, purpose, runStart, runEnd, licenseToken } = manifest;
  const datasets = manifest.licenses.map((license, i) => {
    const own = manifest.entries.filter((entry) => entry.license === i);
    return {
      ...license,
      entries: own.length,
      uses: own.reduce((sum, { count }) => sum + count, 0),
      ...names[license.datasetId],
    };
  });
  return {
    ...{ chainId, runner, purpose, runStart, runEnd, licenseToken, datasets, outputs },
    runManifestHash: runManifestHash(manifest),
    ...(record ? { record } : {}),
  };
}

/** Where a dataset is, as a URI: the protocol's own, by CAIP-2 chain. */
export const datasetUri = ({ chainId }: RunFacts, { datasetId, version }: RunDataset): string =>
  `colophon://eip155:${chainId}/datasets/${datasetId}/versions/${version}`;

/** A dataset's name, or what it is called without one. */
export const datasetName = ({ name, datasetId }: RunDataset): string => name ?? `Colophon dataset ${datasetId}`;

/** How the run's proof is spoken of. */
export const statusOf = ({ record }: RunFacts): string =>
  record ? proofStatus(record).short : "not recorded: the runner's word";

/** ISO 8601 of seconds. */
export const isoTime = (seconds: number): string => new Date(seconds * 1000).toISOString();

/** A UUID that follows from the run manifest (RFC 9562, version 8), as one run has one id in every tool. */
export function runUuid({ runManifestHash: hash }: Pick<RunFacts, "runManifestHash">): string {
  if (!/^0x[0-9a-f]{64}$/.test(hash)) throw new FormatError("value", `${hash} is no run manifest hash.`);
  const hex = hash.slice(2, 34).split("");
  hex[12] = "8";
  hex[16] = ((Number.parseInt(hex[16] as string, 16) & 3) | 8).toString(16);
  const text = hex.join("");
  return [text.slice(0, 8), text.slice(8, 12), text.slice(12, 16), text.slice(16, 20), text.slice(20)].join("-");
}

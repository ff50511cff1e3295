// What the scenario's proof is made from and what it says, found without any chain.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Hex, PURPOSE_USES, type RunManifest } from "@colophon-protocol/sdk/formats";
import {
  type AdherenceValues,
  adherenceInput,
  checkAdherence,
  type DeliveredVersion,
  deliveredVersion,
  encodeAdherenceValues,
  evidenceOfRun,
  manifestOfRun,
  type RunFile,
  wordBytes,
} from "@colophon-protocol/sdk/proofs";
import { NONE, SCENARIO } from "./definition.js";
import { ingestPoints } from "./points.js";

/** The scenario's run, whole. */
export interface ScenarioEvidence {
  run: RunFile;
  manifest: RunManifest;
  delivered: DeliveredVersion;
  /** What the guest reads: big-endian words. */
  input: Uint8Array;
  values: AdherenceValues;
  /** What the guest commits. */
  publicValues: Hex;
}

/** Everything about the run, always the same. */
export async function scenarioEvidence(): Promise<ScenarioEvidence> {
  const folder = await mkdtemp(join(tmpdir(), "colophon-scenario-"));
  try {
    const { record, store } = await ingestPoints(folder);
    return evidenceOf(record, await store.get(record.contentLeaves));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function evidenceOf({ contentRoot }: { contentRoot: Hex }, leaves: Uint8Array): ScenarioEvidence {
  const { licenseId, datasetId, version, usedChunks, runEnd, epochs, salt } = SCENARIO;
  const run = runOf(contentRoot);
  const delivered = deliveredVersion({ licenseId, datasetId, version, contentRoot }, leaves, usedChunks);
  const manifest = manifestOfRun(run, { deliveries: [delivered], runEnd, count: epochs, salt });
  const words = adherenceInput(evidenceOfRun(run, manifest, [delivered]));
  const values = checkAdherence(words);
  const publicValues = encodeAdherenceValues(values);
  return { run, manifest, delivered, input: wordBytes(words), values, publicValues };
}

/** The run file, as `startRun` reads it from the scenario's chain at run start. */
function runOf(contentRoot: Hex): RunFile {
  const { chainId, licenseToken, registry, runner, purpose, runStart, licenseId, datasetId, version } = SCENARIO;
  return {
    format: "colophon-run",
    formatVersion: 1,
    ...{ chainId, licenseToken, registry, runner, purpose, runStart },
    licenses: [
      {
        licenseId: String(licenseId),
        datasetId: String(datasetId),
        version,
        ...{ contentRoot, recordRoot: NONE, revokedRoot: NONE },
        uses: PURPOSE_USES[purpose],
      },
    ],
    attestationDigest: NONE,
  };
}

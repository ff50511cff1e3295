import { keccak256, stringToHex } from "viem";
import { type ProofSubmission, proofProgramCount, proofProgramOf } from "../actions/proofs.js";
import type { DeploymentOptions } from "../core/deployment.js";
import type { ColophonClient } from "../core/types.js";
import { ColophonError } from "../errors/colophon-error.js";
import type { Hex } from "../formats/bytes.js";
import type { RunManifest } from "../formats/run-manifest.js";
import type { Message } from "../formats/typed-data.js";
import type { AdherenceValues } from "./public-values.js";
import type { RunFile } from "./run-file.js";

/**
 * What a runner signs so that somebody else may submit its run, from the proof's public values: `signRunStatement`.
 * @param sequence above what the runner took back: `runStatementsCancelledUpTo`
 */
export function runStatementOf(values: AdherenceValues, sequence: bigint): Message<"RunStatement"> {
  const { runManifestHash, licenseSetHash, runner, runStart, runEnd, attestationDigest } = values;
  return { runManifestHash, licenseSetHash, runner, runStart, runEnd, attestationDigest, sequence };
}

/** What ProofRegistry calls the statement. */
export const ADHERENCE_STATEMENT: Hex = keccak256(stringToHex("adherence"));

/** Licensed versions of a run as ProofRegistry takes them: in the manifest's order, with the uses of the run file. */
export function runEntries(run: RunFile, { licenses }: Pick<RunManifest, "licenses">): ProofSubmission["entries"] {
  return licenses.map(({ licenseId, datasetId, version }) => {
    const own = run.licenses.find(
      (each) => each.licenseId === licenseId && each.datasetId === datasetId && each.version === version,
    );
    return { licenseId: BigInt(licenseId), datasetId: BigInt(datasetId), version, uses: own?.uses ?? 0 };
  });
}

/**
 * Number of the adherence program with a verification key.
 * @throws ColophonError `input` when the registry has none, or its only one was found unsound
 */
export async function findAdherenceProgram(
  client: ColophonClient,
  { vkey, ...options }: { vkey: Hex } & DeploymentOptions,
): Promise<number> {
  const count = await proofProgramCount(client, options);
  const numbers = Array.from({ length: count }, (_, i) => count - i);
  const programs = await Promise.all(numbers.map((program) => proofProgramOf(client, { program, ...options })));
  const at = programs.findIndex(
    (program) =>
      program.vkey.toLowerCase() === vkey.toLowerCase() &&
      program.statement === ADHERENCE_STATEMENT &&
      program.unsoundAt === 0,
  );
  if (at >= 0) return numbers[at] as number;
  throw new ColophonError(`ProofRegistry has no adherence program with the key ${vkey}.`, {
    code: "input",
    hint: "Prove with a program that this chain knows, or ask governance to add this one.",
  });
}

/** `colophon run submit`: a run's proof on chain. */
import { proofProgramCount, proofProgramOf, proofRouteOf, submitProof } from "@colophon-protocol/sdk";
import { runManifestHash } from "@colophon-protocol/sdk/formats";
import {
  decodeAdherenceValues,
  EXECUTED_BY,
  findAdherenceProgram,
  MOCK_SELECTOR,
  mockSp1Proof,
  proofStatus,
  runEntries,
} from "@colophon-protocol/sdk/proofs";
import type { Command } from "commander";
import type { Hex } from "viem";
import { type Context, createContext } from "../context.js";
import { CliError, EXIT } from "../exit-codes.js";
import { printOutcome, write } from "../send.js";
import type { Settings } from "../settings.js";
import { loadManifest, loadProof, loadRun, type ProofFile } from "./run-files.js";
import { addVerb } from "./verbs.js";

interface SubmitOptions extends Settings {
  mock: boolean;
}

export function addSubmit(run: Command): void {
  addVerb(
    run,
    "submit <run-file> <manifest> <proof>",
    "record the run on chain, once its proof and its licenses hold",
    "run submit run.json manifest.json proof.json",
    "run submit run.json manifest.json proof.json --mock",
  )
    .option("--mock", "local chains: hand the values to the mock verifier; the record says executed, not proven", false)
    .action((file, manifest, proof, _, command) => runSubmit({ file, manifest, proof }, command.optsWithGlobals()));
}

async function runSubmit(
  paths: { file: string; manifest: string; proof: string },
  options: SubmitOptions,
): Promise<void> {
  const [run, manifest, made] = await Promise.all([
    loadRun(paths.file),
    loadManifest(paths.manifest),
    loadProof(paths.proof),
  ]);
  const values = decodeAdherenceValues(made.publicValues);
  if (values.runManifestHash !== runManifestHash(manifest)) {
    throw new CliError(`${paths.proof} is of another run than ${paths.manifest}.`, EXIT.usage, "Prove this one.");
  }
  const context = await createContext(options);
  const { program, vkey } = await programOf(context, made);
  const proof = await proofOf(context, made, vkey, options.mock);
  const entries = runEntries(run, manifest);
  const outcome = await write(context, submitProof, { program, entries, publicValues: made.publicValues, proof });
  printOutcome(context, outcome, (event) => ({
    recordId: event?.recordId,
    runManifestHash: values.runManifestHash,
    program,
    entries: entries.map((entry) => ({ ...entry })),
    uses: values.entries,
    executedBy: EXECUTED_BY[made.executedBy],
    ...(event ? { grade: event.grade, status: proofStatus(event).short } : {}),
  }));
}

/** The program that the proof names; where it names none, the last that the registry takes. */
async function programOf(
  { client, deployment }: Context,
  { vkey }: ProofFile,
): Promise<{ program: number; vkey: Hex }> {
  if (vkey) return { program: await findAdherenceProgram(client, { vkey, deployment }), vkey };
  const program = await proofProgramCount(client, { deployment });
  return { program, vkey: (await proofProgramOf(client, { program, deployment })).vkey };
}

/** @throws CliError when there is nothing to submit */
async function proofOf({ client, deployment }: Context, made: ProofFile, vkey: Hex, mock: boolean): Promise<Hex> {
  if (!mock) {
    if (made.proof) return made.proof;
    throw new CliError(
      "The run was executed, not proven.",
      EXIT.usage,
      "Prove it: colophon run prove … --prover. On a local chain, --mock records it as executed, not proven.",
    );
  }
  if (await proofRouteOf(client, { selector: MOCK_SELECTOR, deployment })) return mockSp1Proof(vkey, made.publicValues);
  throw new CliError(
    "This chain has no mock verifier.",
    EXIT.usage,
    "Only local chains have one. Submit a real proof.",
  );
}

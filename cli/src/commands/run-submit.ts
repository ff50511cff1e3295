/** `colophon run submit`: a run's proof on chain, by its runner or with the runner's signed statement. */
import {
  cancelRunStatements,
  proofProgramCount,
  proofProgramOf,
  proofRouteOf,
  runStatementsCancelledUpTo,
  signRunStatement,
  submitProof,
} from "@colophon-protocol/sdk";
import { runManifestHash } from "@colophon-protocol/sdk/formats";
import {
  type AdherenceValues,
  decodeAdherenceValues,
  EXECUTED_BY,
  findAdherenceProgram,
  MOCK_SELECTOR,
  mockSp1Proof,
  proofStatus,
  runEntries,
  runStatementOf,
} from "@colophon-protocol/sdk/proofs";
import type { Command } from "commander";
import { type Hex, isAddressEqual } from "viem";
import { requireSigner } from "../account.js";
import { type Context, createContext } from "../context.js";
import { CliError, EXIT } from "../exit-codes.js";
import { parseId } from "../parse.js";
import { printOutcome, write } from "../send.js";
import type { Settings } from "../settings.js";
import { readSigned, type SignedFile, shownSigned, writeSigned } from "../signed-file.js";
import { loadManifest, loadProof, loadRun, type ProofFile } from "./run-files.js";
import { addVerb } from "./verbs.js";

interface SubmitOptions extends Settings {
  mock: boolean;
  out?: string;
  sequence?: string;
  statement?: string;
}

export function addSubmit(run: Command): void {
  addVerb(
    run,
    "submit <run-file> <manifest> <proof>",
    "record the run on chain, once its proof and its licenses hold",
    "run submit run.json manifest.json proof.json",
    "run submit run.json manifest.json proof.json --mock",
    "run submit run.json manifest.json proof.json --out statement.json",
    "run submit run.json manifest.json proof.json --statement statement.json",
  )
    .option("--mock", "local chains: hand the values to the mock verifier; the record says executed, not proven", false)
    .option("--out <file>", "sign the run for somebody else to submit, as its runner, and send nothing")
    .option("--sequence <n>", "with --out: number of the statement; the first that was not taken back unless told")
    .option("--statement <file>", "submit for the runner, with the runner's signed statement")
    .action((file, manifest, proof, _, command) => runSubmit({ file, manifest, proof }, command.optsWithGlobals()));
  addVerb(
    run,
    "take-back <sequence>",
    "take back the statements that you signed for others to submit, up to this number",
    "run take-back 1",
  ).action((sequence, _, command) => runTakeBack(sequence, command.optsWithGlobals()));
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
  const signed = await statementOf(values, options);
  const context = await createContext(options);
  if (options.out !== undefined) return signStatement(context, values, options.out, options.sequence);
  const { program, vkey } = await programOf(context, made);
  const proof = await proofOf(context, made, vkey, options.mock);
  const entries = runEntries(run, manifest);
  const outcome = await write(context, submitProof, {
    ...{ program, entries, publicValues: made.publicValues, proof },
    ...(signed ? { statement: { sequence: signed.message.sequence, signature: signed.signature } } : {}),
  });
  printOutcome(context, outcome, (event) => ({
    recordId: event?.recordId,
    runManifestHash: values.runManifestHash,
    ...(signed ? { runner: values.runner } : {}),
    program,
    entries: entries.map((entry) => ({ ...entry })),
    uses: values.entries,
    executedBy: EXECUTED_BY[made.executedBy],
    ...(event ? { grade: event.grade, status: proofStatus(event).short } : {}),
  }));
}

/** The runner's statement that was given. @throws CliError when it is of another run */
async function statementOf(
  { runManifestHash: hash }: AdherenceValues,
  { statement, out, sequence }: SubmitOptions,
): Promise<SignedFile<"RunStatement"> | undefined> {
  if (sequence !== undefined && out === undefined)
    throw new CliError("--sequence only works with --out.", EXIT.usage, "A statement that is submitted has its own.");
  if (statement === undefined) return undefined;
  if (out !== undefined)
    throw new CliError("--statement does not go with --out.", EXIT.usage, "Sign a statement, or submit one.");
  const signed = await readSigned("RunStatement", statement);
  if (signed.message.runManifestHash.toLowerCase() === hash) return signed;
  throw new CliError(`${statement} is of another run.`, EXIT.usage, `The run manifest's hash is ${hash}.`);
}

async function signStatement(
  { client, deployment, settings, output }: Context,
  values: AdherenceValues,
  path: string,
  given: string | undefined,
): Promise<void> {
  const account = await requireSigner(settings);
  const { runner } = values;
  if (!isAddressEqual(account.address, runner)) {
    throw new CliError(
      `You sign as ${account.address}, the run is ${runner}'s.`,
      EXIT.usage,
      "Only its runner signs it.",
    );
  }
  const cancelled = await runStatementsCancelledUpTo(client, { runner, deployment });
  const sequence = given === undefined ? cancelled + 1n : parseId("--sequence", given);
  if (sequence <= cancelled) {
    throw new CliError(
      `--sequence is ${sequence}.`,
      EXIT.usage,
      `You took back all up to ${cancelled}: name a later one.`,
    );
  }
  const message = runStatementOf(values, sequence);
  const signature = await signRunStatement(client, { deployment, account, message });
  await writeSigned<"RunStatement">(path, { message, signature });
  output.result(shownSigned<"RunStatement">({ message, signature }));
}

async function runTakeBack(sequence: string, options: Settings): Promise<void> {
  const upTo = parseId("<sequence>", sequence);
  const context = await createContext(options);
  printOutcome(context, await write(context, cancelRunStatements, { upTo }), () => ({ takenBackUpTo: upTo }));
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

/** `colophon run prove`: executes the statement on a run, and hands it to a prover if asked. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  adherenceInput,
  EXECUTED_BY,
  type Execution,
  evidenceOfRun,
  executeAdherence,
  wordBytes,
} from "@colophon-protocol/sdk/proofs";
import { type Command, Option } from "commander";
import type { Hex } from "viem";
import { CliError, EXIT } from "../exit-codes.js";
import { type AdherenceProgram, guestRunner, localProgram, output, whyNoGuest } from "../guest.js";
import { terminalOutput } from "../output.js";
import { parseHash } from "../parse.js";
import { completeSettings, type Settings } from "../settings.js";
import {
  loadDeliveries,
  loadManifest,
  loadRun,
  loadWithdrawn,
  type ProofFile,
  requireNew,
  saveJson,
} from "./run-files.js";
import { addVerb } from "./verbs.js";

const STAGES = ["core", "compressed", "groth16"] as const;

interface ProveOptions extends Settings {
  withdrawn?: string;
  computeReceipt?: string;
  executor?: string;
  prover?: string | true;
  stage: (typeof STAGES)[number];
  proofs: string;
  out: string;
}

export function addProve(run: Command): void {
  addVerb(
    run,
    "prove <run-file> <manifest> <deliveries...>",
    "execute the adherence program on a run: cycles and public values; with --prover, prove it",
    "run prove run.json manifest.json delivered.json --out proof.json",
    "run prove run.json manifest.json delivered.json --prover --stage groth16 --out proof.json",
  )
    .option("--withdrawn <file>", 'ids withdrawn by run start: JSON, { "dataset/version": ["id", …] }')
    .option("--compute-receipt <id>", "the run's compute receipt, recorded before")
    .option("--executor <path>", "colophon-execute (COLOPHON_EXECUTOR); the one that zk/executor builds unless told")
    .option("--prover [path]", "prove with colophon-prove; the one that zk/prover builds unless told")
    .addOption(
      new Option("--stage <kind>", "kind of proof; only groth16 goes on chain").choices(STAGES).default("groth16"),
    )
    .option("--proofs <folder>", "where the prover keeps its stages", "proofs")
    .requiredOption("--out <file>", "where to write public values and proof")
    .action((file, manifest, deliveries, _, command) =>
      runProve({ file, manifest, deliveries }, command.optsWithGlobals()),
    );
}

async function runProve(
  paths: { file: string; manifest: string; deliveries: string[] },
  options: ProveOptions,
): Promise<void> {
  const receipt = options.computeReceipt && parseHash("--compute-receipt", options.computeReceipt);
  const settings = await completeSettings(options);
  const begun = await loadRun(paths.file);
  const run = receipt ? { ...begun, attestationDigest: receipt } : begun;
  const manifest = await loadManifest(paths.manifest);
  const deliveries = await loadDeliveries(paths.deliveries);
  const withdrawn = await loadWithdrawn(options.withdrawn);
  const program = localProgram(options.executor);
  const prover = proverOf(options, program);
  const { progress, result } = terminalOutput(settings.json);

  const input = adherenceInput(evidenceOfRun(run, manifest, deliveries, withdrawn));
  const execution = await executeAdherence(input, guestRunner(program));
  if (settings.dryRun) {
    result({ dryRun: true, ...shown(execution, program) });
    return;
  }
  const proof = prover && (await prove(prover, wordBytes(input), options, execution.publicValues, progress));
  const made: ProofFile = {
    format: "colophon-proof",
    formatVersion: 1,
    executedBy: execution.by,
    ...(execution.cycles === undefined ? {} : { cycles: execution.cycles }),
    ...(program ? { vkey: program.vkey } : {}),
    publicValues: execution.publicValues,
    ...(proof?.onChain ? { proof: proof.onChain } : {}),
  };
  if (receipt) await saveJson(paths.file, run);
  await saveJson(options.out, made);
  result({
    file: options.out,
    ...shown(execution, program),
    status: proof ? `proven (${options.stage})` : "executed, not proven",
    ...(proof ? { proof: proof.file } : {}),
  });
}

function shown({ by, cycles, values, publicValues }: Execution, program: AdherenceProgram | undefined) {
  return {
    executedBy: (by === "reference" ? whyNoGuest(program) : undefined) ?? EXECUTED_BY[by],
    ...(cycles === undefined ? {} : { cycles }),
    ...(program ? { vkey: program.vkey } : {}),
    values: { ...values },
    publicValues,
  };
}

interface Prover {
  command: string;
  elf: string;
}

/** The prover that was asked for. @throws CliError when it is not built */
function proverOf({ prover }: ProveOptions, program: AdherenceProgram | undefined): Prover | undefined {
  if (prover === undefined) return undefined;
  const command = prover === true ? program?.prover : prover;
  if (command && program) return { command, elf: program.elf };
  throw new CliError(
    "colophon-prove is not built.",
    EXIT.usage,
    "Build it in a checkout of the project: cargo build --release, in zk/prover (22 minutes, needs protoc).",
  );
}

/** Proves, in a process of its own. It checks memory first, goes on where it stopped, and verifies what it made. */
async function prove(
  { command, elf }: Prover,
  input: Uint8Array,
  { stage, proofs }: ProveOptions,
  publicValues: Hex,
  progress: (line: string) => void,
): Promise<{ file: string; onChain: Hex | undefined }> {
  await mkdir(proofs, { recursive: true });
  // The prover prints the bytes of a proof when it makes it, not of one that is there.
  if (stage === "groth16") await requireNew(join(proofs, "groth16.proof"));
  const inputFile = join(proofs, "run.input");
  await writeFile(inputFile, input, { mode: 0o600 });
  const { code, stdout, stderr } = await output(command, [stage, elf, inputFile, proofs], undefined, progress);
  if (code !== 0) {
    const last = stderr.trim().split("\n").at(-1);
    throw new CliError(
      `${command} ended with ${code}: ${last}`,
      EXIT.unexpected,
      "What it finished is kept: run again.",
    );
  }
  const said = /public values (0x[0-9a-f]*)$/m.exec(stdout)?.[1];
  if (said !== undefined && said !== publicValues) {
    throw new CliError(
      `${proofs} holds a proof of another run.`,
      EXIT.usage,
      "Name another folder: --proofs <folder>.",
    );
  }
  return {
    file: join(proofs, `${stage}.proof`),
    onChain: /^proof (0x[0-9a-f]+)$/m.exec(stdout)?.[1] as Hex | undefined,
  };
}

// What the run used, shown on chain without showing it: executed, and said so, for nothing is proven in a demo's minutes.
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type AdherenceProgram, guestRunner, whyNoGuest } from "@colophon-protocol/cli";
import {
  ColophonError,
  type ProofSubmission,
  proofRouteOf,
  submitProof,
  submitProofSync,
} from "@colophon-protocol/sdk";
import {
  CHUNK_LEAF_SIZE,
  chunkLeafHash,
  decodeChunkLeaf,
  encodeChunkLeaf,
  fromHex,
  leafHash,
  type RunManifest,
  root,
  runManifestBytes,
  sha256,
  toHex,
  utf8,
} from "@colophon-protocol/sdk/formats";
import {
  adherenceInput,
  auditRun,
  type DeliveredVersion,
  EXECUTED_BY,
  type Execution,
  evidenceOfRun,
  executeAdherence,
  findAdherenceProgram,
  MOCK_SELECTOR,
  manifestOfRun,
  mockSp1Proof,
  proofStatus,
  type RunFile,
  runEntries,
  StatementRefused,
} from "@colophon-protocol/sdk/proofs";
import type { Hex } from "viem";
import { type Context, gasOf } from "./context.js";
import { readyProgram } from "./executor.js";
import type { Report } from "./report.js";
import type { TrainedRun } from "./run.js";

/** Executes, records, and tries to cheat: steps 9 to 11. @returns the record */
export async function proveRun(
  context: Context,
  report: Report,
  trained: TrainedRun,
  { folder, buildExecutor }: { folder: string; buildExecutor: boolean },
): Promise<bigint> {
  const program = await readyProgram(buildExecutor, (line) => report.say(line));
  // The proof names the receipt, so that both speak of one run.
  const run = { ...trained.run, attestationDigest: trained.job.receiptId };
  const { execution } = await report.step("execute the adherence program on the run's manifest", () =>
    execute(program, run, trained),
  );
  const { recordId } = await report.step("record it on chain: executed, not proven", () =>
    record(context, program, run, trained.job.manifest, execution),
  );
  await report.step("one unlicensed chunk: the program refuses, and so does the registry", () =>
    cheat(context, program, run, trained),
  );
  await keepFiles(folder, run, trained);
  report.say(`The run's files are in ${folder}; colophon run verify ${recordId} looks at it again.`);
  return recordId;
}

async function execute(program: AdherenceProgram, run: RunFile, { job, deliveries }: TrainedRun) {
  const input = adherenceInput(evidenceOfRun(run, job.manifest, deliveries));
  const execution = await executeAdherence(input, guestRunner(program));
  const { entries, distinctEntries, licenseSetHash } = execution.values;
  const values = {
    "executed by": whyNoGuest(program) ?? EXECUTED_BY.guest,
    ...(execution.cycles === undefined ? {} : { cycles: execution.cycles.toLocaleString("en-US") }),
    entries: `${distinctEntries}, used ${entries} times; none is shown`,
    "license set": licenseSetHash,
    "program key": program.vkey,
  };
  return { execution, values };
}

/** What ProofRegistry is asked to record: through the mock verifier, which takes values as they are. */
async function submissionOf(
  { reader, deployment }: Context,
  vkey: Hex,
  run: RunFile,
  manifest: RunManifest,
  publicValues: Hex,
): Promise<ProofSubmission> {
  if (!(await proofRouteOf(reader, { selector: MOCK_SELECTOR, deployment }))) {
    throw new Error("The chain has no mock verifier: the main job runs on a local chain.");
  }
  const program = await findAdherenceProgram(reader, { vkey, deployment });
  return { program, entries: runEntries(run, manifest), publicValues, proof: mockSp1Proof(vkey, publicValues) };
}

async function record(
  context: Context,
  { vkey }: AdherenceProgram,
  run: RunFile,
  manifest: RunManifest,
  { publicValues }: Execution,
) {
  const { deployment, actors, reader } = context;
  const submission = await submissionOf(context, vkey, run, manifest, publicValues);
  const { recordId, grade, receipt } = await submitProofSync(actors.licensee.client, { deployment, ...submission });
  const { status, checks, declared, holds } = await auditRun(reader, { recordId, manifest, deployment });
  if (!holds) throw new Error(`The recorded run does not hold: ${checks.find((check) => !check.holds)?.check}.`);
  const values = {
    record: recordId,
    status: proofStatus({ grade }).short,
    meaning: status.text,
    licenses: submission.entries.map(({ licenseId }) => licenseId).join(", "),
    "looked at again": `${checks.length} checks hold`,
    "only declared": declared.join("; "),
  };
  return { recordId, gas: gasOf(receipt), values };
}

/** The same run with one chunk in it that nobody licensed. */
async function cheat(context: Context, program: AdherenceProgram, run: RunFile, { deliveries, job }: TrainedRun) {
  const [delivered] = deliveries as [DeliveredVersion];
  const forged = withForeignChunk(delivered);
  const manifest = manifestOf(run, forged, job.manifest);
  const guest = guestRunner(program);
  const refused = await refusal(() => executeAdherence(adherenceInput(evidenceOfRun(run, manifest, [forged])), guest));

  // A root of one's own makes the program happy; the chain knows another one.
  const contentRoot = rootOf(forged);
  const lying = { ...run, licenses: run.licenses.map((license) => ({ ...license, contentRoot })) };
  const own = { ...forged, contentRoot };
  const told = manifestOf(lying, own, job.manifest);
  const { publicValues } = await executeAdherence(adherenceInput(evidenceOfRun(lying, told, [own])), guest);
  const submission = await submissionOf(context, program.vkey, lying, told, publicValues);
  const { deployment, actors } = context;
  const reverted = await refusal(() => submitProof(actors.licensee.client, { deployment, ...submission }));
  const values = {
    "the program, against the licensed root": `refused: ${refused}`,
    "the registry, against a root of the cheat's own": `refused: ${reverted}`,
  };
  return { values };
}

function manifestOf(run: RunFile, delivered: DeliveredVersion, { runEnd }: RunManifest): RunManifest {
  const salt = crypto.getRandomValues(new Uint8Array(32));
  return manifestOfRun(run, { deliveries: [delivered], runEnd, count: 1, salt });
}

const leafAt = (table: Uint8Array, at: number) => table.subarray(at * CHUNK_LEAF_SIZE, (at + 1) * CHUNK_LEAF_SIZE);

/** The delivery, with another chunk in the place of the first that was used. */
function withForeignChunk(delivered: DeliveredVersion): DeliveredVersion {
  const table = fromHex(delivered.leaves);
  const at = delivered.chunks[0] as number;
  const leaf = decodeChunkLeaf(leafAt(table, at));
  const foreign = { ...leaf, digest: sha256(utf8("a chunk that nobody licensed")) };
  table.set(encodeChunkLeaf(foreign), at * CHUNK_LEAF_SIZE);
  if (toHex(leafHash(leafAt(table, at))) !== toHex(chunkLeafHash(foreign))) throw new Error("The leaf was not set.");
  return { ...delivered, leaves: toHex(table) };
}

function rootOf({ leaves }: DeliveredVersion): Hex {
  const table = fromHex(leaves);
  return toHex(root(Array.from({ length: table.length / CHUNK_LEAF_SIZE }, (_, at) => leafHash(leafAt(table, at)))));
}

/** Why something is refused; throws when it is not. */
async function refusal(attempt: () => Promise<unknown>): Promise<string> {
  try {
    await attempt();
  } catch (error) {
    if (error instanceof StatementRefused) return error.code;
    if (error instanceof ColophonError && error.data) return `${error.data.errorName}: ${error.shortMessage}`;
    throw error;
  }
  throw new Error("An unlicensed chunk went through, which must be refused.");
}

/** What an auditor asks for, and what the runner keeps. */
async function keepFiles(folder: string, run: RunFile, { deliveries, job }: TrainedRun): Promise<void> {
  await mkdir(folder, { recursive: true });
  const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;
  const files: [string, string | Uint8Array][] = [
    ["run.json", json({ ...run, runEnd: job.manifest.runEnd, runManifestHash: job.receipt.runManifestHash })],
    ["delivered.json", json(deliveries[0])],
    ["manifest.json", runManifestBytes(job.manifest)],
    ["receipt.dsse.json", json(job.envelope)],
    ["evidence.json", json(job.enclave.evidence)],
  ];
  for (const [name, content] of files) await writeFile(join(folder, name), content, { mode: 0o600 });
}

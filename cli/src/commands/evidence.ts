/** `colophon evidence`: everything about a recorded run in one file, and its verifier, which asks nobody. */
import { writeFile } from "node:fs/promises";
import { type Deployment, getDeployment, parseDeployment } from "@colophon-protocol/sdk";
import {
  accountSigner,
  type EvidenceReport,
  exportEvidence,
  openBundle,
  verifyEvidence,
} from "@colophon-protocol/sdk/evidence";
import type { Command } from "commander";
import { parseAddress, requireSigner } from "../account.js";
import { createContext } from "../context.js";
import { CliError, EXIT } from "../exit-codes.js";
import { type Printable, terminalOutput } from "../output.js";
import { parseHash, parseId, parseInteger } from "../parse.js";
import { completeSettings, readBytes, readJsonFile, type Settings } from "../settings.js";
import { givenParts, type PartOptions, partsFromGateway } from "./evidence-parts.js";
import { addVerb } from "./verbs.js";

interface ExportOptions extends Settings, PartOptions {
  run: string;
  block?: string;
  out: string;
}

interface VerifyOptions extends Settings {
  blockHash?: string[];
  signer?: string;
  vkey?: string;
  logKey?: string[];
}

export function addEvidence(program: Command): void {
  const evidence = program.command("evidence").description("a recorded run in one file, for anyone to verify offline");
  addExport(evidence);
  addVerify(evidence);
}

function addExport(evidence: Command): void {
  addVerb(
    evidence,
    "export",
    "write a recorded run's bundle: chain state with proofs, documents, receipts, log; signed by your key",
    "evidence export --run 82…1 --manifest manifest.json --out run.evidence.tar",
    "evidence export --run 82…1 --manifest manifest.json --gateway http://127.0.0.1:7480 --out run.evidence.tar",
  )
    .requiredOption("--run <record>", "number of the record, as `run submit` printed it")
    .option("--manifest <file>", "the run manifest")
    .option("--proof <hex>", "the proof, where the transaction does not show it")
    .option("--compute-receipt <file>", "the job's receipt: an in-toto statement in DSSE, JSON")
    .option("--attestation <file>", "the enclave's evidence, as it was registered")
    .option(
      "--dataset-manifest <file...>",
      "manifests of the licensed versions; with --gateway those that it has are fetched",
    )
    .option("--terms <file...>", "documents of the licenses' terms; the templates are known")
    .option("--delivery <file...>", "delivery receipts; with --gateway they are asked for")
    .option("--log-key <key>", "the provider's log's key, name+hash+key; asked of the log unless told")
    .option("--block <n>", "block whose state is proven; the latest unless told")
    .requiredOption("--out <file>", "the bundle")
    .action((_, command) => runExport(command.optsWithGlobals()));
}

function addVerify(evidence: Command): void {
  addVerb(
    evidence,
    "verify <file>",
    "check a bundle offline: what holds, under which trust, and what nobody checked",
    "evidence verify run.evidence.tar",
    "evidence verify run.evidence.tar --block-hash 0x5f… --signer 0x3c44…",
  )
    .option(
      "--block-hash <hash...>",
      "blocks that you know to be the chain's; those in the bundle are taken unless told",
    )
    .option("--signer <address>", "who must have signed the bundle")
    .option("--vkey <hash>", "verification key of the program that you trust")
    .option("--log-key <key...>", "keys of providers' logs that you know")
    .action((file, _, command) => runVerify(file, command.optsWithGlobals()));
}

async function runExport(options: ExportOptions): Promise<void> {
  const recordId = parseId("--run", options.run);
  const block = options.block === undefined ? undefined : BigInt(parseInteger("--block", options.block, 0, 2 ** 48));
  if (options.dryRun) throw new CliError("export has no --dry-run.", EXIT.usage, "It sends no transaction.");
  const given = await givenParts(options);
  const context = await createContext(options);
  const account = await requireSigner(context.settings);
  const { client, deployment, output, settings } = context;
  const found = settings.gateway ? await partsFromGateway(context, account, recordId, options) : {};
  const parts = {
    ...{ ...found, ...given },
    manifests: [...(given.manifests ?? []), ...(found.manifests ?? [])],
    deliveries: [...(given.deliveries ?? []), ...(found.deliveries ?? [])],
  };
  const { archive, report } = await exportEvidence(client, {
    ...{ ...parts, recordId, deployment, block, signer: accountSigner(account) },
  });
  await writeFile(options.out, archive, { mode: 0o600 });
  output.result({ file: options.out, bytes: archive.length, ...summary(report), absent: absentIn(report) });
}

async function runVerify(file: string, options: VerifyOptions): Promise<void> {
  if (options.dryRun) throw new CliError("verify has no --dry-run.", EXIT.usage, "It sends no transaction.");
  const blockHashes = options.blockHash?.map((hash) => parseHash("--block-hash", hash));
  const signer = options.signer === undefined ? undefined : parseAddress("--signer", options.signer);
  const vkey = options.vkey === undefined ? undefined : parseHash("--vkey", options.vkey);
  const settings = await completeSettings(options);
  const archive = await readBytes(file);
  const deployment = await deploymentFor(archive, settings);
  const report = await verifyEvidence(archive, {
    ...{ blockHashes, signer, vkey, deployment, logKeys: options.logKey },
  });
  const { checks, assumed, notChecked } = report;
  const checked = settings.json ? checks.map((check) => ({ ...check })) : linesOf(checks);
  terminalOutput(settings.json).result({
    ...{ file, holds: true, ...summary(report), checks: checked },
    "taken on trust": listed(assumed, settings.json),
    "not checked": listed(notChecked, settings.json),
    absent: listed(absentIn(report), settings.json),
  });
}

/** Where the chain's contracts are: the file that was named, or what is published. Nobody is asked. */
async function deploymentFor(archive: Uint8Array, { deployment }: Settings): Promise<Deployment | undefined> {
  if (deployment) return parseDeployment(await readJsonFile(deployment));
  try {
    return getDeployment(openBundle(archive).index.chainId);
  } catch {
    // Not published, or no bundle, which the verifier says better.
    return undefined;
  }
}

function summary({ recordId, chainId, block, signer, run, status, recordedAt }: EvidenceReport) {
  return {
    recordId,
    status: status.short,
    meaning: status.text,
    chain: chainId,
    block: block.number,
    blockHash: block.hash,
    signer,
    runner: run.runner,
    runManifestHash: run.runManifestHash,
    uses: run.uses,
    entries: run.distinctEntries,
    licenses: run.entries.map((entry) => ({ ...entry })),
    recordedAt,
  };
}

/** A line for each thing that holds; several of one kind are told apart by what they are about. */
const linesOf = (checks: EvidenceReport["checks"]): Printable =>
  Object.fromEntries(checks.map(({ check, found }) => [`● ${check}`, found]));

/** Sentences, for people a line each. */
const listed = (texts: readonly string[], json: boolean): Printable =>
  json || texts.length === 0 ? texts : Object.fromEntries(texts.map((text, i) => [`${i + 1}.`, text]));

const absentIn = ({ absent }: EvidenceReport): string[] =>
  absent.map(({ role, of, reason }) => `${role}${of === undefined ? "" : ` of ${of}`}: ${reason}`);

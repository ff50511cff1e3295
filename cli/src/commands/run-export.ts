/** `colophon run export`: a run in the formats of other people's tools. */
import { writeFile } from "node:fs/promises";
import { proofRecordOf } from "@colophon-protocol/sdk";
import { findRun } from "@colophon-protocol/sdk/proofs";
import {
  type RunFacts,
  type RunRecordFacts,
  runFacts,
  toMlflow,
  toModelCard,
  toOpenLineage,
  toSlsa,
} from "@colophon-protocol/sdk/provenance";
import { type Command, Option } from "commander";
import type { Hex } from "viem";
import { createContext } from "../context.js";
import { CliError, EXIT } from "../exit-codes.js";
import { toJson } from "../output.js";
import { parseId } from "../parse.js";
import { readJsonFile, type Settings } from "../settings.js";
import { loadManifest } from "./run-files.js";
import { fileHash } from "./trust-values.js";
import { addVerb } from "./verbs.js";

const FORMATS = ["mlflow", "openlineage", "model-card", "slsa"] as const;

interface ExportOptions extends Settings {
  format: (typeof FORMATS)[number];
  record?: string;
  model?: string[];
  names?: string;
  runId?: string;
  out?: string;
}

export function addExport(run: Command): void {
  addVerb(
    run,
    "export <manifest>",
    "tell other tools of a run: MLflow, OpenLineage, a model card, SLSA",
    "run export manifest.json --format openlineage",
    "run export manifest.json --format model-card --record 82…1 --model model.bin --out README.md",
  )
    .addOption(new Option("--format <name>", "for whom").choices(FORMATS).makeOptionMandatory())
    .option("--record <id>", "the recorded proof; without it the export says that there is none")
    .option("--model <file...>", "what came out of the run")
    .option("--names <file>", 'JSON, { "dataset id": { "name": …, "license": … } }')
    .option("--run-id <id>", "of the run in MLflow; one that follows from the manifest unless told")
    .option("--out <file>", "write it there instead of printing it")
    .action((manifest, _, command) => runExport(manifest, command.optsWithGlobals()));
}

async function runExport(path: string, options: ExportOptions): Promise<void> {
  if (options.dryRun) throw new CliError("export has no --dry-run.", EXIT.usage, "It sends no transaction.");
  const manifest = await loadManifest(path);
  const names = options.names ? ((await readJsonFile(options.names)) as Record<string, { name?: string }>) : undefined;
  const outputs = await Promise.all(
    (options.model ?? []).map(async (file) => ({
      name: file.split("/").at(-1) as string,
      sha256: await fileHash("--model", file),
    })),
  );
  const facts = runFacts(manifest, { outputs, names });
  const record = options.record === undefined ? undefined : await recordFacts(options, facts.runManifestHash);
  const text = written(record ? { ...facts, record } : facts, options);
  if (options.out) await writeFile(options.out, text);
  else process.stdout.write(text);
}

function written(facts: RunFacts, { format, runId, model }: ExportOptions): string {
  switch (format) {
    case "mlflow":
      return `${toJson(toMlflow(facts, runId))}\n`;
    case "openlineage":
      return `${toJson(toOpenLineage(facts))}\n`;
    case "slsa":
      return `${toJson(toSlsa(facts))}\n`;
    case "model-card":
      return toModelCard(facts, { name: model?.[0]?.split("/").at(-1) ?? "Model" });
  }
}

/** @throws CliError when the record is of another run */
async function recordFacts(options: ExportOptions, runManifestHash: Hex): Promise<RunRecordFacts> {
  const recordId = parseId("--record", options.record as string);
  const { client, deployment } = await createContext(options);
  const [{ values, transaction }, { grade, revoked, unsound }] = await Promise.all([
    findRun(client, { recordId, deployment }),
    proofRecordOf(client, { recordId, deployment }),
  ]);
  if (values.runManifestHash !== runManifestHash) {
    throw new CliError(
      `Record ${recordId} is of another run.`,
      EXIT.usage,
      `The manifest's hash is ${runManifestHash}.`,
    );
  }
  return { recordId: String(recordId), transaction, grade, revoked, unsound };
}

/** `colophon run`: what a training run used, shown on chain without showing it. */
import { PURPOSE_USES, type RunPurpose, runManifestBytes, runManifestHash } from "@colophon-protocol/sdk/formats";
import { manifestOfRun, type RunLicenseInput, startRun } from "@colophon-protocol/sdk/proofs";
import { type Command, Option } from "commander";
import { actingAddress, parseAddress } from "../account.js";
import { createContext } from "../context.js";
import { CliError, EXIT } from "../exit-codes.js";
import { terminalOutput } from "../output.js";
import { parseId, parseInteger, parseTime } from "../parse.js";
import { completeSettings, type Settings } from "../settings.js";
import { MAX_VERSION } from "./component.js";
import { addExport } from "./run-export.js";
import { loadDeliveries, loadRun, requireNew, saveBytes, saveJson } from "./run-files.js";
import { addProve } from "./run-prove.js";
import { addSubmit } from "./run-submit.js";
import { addVerify } from "./run-verify.js";
import { chainNow } from "./trust-values.js";
import { addVerb } from "./verbs.js";

const MAX_EPOCHS = 1_000_000;

export function addRun(program: Command): void {
  const run = program.command("run").description("training runs: what they used, and the proof that it was licensed");
  addVerb(
    run,
    "start",
    "open a run file: who runs, under which licenses, from when",
    "run start --license 1 --out run.json",
    "run start --license 1 2:7:1 --purpose fine-tune --out run.json",
  )
    .requiredOption("--license <id...>", "licenses; of a bundle's component: license:dataset:version")
    .addOption(
      new Option("--purpose <use>", "what the data is used for").choices(Object.keys(PURPOSE_USES)).default("train"),
    )
    .option("--runner <address>", "who runs; the signing account unless told")
    .option("--start <time>", "seconds or date; the chain's present unless told")
    .requiredOption("--out <file>", "where to write the run file")
    .action((_, command) => runStart(command.optsWithGlobals()));
  addVerb(
    run,
    "manifest <run-file> <deliveries...>",
    "end the run, and list what it used: salted, canonical, hashed",
    "run manifest run.json delivered.json --epochs 4 --out manifest.json",
  )
    .option("--epochs <n>", "how often each delivered chunk was used", "1")
    .option("--end <time>", "seconds or date; the chain's present unless told")
    .requiredOption("--out <file>", "where to write the run manifest")
    .action((file, deliveries, _, command) => runManifest(file, deliveries, command.optsWithGlobals()));
  addProve(run);
  addSubmit(run);
  addVerify(run);
  addExport(run);
}

interface StartOptions extends Settings {
  license: string[];
  purpose: RunPurpose;
  runner?: string;
  start?: string;
  out: string;
}

async function runStart(options: StartOptions): Promise<void> {
  const licenses = options.license.map(parseLicense);
  const runStart = options.start === undefined ? undefined : parseTime("--start", options.start);
  const named = options.runner === undefined ? undefined : parseAddress("--runner", options.runner);
  await requireNew(options.out);
  const { client, deployment, settings, output } = await createContext(options);
  const runner = named ?? (await actingAddress(settings));
  const file = await startRun(client, { licenses, purpose: options.purpose, runner, runStart, deployment });
  if (!settings.dryRun) await saveJson(options.out, file);
  const { licenses: used, runStart: startedAt, purpose } = file;
  output.result({
    ...(settings.dryRun ? { dryRun: true } : { file: options.out }),
    runner: file.runner,
    purpose,
    runStart: startedAt,
    licenses: used.map(({ licenseId, datasetId, version, contentRoot }) => ({
      ...{ licenseId, datasetId, version, contentRoot },
    })),
  });
}

/** `3`, or `3:7:1` for version 1 of dataset 7. @throws CliError */
function parseLicense(value: string): RunLicenseInput {
  const [license = "", dataset, version, ...more] = value.split(":");
  const licenseId = parseId("--license", license);
  if (dataset === undefined) return { licenseId };
  if (version === undefined || more.length > 0) {
    throw new CliError(`--license is "${value}".`, EXIT.usage, "Expected an id, or license:dataset:version.");
  }
  return {
    licenseId,
    datasetId: parseId("--license", dataset),
    version: parseInteger("--license", version, 1, MAX_VERSION),
  };
}

interface ManifestOptions extends Settings {
  epochs: string;
  end?: string;
  out: string;
}

async function runManifest(path: string, deliveryPaths: string[], options: ManifestOptions): Promise<void> {
  const count = parseInteger("--epochs", options.epochs, 1, MAX_EPOCHS);
  const given = options.end === undefined ? undefined : parseTime("--end", options.end);
  const run = await loadRun(path);
  const deliveries = await loadDeliveries(deliveryPaths);
  await requireNew(options.out);
  const settings = await completeSettings(options);
  const runEnd = given ?? (await chainNow(await createContext(options)));
  const salt = crypto.getRandomValues(new Uint8Array(32));
  const manifest = manifestOfRun(run, { deliveries, runEnd, count, salt });
  const hash = runManifestHash(manifest);
  if (!settings.dryRun) {
    await saveBytes(options.out, runManifestBytes(manifest));
    await saveJson(path, { ...run, runEnd, runManifestHash: hash });
  }
  terminalOutput(settings.json).result({
    ...(settings.dryRun ? { dryRun: true } : { file: options.out }),
    runManifestHash: hash,
    entries: manifest.entries.length,
    uses: manifest.entries.reduce((sum, entry) => sum + entry.count, 0),
    runStart: manifest.runStart,
    runEnd,
  });
}

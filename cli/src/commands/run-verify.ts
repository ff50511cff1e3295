/** `colophon run verify`: an auditor's look at a recorded run. */
import { auditRun } from "@colophon-protocol/sdk/proofs";
import type { Command } from "commander";
import { type Hex, isHex } from "viem";
import { createContext } from "../context.js";
import { CliError, EXIT } from "../exit-codes.js";
import { parseHash, parseId } from "../parse.js";
import type { Settings } from "../settings.js";
import { loadManifest } from "./run-files.js";
import { addVerb } from "./verbs.js";

interface VerifyOptions extends Settings {
  manifest?: string;
  vkey?: string;
  proof?: string;
}

export function addVerify(run: Command): void {
  addVerb(
    run,
    "verify <record>",
    "check a recorded run again, proof included: what holds, and what is only declared",
    "run verify 82…1",
    "run verify 82…1 --manifest manifest.json --vkey 0x00…",
  )
    .option("--manifest <file>", "the run manifest, if the runner shows it")
    .option("--vkey <hash>", "verification key of the program that you trust; the registry's unless told")
    .option("--proof <hex>", "the proof, where the transaction does not show it")
    .action((record, _, command) => runVerify(record, command.optsWithGlobals()));
}

async function runVerify(record: string, options: VerifyOptions): Promise<void> {
  const recordId = parseId("<record>", record);
  const vkey = options.vkey === undefined ? undefined : parseHash("--vkey", options.vkey);
  const proof = options.proof === undefined ? undefined : parseHex(options.proof);
  const manifest = options.manifest === undefined ? undefined : await loadManifest(options.manifest);
  const { client, deployment, settings, output } = await createContext(options);
  if (settings.dryRun) throw new CliError("verify has no --dry-run.", EXIT.usage, "It sends no transaction.");
  const { run, status, checks, declared, holds, recordedAt } = await auditRun(client, {
    ...{ recordId, deployment, manifest, vkey, proof },
  });
  const { values, entries, transaction, program, grade } = run;
  const failed = checks.find((check) => !check.holds);
  const summary = {
    recordId,
    holds,
    status: status.short,
    meaning: status.text,
    grade,
    program,
    runner: values.runner,
    runManifestHash: values.runManifestHash,
    uses: values.entries,
    entries: values.distinctEntries,
    licenses: entries.map((entry) => ({ ...entry })),
    recordedAt,
    transaction,
  };
  const looked = settings.json
    ? checks.map((check) => ({ ...check }))
    : Object.fromEntries(checks.map(({ check, holds: held, found }) => [`${held ? "●" : "○"} ${check}`, found]));
  output.result({ ...summary, checks: looked, declared });
  if (failed) throw new CliError(`It does not hold: ${failed.check}.`, EXIT.corrupt, failed.found);
}

function parseHex(value: string): Hex {
  if (isHex(value) && value.length % 2 === 0) return value.toLowerCase() as Hex;
  throw new CliError(`--proof is "${value.slice(0, 20)}…".`, EXIT.usage, "Expected 0x and hex digits.");
}

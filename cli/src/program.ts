/** The command line: nouns, verbs, and the options that all share. */
import { readFileSync } from "node:fs";
import { Command } from "commander";
import { addAttest } from "./commands/attest.js";
import { addBond } from "./commands/bond.js";
import { addConsent } from "./commands/consent.js";
import { addContributors } from "./commands/contributors.js";
import { addDataset } from "./commands/dataset.js";
import { addDeployment } from "./commands/deployment.js";
import { addDispute } from "./commands/dispute.js";
import { addEvidence } from "./commands/evidence.js";
import { addExamples } from "./commands/examples.js";
import { addFault } from "./commands/fault.js";
import { addFetch } from "./commands/fetch.js";
import { addKeys } from "./commands/keys.js";
import { addLicense } from "./commands/license.js";
import { addLive } from "./commands/live.js";
import { addLog } from "./commands/log.js";
import { addMeter } from "./commands/meter.js";
import { addOffer } from "./commands/offer.js";
import { addPayout } from "./commands/payout.js";
import { addProvider } from "./commands/provider.js";
import { addQuality } from "./commands/quality.js";
import { addRecall } from "./commands/recall.js";
import { addResale } from "./commands/resale.js";
import { addRevenue } from "./commands/revenue.js";
import { addRun } from "./commands/run.js";
import { addSample } from "./commands/sample.js";
import { addShare } from "./commands/share.js";
import { addStream } from "./commands/stream.js";
import { addTerms } from "./commands/terms.js";
import { EXIT, type ExitCode } from "./exit-codes.js";
import { toJson } from "./output.js";
import { type Failure, failureOf } from "./report-error.js";

const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
  version: string;
};

/** What `--help` lists, in the order in which one comes to need it. */
const NOUNS: readonly [string, ...((program: Command) => void)[]][] = [
  ["Publish and sell:", addDataset, addTerms, addOffer],
  ["Buy and use:", addLicense, addFetch, addKeys, addSample, addResale],
  ["Pay by the second, by use or by revenue:", addStream, addLive, addMeter, addShare],
  ["Earn:", addRevenue, addContributors, addPayout],
  ["Serve, and stand behind it:", addProvider, addBond, addFault, addLog],
  ["Show what a run used:", addRun, addEvidence],
  ["Rely on it:", addDispute, addAttest, addQuality, addConsent, addRecall],
  ["Set up:", addDeployment],
];

/** The program, not yet run. */
export function buildProgram(): Command {
  const program = new Command("colophon")
    .description("Publish, license, pay for and fetch AI training data on the Colophon protocol.")
    .version(version)
    .option("--json", "print one JSON value instead of text")
    .option("--dry-run", "for writes: show calldata and what the chain would say; send nothing")
    .option("--from <address>", "account to try a --dry-run as, when no key is given")
    .option("--rpc-url <url>", "JSON-RPC endpoint (COLOPHON_RPC_URL)")
    .option("--chain <id>", "chain that the endpoint must be of: number or name (COLOPHON_CHAIN)")
    .option("--deployment <file>", "deployments/<chainId>.json (COLOPHON_DEPLOYMENT); the published one unless told")
    .option("--gateway <url>", "the provider's gateway (COLOPHON_GATEWAY)")
    .option("--indexer <url>", "an indexer (COLOPHON_INDEXER); the chain itself unless told")
    .option("--key-file <file>", "private key to sign with, mode 600 (COLOPHON_KEY_FILE); or set COLOPHON_PRIVATE_KEY")
    .showHelpAfterError("(add --help for the options)");
  for (const [heading, ...nouns] of NOUNS) {
    program.commandsGroup(heading);
    for (const add of nouns) add(program);
  }
  program.helpCommand(true);
  addExamples(program);
  addExitCodes(program);
  return program;
}

function addExitCodes(program: Command): void {
  program.addHelpText(
    "after",
    "\nExit codes: 0 done, 1 unexpected, 2 bad input, 3 refused by a contract or limit, 4 funds missing,\n" +
      "5 endpoint unreachable, 6 access denied, 7 data corrupt or mismatched.",
  );
}

/**
 * Runs a command line.
 * @param argv as in `process.argv`
 * @returns the exit code; results are on stdout, failures on stderr
 */
export async function run(argv: readonly string[]): Promise<ExitCode> {
  const program = buildProgram();
  const isJson = argv.includes("--json");
  exitByThrowing(program, isJson);
  try {
    await program.parseAsync([...argv]);
    return EXIT.ok;
  } catch (error) {
    // Help and version are answers, not failures.
    if ((error as { exitCode?: number }).exitCode === 0) return EXIT.ok;
    const failure = failureOf(error);
    printFailure(failure, isJson);
    return failure.exitCode;
  }
}

function exitByThrowing(command: Command, isJson: boolean): void {
  command.exitOverride();
  // Usage errors are printed below, once, in the form that was asked for.
  command.configureOutput({ writeErr: isJson ? () => {} : (text) => process.stderr.write(text) });
  for (const child of command.commands) exitByThrowing(child, isJson);
}

function printFailure(failure: Failure, isJson: boolean): void {
  if (isJson) {
    process.stderr.write(`${toJson({ error: failure })}\n`);
    return;
  }
  // Commander has printed its own message.
  if (failure.code === "usage") return;
  const hint = failure.hint ? `\n  ${failure.hint}` : "";
  process.stderr.write(`error: ${failure.message}${hint}\n`);
}

/** `colophon deployment verify`: what is deployed, held against the file, the permission table, a configuration and a build. */
import { join } from "node:path";
import {
  type BuildArtifact,
  type DeploymentReport,
  parseDeploymentConfiguration,
  type ReadArtifact,
  verifyDeployment,
} from "@colophon-protocol/sdk/deployment";
import type { Command } from "commander";
import { isHex } from "viem";
import { createContext } from "../context.js";
import { CliError, EXIT } from "../exit-codes.js";
import type { Printable } from "../output.js";
import { parseInteger } from "../parse.js";
import { readJsonFile, type Settings } from "../settings.js";
import { addVerb } from "./verbs.js";

interface VerifyOptions extends Settings {
  configuration?: string;
  build?: string;
  block?: string;
}

export function addDeploymentVerify(deployment: Command): void {
  addVerb(
    deployment,
    "verify",
    "hold the chain against the file: addresses, code, roles, delays, owners, wiring; prints what differs",
    "deployment verify --deployment deployments/8453.json --configuration script/config/8453.json --build out",
    "deployment verify --deployment deployments/8453.json --json",
  )
    .option(
      "--configuration <file>",
      "script/config/<chainId>.json: who must hold the roles, delays, tokens, verifiers",
    )
    .option("--build <folder>", "forge's output of a build that you made from source, such as out")
    .option("--block <n>", "block whose state is looked at; the latest unless told")
    .action((_, command) => runVerify(command.optsWithGlobals()));
}

async function runVerify(options: VerifyOptions): Promise<void> {
  if (options.dryRun) throw new CliError("verify has no --dry-run.", EXIT.usage, "It sends no transaction.");
  const block = options.block === undefined ? undefined : parseInteger("--block", options.block, 0, 2 ** 48);
  const configuration =
    options.configuration === undefined
      ? undefined
      : parseDeploymentConfiguration(await readJsonFile(options.configuration));
  const { client, deployment, output, settings } = await createContext(options);
  const report = await verifyDeployment(client, {
    deployment,
    expected: { configuration, artifact: options.build === undefined ? undefined : artifactsIn(options.build) },
    blockNumber: block === undefined ? undefined : BigInt(block),
  });
  output.result(settings.json ? wholeOf(report) : summaryOf(report));
  const failed = report.checks.filter(({ holds }) => !holds).length;
  if (failed === 0) return;
  throw new CliError(
    `${failed} of ${report.checks.length} checks do not hold.`,
    EXIT.corrupt,
    "Check that --deployment, --configuration and --build are of this chain and release before you trust what is deployed.",
  );
}

/** Artifacts as forge writes them, each read once it is asked for. */
function artifactsIn(folder: string): ReadArtifact {
  return async (name) => {
    const path = join(folder, `${name}.sol`, `${name}.json`);
    const artifact = (await readJsonFile(path)) as Partial<BuildArtifact>;
    if (isHex(artifact.bytecode?.object) && isHex(artifact.deployedBytecode?.object)) return artifact as BuildArtifact;
    throw new CliError(
      `${path} is no artifact of forge's.`,
      EXIT.usage,
      "Build with: node tools/forge.mjs build contracts script",
    );
  };
}

const headOf = ({ chainId, block, holds }: DeploymentReport) => ({
  chain: chainId,
  block: block.number,
  blockHash: block.hash,
  holds,
});

const wholeOf = (report: DeploymentReport): Printable => ({
  ...headOf(report),
  checks: report.checks.map((check) => ({ ...check })),
  notChecked: report.notChecked,
});

/** For people: how much holds, and what does not, each with both sides. */
function summaryOf(report: DeploymentReport): Printable {
  const differences = report.checks.filter(({ holds }) => !holds);
  return {
    ...headOf(report),
    checks: `${report.checks.length - differences.length} of ${report.checks.length} hold`,
    differences:
      differences.length === 0
        ? "none"
        : Object.fromEntries(
            differences.map(({ subject, what, expected, found }) => [`● ${subject}: ${what}`, { expected, found }]),
          ),
    "not checked": Object.fromEntries(report.notChecked.map((text, i) => [`${i + 1}.`, text])),
  };
}

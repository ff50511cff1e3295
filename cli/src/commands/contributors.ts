/** `colophon contributors`: lists of contributors, which stand in splits as one member. */
import {
  type Contributor,
  collectFromList,
  contributorListAddress,
  contributorListRoot,
  contributorProof,
  createContributorList,
  findContributorList,
  type ListStep,
  prepareCollectFromList,
  sortContributors,
} from "@colophon-protocol/sdk";
import type { Command } from "commander";
import { actingAddress, parseAddress, requireSigner } from "../account.js";
import { createContext } from "../context.js";
import { CliError, EXIT } from "../exit-codes.js";
import { parseId } from "../parse.js";
import { printOutcome, receiptOf, write } from "../send.js";
import { readJsonFile, type Settings } from "../settings.js";
import { amountText, tokenAddress, tokenUnits } from "./token.js";

export function addContributors(program: Command): void {
  const contributors = program
    .command("contributors")
    .description("lists of contributors: thousands who share one member's part of a split");
  contributors
    .command("create")
    .argument("<file>", 'JSON list of { "account", "units" }')
    .description("make a list for a dataset; put its address into a split")
    .requiredOption("--dataset <id>", "dataset")
    .action((file, _, command) => runCreate(file, command.optsWithGlobals()));
  contributors
    .command("show")
    .argument("<list>", "address of the list")
    .description("a list and its contributors, or one account's units and proof")
    .option("--account <address>", "show what this account claims with")
    .action((list, _, command) => runShow(list, command.optsWithGlobals()));
  contributors
    .command("claim")
    .argument("<list>", "address of the list")
    .description("bring to the list what waits for it, claim your part, and unwrap it, as one flow")
    .requiredOption("--token <token>", "payment token: an address, or a name of the deployment")
    .action((list, _, command) => runClaim(list, command.optsWithGlobals()));
}

async function runCreate(file: string, options: Settings & { dataset: string }): Promise<void> {
  const datasetId = parseId("--dataset", options.dataset);
  const contributors = sortContributors(contributorsOf(await readJsonFile(file), file));
  const context = await createContext(options);
  const { client, deployment } = context;
  const list = await contributorListAddress(client, { deployment, datasetId, contributors });
  const outcome = await write(context, createContributorList, { datasetId, contributors });
  printOutcome(context, outcome, (event) => ({
    list,
    datasetId,
    ...contributorListRoot(contributors),
    contributors: contributors.length,
    // The same list is found again, and tells of itself only once.
    made: event !== undefined,
  }));
}

function contributorsOf(value: unknown, file: string): Contributor[] {
  if (!Array.isArray(value)) throw malformed(file, "it is no list");
  return value.map((entry: unknown, i) => {
    const { account, units } = (entry ?? {}) as Record<string, unknown>;
    if (typeof account !== "string" || !/^[1-9]\d{0,28}$/.test(String(units))) throw malformed(file, `entry ${i}`);
    return { account: parseAddress(`account of entry ${i}`, account), units: BigInt(String(units)) };
  });
}

const malformed = (file: string, what: string) =>
  new CliError(
    `${file} is no list of contributors: ${what}.`,
    EXIT.usage,
    'Expected [{ "account": "0x…", "units": "3" }].',
  );

async function runShow(value: string, options: Settings & { account?: string }): Promise<void> {
  const list = parseAddress("<list>", value);
  const account = options.account ? parseAddress("--account", options.account) : undefined;
  const { client, deployment, output } = await createContext(options);
  const { datasetId, contributors } = await findContributorList(client, { deployment, list });
  const { root, totalUnits } = contributorListRoot(contributors);
  output.result({
    list,
    datasetId,
    root,
    totalUnits,
    ...(account
      ? { account, ...contributorProof(contributors, account) }
      : { contributors: contributors.map(({ account: of, units }) => ({ account: of, units })) }),
  });
}

async function runClaim(value: string, options: Settings & { token: string }): Promise<void> {
  const list = parseAddress("<list>", value);
  const context = await createContext(options);
  const { client, deployment, settings, output } = context;
  const token = tokenAddress(context, options.token);
  const units = await tokenUnits(context, token);
  const shown = ({ kind, amount }: ListStep) => ({ step: kind, amount: amountText(amount, units) });
  if (settings.dryRun) {
    const account = await actingAddress(settings);
    const plan = await prepareCollectFromList(client, { deployment, list, token, account });
    output.result({
      dryRun: true,
      account,
      units: plan.units,
      totalUnits: plan.totalUnits,
      due: amountText(plan.due, units),
      dueWrapped: amountText(plan.dueWrapped, units),
      steps: plan.steps.map((step) => ({ ...shown(step), to: step.to, data: step.data, value: step.value })),
    });
    return;
  }
  const account = await requireSigner(settings);
  const sent = await collectFromList(client, {
    ...{ deployment, list, token, account },
    onStep: (step, status) => output.progress(`claim: ${step.kind} ${status}\n`),
  });
  output.result({
    account: account.address,
    steps: sent.map(({ step, ...executed }) => ({ ...shown(step), ...receiptOf(executed) })),
  });
}

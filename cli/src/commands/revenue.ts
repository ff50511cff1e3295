/** `colophon revenue`: who shares in it, collecting it, and its documents. */
import {
  type CollectStep,
  collectRevenue,
  createSplit,
  prepareCollectRevenue,
  sortMembers,
} from "@colophon-protocol/sdk";
import type { Command } from "commander";
import type { Address } from "viem";
import { actingAddress, parseAddress, requireSigner } from "../account.js";
import { createContext } from "../context.js";
import { CliError, EXIT } from "../exit-codes.js";
import { parseAmount, parseId, parseInteger } from "../parse.js";
import { printOutcome, receiptOf, write } from "../send.js";
import type { Settings } from "../settings.js";
import { addDocuments } from "./documents.js";
import { amountText, tokenAddress, tokenUnits } from "./token.js";

interface CollectOptions extends Settings {
  dataset: string;
  split: string;
  token: string;
  connect: boolean;
}

export function addRevenue(program: Command): void {
  const revenue = program.command("revenue").description("splits, collecting, statements and invoices");
  revenue
    .command("split")
    .description("make the dataset's next split; counts for offers that name it")
    .requiredOption("--dataset <id>", "dataset")
    .requiredOption("--member <account:percent...>", "who gets which part of what fee and parents leave (0x…:30)")
    .action((_, command) => runSplit(command.optsWithGlobals()));
  revenue
    .command("collect")
    .description("connect to the pool, bring in what streams released to you as owner, unwrap, claim what waits")
    .requiredOption("--dataset <id>", "dataset")
    .requiredOption("--token <token>", "payment token: an address, or a name of the deployment")
    .option("--split <n>", "split that pays you; 0 for direct payments and streams only", "1")
    .option("--no-connect", "claim what is there, and stay unconnected")
    .action((_, command) => runCollect(command.optsWithGlobals()));
  addDocuments(revenue);
}

async function runSplit(options: Settings & { dataset: string; member: string[] }): Promise<void> {
  const datasetId = parseId("--dataset", options.dataset);
  const members = options.member.map(memberOf);
  const context = await createContext(options);
  printOutcome(context, await write(context, createSplit, { datasetId, members }), (event) => ({
    datasetId,
    split: event?.split,
    members: sortMembers(members).map(({ account, shareBps }) => ({ account, percent: shareBps / 100 })),
  }));
}

function memberOf(value: string): { account: Address; shareBps: number } {
  const [account, percent] = value.split(":");
  if (account === undefined || percent === undefined) {
    throw new CliError(`--member is "${value}".`, EXIT.usage, 'Expected <account>:<percent>, such as "0x…:30".');
  }
  return { account: parseAddress("--member", account), shareBps: Number(parseAmount("--member", percent, 2)) };
}

async function runCollect(options: CollectOptions): Promise<void> {
  const datasetId = parseId("--dataset", options.dataset);
  const split = parseInteger("--split", options.split, 0, 65_535);
  const context = await createContext(options);
  const { client, deployment, settings, output } = context;
  const token = tokenAddress(context, options.token);
  const units = await tokenUnits(context, token);
  const parameters = { deployment, datasetId, split, token, connect: options.connect };
  const shown = ({ kind, amount }: CollectStep) => ({ step: kind, amount: amountText(amount, units) });
  if (settings.dryRun) {
    const account = await actingAddress(settings);
    const { steps, inPool, fromStreams, wrapped, deferred, connected, pool } = await prepareCollectRevenue(client, {
      ...parameters,
      account,
    });
    output.result({
      dryRun: true,
      account,
      pool,
      connected,
      inPool: amountText(inPool, units),
      fromStreams: amountText(fromStreams, units),
      wrapped: amountText(wrapped, units),
      deferred: amountText(deferred, units),
      steps: steps.map((step) => ({ ...shown(step), to: step.to, data: step.data, value: step.value })),
    });
    return;
  }
  const account = await requireSigner(settings);
  const sent = await collectRevenue(client, {
    ...parameters,
    account,
    onStep: (step, status) => output.progress(`collect: ${step.kind} ${status}\n`),
  });
  output.result({
    account: account.address,
    steps: sent.map(({ step, ...executed }) => ({ ...shown(step), ...receiptOf(executed) })),
  });
}

/** `colophon revenue`: collecting a contributor's share. */
import { type CollectStep, collectRevenue, prepareCollectRevenue } from "@colophon-protocol/sdk";
import type { Command } from "commander";
import { actingAddress, requireSigner } from "../account.js";
import { createContext } from "../context.js";
import { parseId, parseInteger } from "../parse.js";
import { receiptOf } from "../send.js";
import type { Settings } from "../settings.js";
import { amountText, tokenAddress, tokenUnits } from "./token.js";

interface CollectOptions extends Settings {
  dataset: string;
  split: string;
  token: string;
  connect: boolean;
}

export function addRevenue(program: Command): void {
  program
    .command("revenue")
    .description("collect revenue")
    .command("collect")
    .description("connect to the pool, unwrap, and claim deferred payments, as one flow")
    .requiredOption("--dataset <id>", "dataset")
    .requiredOption("--token <token>", "payment token: an address, or a name of the deployment")
    .option("--split <n>", "split that pays you; 0 for direct payments only", "1")
    .option("--no-connect", "claim what is there, and stay unconnected")
    .action((_, command) => runCollect(command.optsWithGlobals()));
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
    const { steps, inPool, wrapped, deferred, connected, pool } = await prepareCollectRevenue(client, {
      ...parameters,
      account,
    });
    output.result({
      dryRun: true,
      account,
      pool,
      connected,
      inPool: amountText(inPool, units),
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

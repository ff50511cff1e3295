/** `colophon revenue`: who shares in it, collecting it, and its documents. */
import {
  accruedRoyaltyOf,
  type CollectStep,
  collectFees,
  collectRevenue,
  createSplit,
  paymentToken,
  payPastRoyalty,
  prepareCollectRevenue,
  saleState,
  sortMembers,
  type VersionRef,
} from "@colophon-protocol/sdk";
import type { Command } from "commander";
import { type Address, isAddressEqual, zeroAddress } from "viem";
import { actingAddress, parseAddress, requireSigner } from "../account.js";
import { type Context, createContext } from "../context.js";
import { CliError, EXIT } from "../exit-codes.js";
import type { Printable } from "../output.js";
import { parseId, parseInteger, parsePercent } from "../parse.js";
import { printOutcome, receiptOf, write } from "../send.js";
import type { Settings } from "../settings.js";
import { addDocuments } from "./documents.js";
import { amountText, tokenAddress, tokenUnits } from "./token.js";
import { addVersionOptions, type VersionOptions, versionOf } from "./trust-values.js";
import { addVerb } from "./verbs.js";

interface CollectOptions extends Settings {
  dataset: string;
  split: string;
  token: string;
  connect: boolean;
}

export function addRevenue(program: Command): void {
  const revenue = program.command("revenue").description("splits, collecting, royalties, statements and invoices");
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
  addVersionOptions(
    addVerb(
      revenue,
      "royalty",
      "pay a version's owner what derivatives and bundles of it earned for it; anyone may",
      "revenue royalty --dataset 1 --token TestUSDC",
    ),
  )
    .requiredOption("--token <token>", "payment token: an address, or a name of the deployment")
    .option("--owner <address>", "an earlier owner, for what was earned in its time; the present one unless told")
    .action((_, command) => runRoyalty(command.optsWithGlobals()));
  addVerb(revenue, "fees", "pay the treasury the protocol fees that wait; anyone may", "revenue fees --token TestUSDC")
    .requiredOption("--token <token>", "payment token: an address, or a name of the deployment")
    .action((_, command) => runFees(command.optsWithGlobals()));
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
  return { account: parseAddress("--member", account), shareBps: parsePercent("--member", percent) };
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

async function runRoyalty(options: Settings & VersionOptions & { token: string; owner?: string }): Promise<void> {
  const place = versionOf(options);
  const named = options.owner === undefined ? undefined : parseAddress("--owner", options.owner);
  const context = await createContext(options);
  const { client, deployment, output } = context;
  const token = tokenAddress(context, options.token);
  const owner = named ?? (await saleState(client, { deployment, ...place, encoding: 1 })).owner;
  const royalties: Printable[] = [];
  for (const each of await withSuperToken(context, token)) {
    const waits = await accruedRoyaltyOf(client, { deployment, ...place, token: each, owner });
    if (waits > 0n) royalties.push(await payOne(context, { ...place, token: each, owner }, waits));
  }
  if (royalties.length === 0) {
    throw new CliError(
      `No royalty waits for ${owner} from version ${place.version} of dataset ${place.datasetId}.`,
      EXIT.refused,
      "It accrues when a derivative or bundle of that version is paid.",
    );
  }
  output.result({ ...place, owner, royalties });
}

/** Streams earn in the super token of a payment token, everything else in the token itself. */
async function withSuperToken({ client, deployment }: Context, token: Address): Promise<Address[]> {
  const { superToken } = await paymentToken(client, { deployment, token });
  return isAddressEqual(superToken, zeroAddress) ? [token] : [token, superToken];
}

async function payOne(
  context: Context,
  royalty: VersionRef & { token: Address; owner: Address },
  waits: bigint,
): Promise<Printable> {
  const units = await tokenUnits(context, royalty.token);
  const outcome = await write(context, payPastRoyalty, royalty);
  if (outcome.dryRun) return { waits: amountText(waits, units), write: outcome.shown };
  const { event, sent } = outcome;
  return {
    paid: event && amountText(event.toOwner, units),
    toItsParents: event && amountText(event.toParents, units),
    ...receiptOf(sent),
  };
}

async function runFees(options: Settings & { token: string }): Promise<void> {
  const context = await createContext(options);
  const token = tokenAddress(context, options.token);
  const units = await tokenUnits(context, token);
  printOutcome(context, await write(context, collectFees, { token }), (event) => ({
    treasury: event?.treasury,
    paid: event && amountText(event.amount, units),
  }));
}

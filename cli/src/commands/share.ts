/** `colophon share`: licenses that pay a share of revenue. */

import { readFile } from "node:fs/promises";
import {
  closeShare,
  preparePayDebt,
  prepareStatement,
  remindStatement,
  settleGuarantee,
  shareAccountOf,
  shareOwedFor,
  sharePeriodOf,
  shareStanding,
  signRevenueAudit,
  signRevenueStatement,
  submitAudit,
} from "@colophon-protocol/sdk";
import type { Message } from "@colophon-protocol/sdk/formats";
import type { Command } from "commander";
import { keccak256, zeroHash } from "viem";
import { getBlock } from "viem/actions";
import { actingAddress, requireSigner } from "../account.js";
import { CliError, EXIT } from "../exit-codes.js";
import { parseAmount, parseInteger } from "../parse.js";
import { runPrepared } from "../prepared.js";
import { printOutcome, write } from "../send.js";
import type { Settings } from "../settings.js";
import { readSigned, type SignedFile, shownSigned, writeSigned } from "../signed-file.js";
import { type DealContext, dealContext } from "./deal.js";
import { amountText } from "./token.js";

export function addShare(program: Command): void {
  const share = program.command("share").description("licenses that pay a share of revenue: statements and audits");
  const one = (name: string, text: string) => share.command(name).argument("<id>", "license").description(text);
  one("status", "the next statement, debt and credit").action((id, _, command) =>
    runStatus(id, command.optsWithGlobals()),
  );
  one("statement", "sign the next period's revenue and pay for it, or pay for a statement that was signed")
    .option("--revenue <amount>", "of the period, in whole tokens")
    .option("--report <file>", "a report of any form; its hash goes on record")
    .option("--out <file>", "write the signed statement instead of sending it: for the auditor, or another payer")
    .option("--file <file>", "send this signed statement")
    .action((id, _, command) => runStatement(id, command.optsWithGlobals()));
  share
    .command("countersign")
    .argument("<file>", "signed statement")
    .description("countersign a statement, as the offer's auditor; sends nothing")
    .action((file, _, command) => runCountersign(file, command.optsWithGlobals()));
  one("audit", "sign what a period's revenue was found to be, and put it on record")
    .requiredOption("--period <n>", "from 1")
    .requiredOption("--revenue <amount>", "found, in whole tokens")
    .option("--report <file>", "the audit's report; its hash goes on record")
    .option("--out <file>", "write the signed audit instead of sending it")
    .action((id, _, command) => runAudit(id, command.optsWithGlobals()));
  one("pay", "pay the debt that an audit found, or a part of it")
    .argument("[amount]", "in whole tokens; all of it unless told")
    .action((id, amount, _, command) => runPay(id, amount, command.optsWithGlobals()));
  one("remind", "put on record that the next statement is overdue; anyone may").action((id, _, command) =>
    runRemind(id, command.optsWithGlobals()),
  );
  one("settle", "release the guarantee of the first period; anyone may").action((id, _, command) =>
    runSettle(id, command.optsWithGlobals()),
  );
  one("close", "end the license with the running period; only the holder").action((id, _, command) =>
    runClose(id, command.optsWithGlobals()),
  );
}

async function runStatus(id: string, options: Settings): Promise<void> {
  const { context, deal, units } = await dealContext(id, "share", options);
  const { client, deployment, output } = context;
  const place = { ...deal, deployment };
  const [account, standing] = await Promise.all([shareAccountOf(client, place), shareStanding(client, place)]);
  const last = account.nextPeriod - 1;
  const stated = last > 0 ? await sharePeriodOf(client, { ...place, period: last }) : undefined;
  output.result({
    licenseId: deal.licenseId,
    standing,
    nextPeriod: account.nextPeriod,
    statementDueAt: account.dueAt,
    ...(account.lastPeriod === undefined ? {} : { lastPeriod: account.lastPeriod }),
    credit: amountText(account.credit, units),
    held: amountText(account.held, units),
    ...(account.debt > 0n ? { debt: amountText(account.debt, units), debtDueAt: account.debtDueAt } : {}),
    ...(stated ? { stated: { period: last, owed: amountText(stated.owed, units), audited: stated.audited } } : {}),
    payer: account.payer,
    frozen: account.frozen,
    closed: account.closed,
  });
}

interface StatementOptions extends Settings {
  revenue?: string;
  report?: string;
  out?: string;
  file?: string;
}

async function runStatement(id: string, options: StatementOptions): Promise<void> {
  const place = await dealContext(id, "share", options);
  const { context, deal, units } = place;
  const signed: SignedFile<"RevenueStatement"> = options.file
    ? await readSigned("RevenueStatement", options.file)
    : await signedStatement(place, options);
  if (options.out) {
    await writeSigned(options.out, signed);
    context.output.result({
      owed: amountText(shareOwedFor(deal.offer, signed.message.revenue), units),
      ...shownSigned(signed),
    });
    return;
  }
  const { client, deployment, settings } = context;
  const { message: statement, signature, countersignature } = signed;
  const prepared = await prepareStatement(client, {
    ...deal,
    deployment,
    statement,
    signature,
    ...(countersignature ? { auditorSignature: countersignature } : {}),
    account: await actingAddress(settings),
  });
  await runPrepared(context, prepared, {
    licenseId: deal.licenseId,
    period: statement.period,
    owed: amountText(prepared.owed, units),
    fromCredit: amountText(prepared.fromCredit, units),
    [settings.dryRun ? "due" : "paid"]: amountText(prepared.due, units),
  });
}

async function signedStatement(
  { context, deal, units }: DealContext,
  options: StatementOptions,
): Promise<SignedFile<"RevenueStatement">> {
  if (options.revenue === undefined) {
    throw new CliError("--revenue is missing.", EXIT.usage, "Say what was earned, or pass --file <signed statement>.");
  }
  const { client, deployment, settings } = context;
  const { nextPeriod } = await shareAccountOf(client, { ...deal, deployment });
  const message = await saidOf({ context, deal, units }, nextPeriod, options.revenue, options.report);
  const account = await requireSigner(settings);
  return {
    message,
    signature: await signRevenueStatement(client, { deployment, account, message }),
  };
}

/** What a statement says, and an audit of the same fields. */
async function saidOf(
  { context, deal, units }: DealContext,
  period: number,
  revenue: string,
  report: string | undefined,
): Promise<Message<"RevenueStatement">> {
  const { timestamp } = await getBlock(context.client);
  return {
    licenseId: deal.licenseId,
    period,
    token: deal.offer.token,
    revenue: parseAmount("--revenue", revenue, units.decimals),
    reportHash: report ? keccak256(await readFile(report)) : zeroHash,
    signedAt: Number(timestamp),
  };
}

async function runCountersign(file: string, options: Settings): Promise<void> {
  const { message, signature } = await readSigned("RevenueStatement", file);
  const { context } = await dealContext(String(message.licenseId), "share", options);
  const { client, deployment, settings, output } = context;
  const account = await requireSigner(settings);
  const countersignature = await signRevenueStatement(client, { deployment, account, message });
  const signed: SignedFile<"RevenueStatement"> = { message, signature, countersignature };
  await writeSigned(file, signed);
  output.result(shownSigned(signed));
}

interface AuditOptions extends Settings {
  period: string;
  revenue: string;
  report?: string;
  out?: string;
}

async function runAudit(id: string, options: AuditOptions): Promise<void> {
  const period = parseInteger("--period", options.period, 1, 2 ** 32 - 2);
  const place = await dealContext(id, "share", options);
  const { context, deal, units } = place;
  const { client, deployment, settings } = context;
  const message = await saidOf(place, period, options.revenue, options.report);
  const account = await requireSigner(settings);
  const signature = await signRevenueAudit(client, { deployment, account, message });
  if (options.out) {
    await writeSigned<"RevenueAudit">(options.out, { message, signature });
    context.output.result(shownSigned<"RevenueAudit">({ message, signature }));
    return;
  }
  printOutcome(context, await write(context, submitAudit, { ...deal, audit: message, signature }), (event) => ({
    licenseId: deal.licenseId,
    period,
    ...(event
      ? {
          before: amountText(event.before, units),
          owed: amountText(event.owed, units),
          debt: amountText(event.debt, units),
          credit: amountText(event.credit, units),
        }
      : {}),
  }));
}

async function runPay(id: string, value: string | undefined, options: Settings): Promise<void> {
  const { context, deal, units } = await dealContext(id, "share", options);
  const { client, deployment, settings } = context;
  const given = value === undefined ? {} : { amount: parseAmount("[amount]", value, units.decimals) };
  const account = await actingAddress(settings);
  const prepared = await preparePayDebt(client, { ...deal, deployment, account, ...given });
  const { amount, debt } = prepared;
  await runPrepared(context, prepared, {
    licenseId: deal.licenseId,
    [settings.dryRun ? "due" : "paid"]: amountText(amount, units),
    left: amountText(debt - amount, units),
  });
}

async function runRemind(id: string, options: Settings): Promise<void> {
  const { context, deal } = await dealContext(id, "share", options);
  printOutcome(context, await write(context, remindStatement, deal), (event) => ({
    licenseId: deal.licenseId,
    period: event?.period,
    cureUntil: event?.cureUntil,
  }));
}

async function runSettle(id: string, options: Settings): Promise<void> {
  const { context, deal, units } = await dealContext(id, "share", options);
  printOutcome(context, await write(context, settleGuarantee, deal), (event) => ({
    licenseId: deal.licenseId,
    released: event && amountText(event.amount, units),
  }));
}

async function runClose(id: string, options: Settings): Promise<void> {
  const { context, deal } = await dealContext(id, "share", options);
  printOutcome(context, await write(context, closeShare, deal), (event) => ({
    licenseId: deal.licenseId,
    ...(event ? { lastPeriod: event.lastPeriod, endsAt: event.endsAt } : { ended: true }),
  }));
}

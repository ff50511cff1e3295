/** `colophon meter`: licenses that pay by use. */
import {
  closeMeter,
  type LastVoucher,
  lastVoucherOf,
  meterAmountFor,
  meterOf,
  meterRedeemableUntil,
  meterStanding,
  meterUnitsFor,
  nextVoucher,
  prepareDeposit,
  redeemVoucher,
  redeemVouchers,
  refusedVouchers,
  requestDeposit,
  resolveAddress,
  type SignedVoucher,
  settleMeter,
  signUsageVoucher,
  unpackMeterTerms,
  withdrawDeposit,
} from "@colophon-protocol/sdk";
import { createDeliveryClient, createMetering } from "@colophon-protocol/sdk/delivery";
import type { Command } from "commander";
import { actingAddress, requireSigner } from "../account.js";
import { CliError, EXIT } from "../exit-codes.js";
import { parseAmount } from "../parse.js";
import { runPrepared } from "../prepared.js";
import { printOutcome, write } from "../send.js";
import { requireSetting, type Settings } from "../settings.js";
import { readSigned, type SignedFile, shownSigned, writeSigned } from "../signed-file.js";
import { type DealContext, dealContext } from "./deal.js";
import { meteringOf } from "./metering.js";
import { amountText } from "./token.js";

export function addMeter(program: Command): void {
  const meter = program.command("meter").description("licenses that pay by use: deposits and usage vouchers");
  const one = (name: string, text: string) => meter.command(name).argument("<id>", "license").description(text);
  one("status", "what was used and billed, and what is left").action((id, _, command) =>
    runStatus(id, command.optsWithGlobals()),
  );
  one("deposit", "pay in; a debt is paid first")
    .argument("<amount>", "in whole tokens")
    .action((id, amount, _, command) => runDeposit(id, amount, command.optsWithGlobals()));
  one("withdraw", "ask for a part of the deposit, or pay out what has thawed")
    .option("--amount <amount>", "what to ask for, in whole tokens; 0 cancels. Without it, pays out what has thawed")
    .action((id, _, command) => runWithdraw(id, command.optsWithGlobals()));
  one("voucher", "sign what was used, as the license's holder; sends nothing")
    .requiredOption("--used <n>", "units since the last voucher")
    .option("--last <file>", "the last voucher signed; what the chain billed last unless told")
    .option("--out <file>", "write the signed voucher, for the provider")
    .action((id, _, command) => runVoucher(id, command.optsWithGlobals()));
  one("usage", "what the provider's gateway has counted, and what no voucher covers yet").action((id, _, command) =>
    runUsage(id, command.optsWithGlobals()),
  );
  one("pay", "check what the gateway has counted, and hand it a voucher for all of it")
    .option("--budget <amount>", "most that vouchers may say in all, in whole tokens")
    .action((id, _, command) => runPay(id, command.optsWithGlobals()));
  meter
    .command("redeem")
    .argument("<files...>", "signed vouchers; several are billed in one transaction")
    .description("bill vouchers; anyone may")
    .action((files, _, command) => runRedeem(files, command.optsWithGlobals()));
  one("close", "end the license; vouchers count for one thaw more").action((id, _, command) =>
    runClose(id, command.optsWithGlobals()),
  );
  one("settle", "after the end, return what is left to the payer; anyone may").action((id, _, command) =>
    runSettle(id, command.optsWithGlobals()),
  );
}

async function runStatus(id: string, options: Settings): Promise<void> {
  const { context, deal, units } = await dealContext(id, "meter", options);
  const { client, deployment, output } = context;
  const place = { ...deal, deployment };
  const [meter, standing, until] = await Promise.all([
    meterOf(client, place),
    meterStanding(client, place),
    meterRedeemableUntil(client, place),
  ]);
  const { kind, mode, cap } = unpackMeterTerms(deal.offer.railTerms);
  const free = meter.held - meter.thawing;
  output.result({
    licenseId: deal.licenseId,
    standing,
    mode,
    unit: kind,
    used: meter.units,
    ...(cap > 0n ? { cap } : {}),
    billed: amountText(meter.spent, units),
    held: amountText(meter.held, units),
    ...(mode === "Prepaid" ? { paysFor: meterUnitsFor(deal.offer, meter.spent + free) - meter.units } : {}),
    ...(meter.thawing > 0n ? { thawing: amountText(meter.thawing, units), thawsSince: meter.thawFrom } : {}),
    ...(meter.debt > 0n ? { debt: amountText(meter.debt, units), debtor: meter.debtor, lapsesAt: meter.lapsesAt } : {}),
    payer: meter.payer,
    sequence: meter.sequence,
    frozen: meter.frozen,
    finished: meter.finished,
    ...(until === undefined ? {} : { redeemableUntil: until }),
  });
}

async function runDeposit(id: string, value: string, options: Settings): Promise<void> {
  const { context, deal, units } = await dealContext(id, "meter", options);
  const { client, deployment, settings } = context;
  const amount = parseAmount("<amount>", value, units.decimals);
  const account = await actingAddress(settings);
  const prepared = await prepareDeposit(client, { ...deal, deployment, amount, account });
  await runPrepared(context, prepared, {
    licenseId: deal.licenseId,
    deposit: amountText(amount, units),
    ...(prepared.forDebt > 0n ? { forDebt: amountText(prepared.forDebt, units) } : {}),
    payer: prepared.payer,
  });
}

async function runWithdraw(id: string, options: Settings & { amount?: string }): Promise<void> {
  const { context, deal, units } = await dealContext(id, "meter", options);
  const { licenseId } = deal;
  if (options.amount === undefined) {
    printOutcome(context, await write(context, withdrawDeposit, deal), (event) => ({
      licenseId,
      withdrawn: event && amountText(event.amount, units),
      to: event?.payer,
    }));
    return;
  }
  const amount = parseAmount("--amount", options.amount, units.decimals);
  printOutcome(context, await write(context, requestDeposit, { ...deal, amount }), (event) => ({
    licenseId,
    thawing: amountText(amount, units),
    thawedAt: event?.thawedAt,
  }));
}

interface VoucherOptions extends Settings {
  used: string;
  last?: string;
  out?: string;
}

async function runVoucher(id: string, options: VoucherOptions): Promise<void> {
  if (!/^[1-9]\d{0,19}$/.test(options.used)) {
    throw new CliError(`--used is "${options.used}".`, EXIT.usage, "Expected a whole number above 0.");
  }
  const place = await dealContext(id, "meter", options);
  const { context, deal, units } = place;
  const { client, deployment, settings, output } = context;
  const voucher = nextVoucher({ ...deal, last: await lastOf(place, options.last), used: BigInt(options.used) });
  const account = await requireSigner(settings);
  const signature = await signUsageVoucher(client, { deployment, account, message: voucher });
  const signed: SignedFile<"UsageVoucher"> = { message: voucher, signature };
  if (options.out) await writeSigned(options.out, signed);
  output.result({
    amount: amountText(voucher.amount, units),
    most: amountText(meterAmountFor(deal.offer, voucher.units), units),
    ...shownSigned(signed),
  });
}

async function lastOf({ context, deal }: DealContext, file: string | undefined): Promise<LastVoucher> {
  if (file === undefined) {
    return lastVoucherOf(await meterOf(context.client, { ...deal, deployment: context.deployment }));
  }
  const { message } = await readSigned("UsageVoucher", file);
  if (message.licenseId === deal.licenseId) return message;
  throw new CliError(
    `${file} is a voucher of license ${message.licenseId}.`,
    EXIT.usage,
    `Expected ${deal.licenseId}.`,
  );
}

async function runRedeem(files: string[], options: Settings): Promise<void> {
  const entries: (SignedVoucher & { units: DealContext["units"] })[] = [];
  let place: DealContext | undefined;
  for (const file of files) {
    const { message, signature } = await readSigned("UsageVoucher", file);
    place = await dealContext(String(message.licenseId), "meter", options);
    entries.push({ offer: place.deal.offer, voucher: message, signature, units: place.units });
  }
  const [first] = entries;
  if (!place || !first) throw new CliError("There is no voucher.", EXIT.usage, "Name at least one file.");
  const { context } = place;
  if (entries.length === 1) {
    printOutcome(context, await write(context, redeemVoucher, first), (event) => ({
      licenseId: first.voucher.licenseId,
      units: first.voucher.units,
      released: event && amountText(event.released, first.units),
    }));
    return;
  }
  const outcome = await write(context, redeemVouchers, { vouchers: entries });
  printOutcome(context, outcome, () => {
    const logs = outcome.dryRun ? [] : outcome.sent.receipt.logs;
    return {
      redeemed: redeemVouchers.extractEvents(logs).map(({ licenseId, released }) => ({
        licenseId,
        released: amountText(
          released,
          entries.find(({ voucher }) => voucher.licenseId === licenseId)?.units ?? first.units,
        ),
      })),
      refused: refusedVouchers(logs).map((refused) => ({ ...refused })),
    };
  });
}

async function runClose(id: string, options: Settings): Promise<void> {
  const { context, deal } = await dealContext(id, "meter", options);
  printOutcome(context, await write(context, closeMeter, deal), (event) => ({
    licenseId: deal.licenseId,
    redeemableUntil: event?.redeemableUntil,
  }));
}

async function runSettle(id: string, options: Settings): Promise<void> {
  const { context, deal, units } = await dealContext(id, "meter", options);
  printOutcome(context, await write(context, settleMeter, deal), (event) => ({
    licenseId: deal.licenseId,
    ...(event ? { returned: amountText(event.returned, units), payer: event.payer } : {}),
  }));
}

/** A session at the gateway, and the meter that it keeps. */
async function gatewayMeter(id: string, options: Settings & { budget?: string }) {
  const place = await dealContext(id, "meter", options);
  const { context, deal } = place;
  const { client, deployment, chainId, settings } = context;
  if (settings.dryRun) throw new CliError("This has no --dry-run.", EXIT.usage, "It sends no transaction.");
  const { licenseId } = deal;
  const gatewayUrl = requireSetting(settings, "gateway", "--gateway");
  const account = await requireSigner(settings);
  const delivery = createDeliveryClient({ gatewayUrl, chainId, licenseId, account });
  const metering = createMetering({
    ...(await meteringOf(context, deal.offer, options.budget)),
    chainId,
    licenseToken: resolveAddress(client, "LicenseToken", { deployment }),
    licenseId,
    session: () => delivery.session,
  });
  return { ...place, metering };
}

async function runUsage(id: string, options: Settings): Promise<void> {
  const { context, deal, units, metering } = await gatewayMeter(id, options);
  const { used, vouchered, billed, unvouchered, covered, lastEvent } = await metering.meter();
  context.output.result({
    licenseId: deal.licenseId,
    used: used.units,
    events: used.sequence,
    vouchered: amountText(vouchered.amount, units),
    billed: amountText(billed.amount, units),
    unvouchered: amountText(unvouchered.amount, units),
    servedOnTrust: amountText(unvouchered.limit, units),
    ...(covered === undefined ? {} : { covered: amountText(covered, units) }),
    ...(lastEvent ? { lastEventAt: lastEvent.time } : {}),
  });
}

async function runPay(id: string, options: Settings & { budget?: string }): Promise<void> {
  const { context, deal, units, metering } = await gatewayMeter(id, options);
  const voucher = await metering.pay();
  const { vouchered } = await metering.meter();
  context.output.result({
    licenseId: deal.licenseId,
    handedIn: voucher !== undefined,
    units: vouchered.units,
    amount: amountText(vouchered.amount, units),
    sequence: vouchered.sequence,
  });
}

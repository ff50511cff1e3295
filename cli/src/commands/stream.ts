/** `colophon stream`: licenses that pay by the second. */
import {
  baseToUnits,
  changeStreamRate,
  closeStream,
  collectVault,
  contestEpochs,
  isStreamEvidence,
  liquidationTime,
  pauseStream,
  prepareRaise,
  prepareReopen,
  prepareTopUp,
  readStream,
  runwaySeconds,
  settleEpochs,
  signServiceReport,
  streamOf,
  streamProvenAt,
  streamRateFor,
  submitServiceReport,
  sweepStream,
  unitsToBase,
  unpackStreamTerms,
} from "@colophon-protocol/sdk";
import type { Command } from "commander";
import { keccak256, stringToHex } from "viem";
import { getBlock } from "viem/actions";
import { actingAddress, requireSigner } from "../account.js";
import { parseAmount, parseDuration, parseHash, parseInteger, parseTime } from "../parse.js";
import { runPrepared } from "../prepared.js";
import { printOutcome, write } from "../send.js";
import type { Settings } from "../settings.js";
import { readSigned, type SignedFile, shownSigned, writeSigned } from "../signed-file.js";
import { dealContext } from "./deal.js";
import { amountText } from "./token.js";

const OUTCOMES = ["proven", "faulted", "ruled"] as const;

export function addStream(program: Command): void {
  const stream = program.command("stream").description("licenses that pay by the second, escrowed by epochs");
  const one = (name: string, text: string) => stream.command(name).argument("<id>", "license").description(text);
  one("status", "the flow, what it has paid, and how long it lasts").action((id, _, command) =>
    runStatus(id, command.optsWithGlobals()),
  );
  one("pause", "stop paying, and using, until reopened; only the payer").action((id, _, command) =>
    runPause(id, command.optsWithGlobals()),
  );
  one("reopen", "pay at the agreed rate again; only the payer")
    .option("--runway <duration>", "how long what is wrapped shall last; a period unless told")
    .action((id, _, command) => runReopen(id, command.optsWithGlobals()));
  one("rate", "agree on another price: the payer raises it, the dataset's owner lowers it")
    .argument("<price>", "in whole tokens per period of the offer")
    .option("--runway <duration>", "for a raise: how long what is wrapped shall last")
    .action((id, price, _, command) => runRate(id, price, command.optsWithGlobals()));
  one("cancel", "give notice; once it has run, end the license by the same command").action((id, _, command) =>
    runCancel(id, command.optsWithGlobals()),
  );
  one("settle", "conclude the epochs that are due; anyone may").action((id, _, command) =>
    runSettle(id, command.optsWithGlobals()),
  );
  one("report", "sign what was served in epochs, as the provider, or send a report that was signed")
    .option("--to <n>", "epochs before this one, from the first that is not concluded")
    .option("--served-root <hash>", "root of the delivery log of these epochs")
    .option("--deliveries <n>", "deliveries in these epochs", "0")
    .option("--bytes <n>", "bytes served in these epochs", "0")
    .option("--deadline <time>", "until when it may be submitted; a week from now unless told")
    .option("--out <file>", "write the signed report instead of sending it")
    .option("--file <file>", "send this signed report")
    .action((id, _, command) => runReport(id, command.optsWithGlobals()));
  one("contest", "contest the report in its window, with the offer's bond; holder or payer")
    .option("--reason <text>", "why: a text whose hash goes on record, or 32 bytes of hex")
    .action((id, _, command) => runContest(id, command.optsWithGlobals()));
  one("top-up", "wrap more, so that the payer's streams last longer")
    .argument("<amount>", "in whole tokens")
    .action((id, amount, _, command) => runTopUp(id, amount, command.optsWithGlobals()));
  one("collect", "send what the vault holds for the distributor there; anyone may").action((id, _, command) =>
    runCollect(id, command.optsWithGlobals()),
  );
  one("sweep", "send what is in the vault and does not count to the payer; anyone may").action((id, _, command) =>
    runSweep(id, command.optsWithGlobals()),
  );
}

async function runStatus(id: string, options: Settings): Promise<void> {
  const { context, deal, units } = await dealContext(id, "stream", options);
  const { client, deployment, output } = context;
  const state = await readStream(client, { ...deal, deployment });
  const { stream, balance, streamed } = state;
  const { period, proof, leastAssurance } = unpackStreamTerms(deal.offer.railTerms);
  const price = (rate: bigint) => amountText(unitsToBase(rate * BigInt(period), state.decimals), units);
  output.result({
    licenseId: deal.licenseId,
    standing: state.standing,
    flags: stream.flagNames,
    payer: state.payer,
    vault: stream.vault,
    superToken: state.superToken,
    agreedRate: state.agreedRate,
    runningRate: state.runningRate,
    pricePerPeriod: price(state.agreedRate),
    periodSeconds: period,
    streamed: amountText(unitsToBase(streamed.received, state.decimals), units),
    proof,
    ...(isStreamEvidence(proof)
      ? { leastAssurance, provenAt: await streamProvenAt(client, { ...deal, deployment }) }
      : {}),
    settledEpochs: stream.settled,
    ...(stream.reportedTo > 0 ? { reportedTo: stream.reportedTo, deadline: stream.deadline } : {}),
    ...(stream.endsAt > 0 ? { endsAt: stream.endsAt } : {}),
    available: amountText(unitsToBase(balance.available, state.decimals), units),
    runwaySeconds: runwaySeconds(balance, balance.at),
    liquidationAt: liquidationTime(balance),
  });
}

async function runPause(id: string, options: Settings): Promise<void> {
  const { context, deal } = await dealContext(id, "stream", options);
  printOutcome(context, await write(context, pauseStream, deal), () => ({ licenseId: deal.licenseId, paused: true }));
}

interface RunwayOptions extends Settings {
  runway?: string;
}

const runwayOf = ({ runway }: RunwayOptions) => (runway ? { runway: parseDuration("--runway", runway) } : {});

async function runReopen(id: string, options: RunwayOptions): Promise<void> {
  const runway = runwayOf(options);
  const { context, deal, units } = await dealContext(id, "stream", options);
  const { client, deployment, settings } = context;
  const account = await actingAddress(settings);
  const prepared = await prepareReopen(client, { ...deal, deployment, account, ...runway });
  const { rate, wrap } = prepared.flow;
  await runPrepared(context, prepared, { licenseId: deal.licenseId, rate, wrapped: amountText(wrap, units) });
}

async function runRate(id: string, price: string, options: RunwayOptions): Promise<void> {
  const runway = runwayOf(options);
  const { context, deal, units } = await dealContext(id, "stream", options);
  const { client, deployment, settings } = context;
  const { period } = unpackStreamTerms(deal.offer.railTerms);
  const rate = streamRateFor(parseAmount("<price>", price, units.decimals), units.decimals, period);
  const { licenseId } = deal;
  const [account, state] = await Promise.all([actingAddress(settings), readStream(client, { ...deal, deployment })]);
  if (rate <= state.agreedRate) {
    printOutcome(context, await write(context, changeStreamRate, { ...deal, rate }), () => ({ licenseId, rate }));
    return;
  }
  const prepared = await prepareRaise(client, { ...deal, deployment, account, rate, ...runway });
  await runPrepared(context, prepared, { licenseId, rate, wrapped: amountText(prepared.flow.wrap, units) });
}

async function runCancel(id: string, options: Settings): Promise<void> {
  const { context, deal } = await dealContext(id, "stream", options);
  printOutcome(context, await write(context, closeStream, deal), (event) => ({
    licenseId: deal.licenseId,
    ...(event ? { endsAt: event.endsAt } : { ended: true }),
  }));
}

async function runSettle(id: string, options: Settings): Promise<void> {
  const { context, deal, units } = await dealContext(id, "stream", options);
  printOutcome(context, await write(context, settleEpochs, deal), (event) => ({
    licenseId: deal.licenseId,
    ...(event
      ? {
          fromEpoch: event.fromEpoch,
          toEpoch: event.toEpoch,
          outcome: OUTCOMES[event.outcome],
          released: amountText(event.released, units),
          refunded: amountText(event.refunded, units),
        }
      : {}),
  }));
}

interface ReportOptions extends Settings {
  to?: string;
  servedRoot?: string;
  deliveries: string;
  bytes: string;
  deadline?: string;
  out?: string;
  file?: string;
}

const WEEK = 7 * 86_400;

async function runReport(id: string, options: ReportOptions): Promise<void> {
  const { context, deal } = await dealContext(id, "stream", options);
  const signed: SignedFile<"ServiceReport"> = options.file
    ? await readSigned("ServiceReport", options.file)
    : await signedReport({ context, deal }, options);
  if (options.out) {
    await writeSigned(options.out, signed);
    context.output.result(shownSigned(signed));
    return;
  }
  const { message: report, signature } = signed;
  printOutcome(context, await write(context, submitServiceReport, { ...deal, report, signature }), (event) => ({
    licenseId: deal.licenseId,
    fromEpoch: event?.fromEpoch,
    toEpoch: event?.toEpoch,
    windowEnds: event?.windowEnds,
  }));
}

async function signedReport(
  { context, deal }: Pick<Awaited<ReturnType<typeof dealContext>>, "context" | "deal">,
  options: ReportOptions,
): Promise<SignedFile<"ServiceReport">> {
  const { client, deployment, settings } = context;
  const epochTo = parseInteger("--to", options.to ?? "", 1, 2 ** 24 - 1);
  const servedRoot = parseHash("--served-root", options.servedRoot ?? "");
  const account = await requireSigner(settings);
  const [{ stream }, { timestamp }] = await Promise.all([
    readStream(client, { ...deal, deployment }),
    getBlock(client),
  ]);
  const message = {
    licenseId: deal.licenseId,
    datasetId: deal.offer.datasetId,
    epochFrom: stream.settled,
    epochTo,
    servedRoot,
    deliveries: BigInt(parseInteger("--deliveries", options.deliveries, 0, Number.MAX_SAFE_INTEGER)),
    bytesServed: BigInt(parseInteger("--bytes", options.bytes, 0, Number.MAX_SAFE_INTEGER)),
    deadline: options.deadline ? parseTime("--deadline", options.deadline) : Number(timestamp) + WEEK,
  };
  return { message, signature: await signServiceReport(client, { deployment, account, message }) };
}

async function runContest(id: string, options: Settings & { reason?: string }): Promise<void> {
  const { reason } = options;
  const isHash = reason !== undefined && /^0x[0-9a-fA-F]{64}$/.test(reason);
  const reasonHash =
    reason === undefined ? {} : { reasonHash: isHash ? parseHash("--reason", reason) : keccak256(stringToHex(reason)) };
  const { context, deal, units } = await dealContext(id, "stream", options);
  printOutcome(context, await write(context, contestEpochs, { ...deal, ...reasonHash }), (event) => ({
    licenseId: deal.licenseId,
    bond: event && amountText(event.bond, units),
    defaultAt: event?.defaultAt,
  }));
}

async function runSweep(id: string, options: Settings): Promise<void> {
  const { context, deal } = await dealContext(id, "stream", options);
  const { licenseId } = deal;
  printOutcome(context, await write(context, sweepStream, { licenseId }), (event) => ({
    licenseId,
    swept: event?.amount ?? 0n,
    ...(event ? { payer: event.payer, superToken: event.superToken } : {}),
  }));
}

async function runTopUp(id: string, value: string, options: Settings): Promise<void> {
  const { context, deal, units } = await dealContext(id, "stream", options);
  const { client, deployment, settings } = context;
  const { superToken, decimals, runningRate, balance } = await readStream(client, { ...deal, deployment });
  const amount = parseAmount("<amount>", value, units.decimals);
  const account = await actingAddress(settings);
  const prepared = await prepareTopUp(client, { token: deal.offer.token, superToken, decimals, amount, account });
  const after = { ...balance, available: balance.available + baseToUnits(amount, decimals) };
  await runPrepared(context, prepared, {
    licenseId: deal.licenseId,
    wrapped: amountText(amount, units),
    // Whoever wraps wraps for itself: it lasts longer only for the payer.
    ...(runningRate > 0n ? { runwaySeconds: runwaySeconds(after, after.at) } : {}),
  });
}

async function runCollect(id: string, options: Settings): Promise<void> {
  const { context, deal, units } = await dealContext(id, "stream", options);
  const { licenseId } = deal;
  const { vault } = await streamOf(context.client, { deployment: context.deployment, licenseId });
  printOutcome(context, await write(context, collectVault, { address: vault }), (event) => ({
    licenseId,
    vault,
    collected: event && amountText(unitsToBase(event.units, units.decimals), units),
  }));
}

/** `colophon quality`: scores by staked reporters, which can release an escrow. */
import { randomBytes } from "node:crypto";
import {
  commitScore,
  declareQualityMethod,
  prepareQualityStake,
  prepareRequestQuality,
  qualityAccountOf,
  qualityCommitment,
  qualityEvidenceOf,
  qualityMethodAt,
  qualityReportsOf,
  qualityRequestOf,
  qualityTokenTerms,
  requestQuality,
  revealScore,
  settleQuality,
  withdrawQualityStake,
} from "@colophon-protocol/sdk";
import type { Command } from "commander";
import { type Address, type Hex, isAddressEqual, isHex } from "viem";
import { actingAddress, parseAddress } from "../account.js";
import { createContext } from "../context.js";
import { CliError, EXIT } from "../exit-codes.js";
import { toJson } from "../output.js";
import { parseAmount, parseId, parseInteger } from "../parse.js";
import { runPrepared } from "../prepared.js";
import { readPrivate, writePrivate } from "../secrets.js";
import { printOutcome, write } from "../send.js";
import type { Settings } from "../settings.js";
import { amountText, tokenUnits } from "./token.js";
import {
  addVersionOptions,
  chainNow,
  checkAmount,
  kebab,
  parseWord,
  tokenOf,
  type VersionOptions,
  versionOf,
} from "./trust-values.js";
import { addVerb } from "./verbs.js";

const TOKEN = "--token TestUSDC";

export function addQuality(program: Command): void {
  const quality = program.command("quality").description("scores by staked reporters, which can release an escrow");
  addVersionOptions(
    addVerb(
      quality,
      "declare <method>",
      "say by which method licenses of a version are scored that are bought from the next second on; only the owner",
      "quality declare accuracy-on-holdout --dataset 1",
    ),
  ).action((method, _, command) => runDeclare(method, command.optsWithGlobals()));
  addVerb(
    quality,
    "request",
    "ask for a score and pay for it: of a version by a method, or of a license by the declared one",
    `quality request --dataset 1 --method accuracy-on-holdout --reward 30 --seats 3 ${TOKEN}`,
    `quality request --license 1 --reward 30 --seats 3 ${TOKEN}`,
  )
    .option("--license <id>", "only its holder or the dataset's owner")
    .option("--dataset <id>", "dataset")
    .option("--version-number <n>", "version", "1")
    .option("--method <method>", "id of the method: a text of at most 32 bytes, or 32 bytes of hex")
    .requiredOption("--reward <amount>", "for all reporters, in whole tokens")
    .requiredOption("--seats <n>", "reporters, 3 to 15")
    .requiredOption("--token <token>", "an address, or a name of the deployment")
    .action((_, command) => runRequest(command.optsWithGlobals()));
  for (const [name, text, run] of [
    ["deposit", "pay into an account at the oracle, of which seats lock their stake", runDeposit],
    ["withdraw", "pay out of an account what no seat locks", runWithdraw],
  ] as const) {
    addVerb(quality, `${name} <amount>`, text, `quality ${name} 100 ${TOKEN}`)
      .requiredOption("--token <token>", "an address, or a name of the deployment")
      .option("--holder <address>", "whose account; the signing one's unless told")
      .action((amount, _, command) => run(amount, command.optsWithGlobals()));
  }
  addVerb(
    quality,
    "commit <request> <score>",
    "take a seat with a hidden score of 0 to 10,000, as an admitted reporter",
    "quality commit 1 8800 --out score.json",
  )
    .requiredOption("--out <file>", "where the score and its salt are kept until the reveal; for you alone")
    .action((id, score, _, command) => runCommit(id, score, command.optsWithGlobals()));
  addVerb(quality, "reveal <file>", "show the score that was committed", "quality reveal score.json").action(
    (file, _, command) => runReveal(file, command.optsWithGlobals()),
  );
  addVerb(
    quality,
    "settle <request>",
    "end a request: pays, refunds and unlocks; anyone may",
    "quality settle 1",
  ).action((id, _, command) => runSettle(id, command.optsWithGlobals()));
  addVerb(quality, "show <request>", "a request, its reports and its score", "quality show 1").action(
    (id, _, command) => runShow(id, command.optsWithGlobals()),
  );
  addVerb(quality, "account", "what an account at the oracle has", `quality account ${TOKEN}`)
    .requiredOption("--token <token>", "an address, or a name of the deployment")
    .option("--holder <address>", "whose account; the signing one's unless told")
    .action((_, command) => runAccount(command.optsWithGlobals()));
  addVersionOptions(
    addVerb(quality, "method", "the method declared for a version", "quality method --dataset 1"),
  ).action((_, command) => runMethod(command.optsWithGlobals()));
}

async function runDeclare(value: string, options: Settings & VersionOptions): Promise<void> {
  const version = versionOf(options);
  const method = parseWord("<method>", value);
  const context = await createContext(options);
  printOutcome(context, await write(context, declareQualityMethod, { ...version, method }), () => ({
    ...version,
    method,
  }));
}

async function runMethod(options: Settings & VersionOptions): Promise<void> {
  const version = versionOf(options);
  const context = await createContext(options);
  const { client, deployment, output } = context;
  const at = await chainNow(context);
  const method = await qualityMethodAt(client, { deployment, ...version, at });
  output.result({ ...version, declared: method !== undefined, method });
}

interface RequestOptions extends Settings {
  license?: string;
  dataset?: string;
  versionNumber: string;
  method?: string;
  reward: string;
  seats: string;
  token: string;
}

async function runRequest(options: RequestOptions): Promise<void> {
  const subject = subjectOf(options);
  const seats = parseInteger("--seats", options.seats, 3, 15);
  checkAmount("--reward", options.reward);
  const context = await createContext(options);
  const { client, deployment, settings } = context;
  const { token, units } = await tokenOf(context, options.token);
  const reward = parseAmount("--reward", options.reward, units.decimals);
  const { leastReward } = await qualityTokenTerms(client, { deployment, token });
  if (reward < leastReward * BigInt(seats)) {
    const least = amountText(leastReward * BigInt(seats), units);
    throw new CliError(
      `--reward is ${amountText(reward, units)}.`,
      EXIT.refused,
      `${seats} seats cost ${least} at least.`,
    );
  }
  const account = await actingAddress(settings);
  const prepared = await prepareRequestQuality(client, { deployment, account, ...subject, token, reward, seats });
  await runPrepared(context, prepared, { seats, reward: amountText(reward, units) }, ({ receipt }) => {
    const { requestId, request } = requestQuality.extractEvent(receipt.logs);
    return { requestId, commitUntil: request.commitUntil };
  });
}

function subjectOf({ license, dataset, versionNumber, method }: RequestOptions) {
  if (license !== undefined && dataset === undefined && method === undefined) {
    return { licenseId: parseId("--license", license) };
  }
  if (license === undefined && dataset !== undefined && method !== undefined) {
    return { ...versionOf({ dataset, versionNumber }), method: parseWord("--method", method) };
  }
  throw new CliError(
    "What is to be scored is missing, or given twice.",
    EXIT.usage,
    "Pass --license <id> alone, or --dataset <id> with --method <method>.",
  );
}

type AccountOptions = Settings & { token: string; holder?: string };

async function accountContext(options: AccountOptions) {
  const named = options.holder === undefined ? undefined : parseAddress("--holder", options.holder);
  const context = await createContext(options);
  const { token, units } = await tokenOf(context, options.token);
  const holder: Address = named ?? (await actingAddress(context.settings));
  return { context, token, units, holder };
}

async function runDeposit(value: string, options: AccountOptions): Promise<void> {
  checkAmount("<amount>", value);
  const { context, token, units, holder } = await accountContext(options);
  const { client, deployment, settings } = context;
  const amount = parseAmount("<amount>", value, units.decimals);
  const account = await actingAddress(settings);
  const prepared = await prepareQualityStake(client, { deployment, account, holder, token, amount });
  await runPrepared(context, prepared, { holder, deposit: amountText(amount, units) });
}

async function runWithdraw(value: string, options: AccountOptions): Promise<void> {
  checkAmount("<amount>", value);
  const { context, token, units, holder } = await accountContext(options);
  const amount = parseAmount("<amount>", value, units.decimals);
  printOutcome(context, await write(context, withdrawQualityStake, { holder, token, amount }), (event) => ({
    holder,
    withdrawn: amountText(amount, units),
    to: event?.to,
  }));
}

async function runAccount(options: AccountOptions): Promise<void> {
  const { context, token, units, holder } = await accountContext(options);
  const { balance, locked, free } = await qualityAccountOf(context.client, {
    deployment: context.deployment,
    holder,
    token,
  });
  const text = (amount: bigint) => amountText(amount, units);
  context.output.result({ holder, balance: text(balance), locked: text(locked), free: text(free) });
}

async function runCommit(id: string, value: string, options: Settings & { out: string }): Promise<void> {
  const requestId = parseId("<request>", id);
  const score = parseInteger("<score>", value, 0, 10_000);
  const context = await createContext(options);
  const reporter = await actingAddress(context.settings);
  const salt: Hex = `0x${randomBytes(32).toString("hex")}`;
  const commitment = qualityCommitment({ requestId, reporter, score, salt });
  // Kept before it is sent: who loses the salt loses stake.
  if (!context.settings.dryRun) await writePrivate(options.out, `${toJson({ requestId, reporter, score, salt })}\n`);
  printOutcome(context, await write(context, commitScore, { requestId, commitment }), () => ({
    requestId,
    commitment,
  }));
}

async function runReveal(file: string, options: Settings): Promise<void> {
  const { requestId, reporter, score, salt } = await readScore(file);
  const context = await createContext(options);
  if (!isAddressEqual(await actingAddress(context.settings), reporter)) {
    throw new CliError(`${file} is a score of ${reporter}.`, EXIT.usage, "Use that reporter's key.");
  }
  const outcome = await write(context, revealScore, { requestId, score, salt });
  // Who reveals last may settle in the same transaction.
  const logs = outcome.dryRun ? [] : outcome.sent.receipt.logs;
  const [scored] = settleQuality.extractEvents(logs);
  printOutcome(context, outcome, () => ({ requestId, score, ...(scored ? { settled: scored.score } : {}) }));
}

async function readScore(file: string): Promise<{ requestId: bigint; reporter: Address; score: number; salt: Hex }> {
  const text = await readPrivate(file);
  if (text === undefined)
    throw new CliError(`There is no file ${file}.`, EXIT.usage, "Give what `quality commit` wrote.");
  const { requestId, reporter, score, salt } = JSON.parse(text) as Record<string, unknown>;
  if (!isHex(salt) || typeof score !== "number") {
    throw new CliError(`${file} holds no score.`, EXIT.usage, "Give what `quality commit` wrote.");
  }
  const address = parseAddress("reporter", String(reporter));
  return { requestId: parseId("requestId", String(requestId)), reporter: address, score, salt };
}

async function runSettle(id: string, options: Settings): Promise<void> {
  const requestId = parseId("<request>", id);
  const context = await createContext(options);
  printOutcome(context, await write(context, settleQuality, { requestId }), (event) => ({
    requestId,
    state: event ? "scored" : "failed",
    score: event?.score,
    revealed: event?.revealed,
  }));
}

async function runShow(id: string, options: Settings): Promise<void> {
  const requestId = parseId("<request>", id);
  const context = await createContext(options);
  const { client, deployment, output } = context;
  const [request, reports] = await Promise.all([
    qualityRequestOf(client, { deployment, requestId }),
    qualityReportsOf(client, { deployment, requestId }),
  ]);
  const units = await tokenUnits(context, request.token);
  const { datasetId, version, licenseId, method, state, score, seats, commitUntil, revealUntil } = request;
  const evidence = licenseId === 0n ? undefined : await qualityEvidenceOf(client, { deployment, licenseId });
  output.result({
    requestId,
    state: kebab(state),
    ...(state === "Scored" ? { score } : {}),
    ...(licenseId === 0n ? { datasetId, version } : { licenseId, releaseEvidence: evidence?.requestId === requestId }),
    method,
    reward: amountText(request.reward, units),
    stake: amountText(request.stake, units),
    seats,
    commitUntil,
    revealUntil,
    reports: reports.map((report) => ({
      reporter: report.reporter,
      ...(report.revealed ? { score: report.score } : { hidden: true }),
    })),
  });
}

/** Judging, appealing, settling and ending disputes. */
import {
  appealDispute,
  concludeDispute,
  disputeJudge,
  endLicenseByRuling,
  prepareAppeal,
  prepareReferDispute,
  previewRuling,
  settleDispute,
  settleLicenseByRuling,
  signSettlement,
  voteOnDispute,
  withdrawDispute,
} from "@colophon-protocol/sdk";
import type { Message } from "@colophon-protocol/sdk/formats";
import type { Command } from "commander";
import { isAddressEqual } from "viem";
import { actingAddress, requireSigner } from "../account.js";
import { createContext } from "../context.js";
import { CliError, EXIT } from "../exit-codes.js";
import { parseAmount, parseId, parseTime } from "../parse.js";
import { runPrepared } from "../prepared.js";
import { printOutcome, write } from "../send.js";
import type { Settings } from "../settings.js";
import { readSigned, shownSigned, writeSigned } from "../signed-file.js";
import {
  addRulingOptions,
  checkRuling,
  costText,
  disputeContext,
  type RulingOptions,
  rulingOf,
  rulingText,
} from "./dispute-values.js";
import { amountText } from "./token.js";
import { chainNow, checkAmount, kebab, licenseWithOffer } from "./trust-values.js";
import { addVerb } from "./verbs.js";

/** Adds the verbs of judges and of ends. */
export function addJudgeVerbs(dispute: Command): void {
  addRulingVerbs(dispute);
  addEndVerbs(dispute);
}

function addRulingVerbs(dispute: Command): void {
  addVerb(
    dispute,
    "refer <dispute>",
    "bring a dispute to its arbitrator: anyone, after an answer or the response window",
    "dispute refer 1",
  ).action((id, _, command) => runRefer(id, command.optsWithGlobals()));
  for (const [name, text, run] of [
    ["preview", "what a ruling would do if it were done now", runPreview],
    ["vote", "vote for a ruling, as a councillor; with the last vote needed the council rules", runVote],
  ] as const) {
    addRulingOptions(
      addVerb(
        dispute,
        `${name} <dispute>`,
        text,
        `dispute ${name} 1 --uphold --refund 50 --reasons reasons.txt`,
        `dispute ${name} 1 --reject --reasons reasons.txt`,
      ),
    ).action((id, _, command) => run(id, command.optsWithGlobals()));
  }
  addVerb(
    dispute,
    "appeal <dispute>",
    "appeal a ruling to the higher arbitrator, with a bond; either side, once",
    "dispute appeal 1 --dry-run",
    "dispute appeal 1",
  ).action((id, _, command) => runAppeal(id, command.optsWithGlobals()));
}

function addEndVerbs(dispute: Command): void {
  addVerb(
    dispute,
    "conclude <dispute>",
    "end a dispute whose time has come, as ruled or by default; anyone may",
    "dispute conclude 1",
  ).action((id, _, command) => runEnd(concludeDispute, id, command.optsWithGlobals()));
  addVerb(dispute, "withdraw <dispute>", "give a claim up; its bond is the respondent's", "dispute withdraw 1").action(
    (id, _, command) => runEnd(withdrawDispute, id, command.optsWithGlobals()),
  );
  addVerb(
    dispute,
    "settle <dispute>",
    "agree: offer terms, or with the other side's signed terms end the dispute",
    "dispute settle 1 --refund 25 --out terms.json",
    "dispute settle 1 --file terms.json",
  )
    .option("--refund <amount>", "goes back of what the license's rail holds, in whole tokens")
    .option("--claimant-bond <amount>", "of the claimant's bond, what goes back to it; all of it unless told")
    .option("--revoke", "the proof or badge is revoked")
    .option("--deadline <time>", "until when the terms may be taken; a week from now unless told")
    .option("--out <file>", "write the signed terms for the other side, and send nothing")
    .option("--file <file>", "the other side's signed terms")
    .action((id, _, command) => runSettle(id, command.optsWithGlobals()));
  for (const [name, text, run] of [
    ["end-license", "end a license from the second on that a ruling set; anyone may", runEndLicense],
    ["settle-license", "do with a license's money what was ruled, when its rail refused; anyone may", runSettleLicense],
  ] as const) {
    addVerb(dispute, `${name} <license>`, text, `dispute ${name} 1`).action((id, _, command) =>
      run(id, command.optsWithGlobals()),
    );
  }
}

async function runRefer(id: string, options: Settings): Promise<void> {
  const { context, disputeId } = await disputeContext(id, options);
  const { client, deployment, settings } = context;
  const prepared = await prepareReferDispute(client, { deployment, account: await actingAddress(settings), disputeId });
  await runPrepared(context, prepared, {
    disputeId,
    arbitrator: prepared.arbitrator,
    ...(await costText(context, prepared.cost)),
  });
}

async function runPreview(id: string, options: RulingOptions): Promise<void> {
  parseId("<dispute>", id);
  checkRuling(options);
  const place = await disputeContext(id, options);
  const { context, units, stakeUnits, disputeId } = place;
  const { client, deployment, output } = context;
  const ruling = await rulingOf(place, options);
  const would = await previewRuling(client, { deployment, ...place.case, ruling });
  const text = (amount: bigint) => amountText(amount, units);
  const stake = (amount: bigint) => amountText(amount, stakeUnits);
  const { status, ends, waits, corrects, revokesRecord } = would;
  output.result({
    disputeId,
    ruling: rulingText(ruling, units, stakeUnits),
    held: text(would.held),
    refund: text(would.refund),
    released: text(would.released),
    fromBond: stake(would.fromBond),
    penalty: stake(would.penalty),
    toClaimant: text(would.toClaimant),
    toRespondent: text(would.toRespondent),
    endsLicense: ends,
    waitsForOtherDisputes: waits,
    ...(status === "None" ? {} : { status: kebab(status) }),
    corrects,
    revokesRecord,
  });
}

async function runVote(id: string, options: RulingOptions): Promise<void> {
  parseId("<dispute>", id);
  checkRuling(options);
  const place = await disputeContext(id, options);
  const { context, disputeId, dispute, units, stakeUnits } = place;
  const { client, deployment } = context;
  const round = dispute.flags.includes("appealed") ? 1 : 0;
  const sits = await disputeJudge(client, { deployment, judge: dispute.judge });
  const { arbitrator } = round === 0 ? sits : await disputeJudge(client, { deployment, judge: sits.appealTo });
  const council = deployment.contracts.CouncilArbitrator?.address;
  if (!council || !isAddressEqual(council, arbitrator)) {
    throw new CliError(
      `Dispute ${disputeId} is before ${arbitrator}, which is no council.`,
      EXIT.usage,
      "It rules by its own means.",
    );
  }
  const ruling = await rulingOf(place, options);
  printOutcome(context, await write(context, voteOnDispute, { disputeId, round, ruling }), (event) => ({
    disputeId,
    round,
    votes: event?.votes,
    rulingHash: event?.rulingHash,
    ruling: rulingText(ruling, units, stakeUnits),
  }));
}

async function runAppeal(id: string, options: Settings): Promise<void> {
  const { context, disputeId, case: of, units } = await disputeContext(id, options);
  const { client, deployment, settings } = context;
  const prepared = await prepareAppeal(client, { deployment, account: await actingAddress(settings), ...of });
  const facts = {
    disputeId,
    bond: amountText(prepared.bond, units),
    arbitrator: prepared.arbitrator,
    ...(await costText(context, prepared.cost)),
  };
  await runPrepared(context, prepared, facts, ({ receipt }) => ({
    appealed: appealDispute.extractEvents(receipt.logs).length > 0,
  }));
}

async function runEnd(
  action: typeof concludeDispute | typeof withdrawDispute,
  id: string,
  options: Settings,
): Promise<void> {
  const { context, disputeId, case: of, units } = await disputeContext(id, options);
  const outcome = await write(context, action as typeof concludeDispute, of);
  const after = outcome.dryRun ? undefined : await disputeContext(id, options);
  printOutcome(context, outcome, (event) => ({
    disputeId,
    outcome: after && kebab(after.dispute.outcome),
    ...(event
      ? {
          bondsToClaimant: amountText(event.toClaimant, units),
          bondsToRespondent: amountText(event.toRespondent, units),
        }
      : {}),
  }));
}

interface SettleOptions extends Settings {
  refund?: string;
  claimantBond?: string;
  revoke?: boolean;
  deadline?: string;
  out?: string;
  file?: string;
}

const WEEK = 7 * 86_400;

async function runSettle(id: string, options: SettleOptions): Promise<void> {
  parseId("<dispute>", id);
  const { refund, claimantBond, deadline } = options;
  if (refund !== undefined) checkAmount("--refund", refund);
  if (claimantBond !== undefined) checkAmount("--claimant-bond", claimantBond);
  const until = deadline === undefined ? undefined : parseTime("--deadline", deadline);
  const signed = options.file === undefined ? undefined : await readSigned("Settlement", options.file);
  const { context, disputeId, dispute, case: of, units } = await disputeContext(id, options);
  const { client, deployment, settings, output } = context;
  if (signed && signed.message.disputeId !== disputeId) {
    throw new CliError(
      `${options.file} settles dispute ${signed.message.disputeId}.`,
      EXIT.usage,
      `Expected ${disputeId}.`,
    );
  }
  const { decimals } = units;
  const terms: Message<"Settlement"> = signed?.message ?? {
    disputeId,
    refund: refund === undefined ? 0n : parseAmount("--refund", refund, decimals),
    revoke: options.revoke === true,
    claimantBond: claimantBond === undefined ? dispute.bond : parseAmount("--claimant-bond", claimantBond, decimals),
    deadline: until ?? (await chainNow(context)) + WEEK,
  };
  if (options.out !== undefined) {
    const signature = await signSettlement(client, {
      deployment,
      account: await requireSigner(settings),
      message: terms,
    });
    await writeSigned<"Settlement">(options.out, { message: terms, signature });
    output.result(shownSigned<"Settlement">({ message: terms, signature }));
    return;
  }
  const byClaimant = isAddressEqual(await actingAddress(settings), dispute.claimant);
  const other = signed ? { [byClaimant ? "respondentSignature" : "claimantSignature"]: signed.signature } : {};
  printOutcome(context, await write(context, settleDispute, { terms, offer: of.offer, ...other }), (event) => ({
    disputeId,
    // The first side's call offers terms, and ends nothing yet.
    settled: event !== undefined,
    refund: amountText(terms.refund, units),
    claimantBond: amountText(terms.claimantBond, units),
    deadline: terms.deadline,
  }));
}

async function runEndLicense(id: string, options: Settings): Promise<void> {
  const licenseId = parseId("<license>", id);
  const context = await createContext(options);
  printOutcome(context, await write(context, endLicenseByRuling, { licenseId }), () => ({ licenseId, ended: true }));
}

async function runSettleLicense(id: string, options: Settings): Promise<void> {
  const licenseId = parseId("<license>", id);
  const context = await createContext(options);
  const { offer, units } = await licenseWithOffer(context, licenseId);
  printOutcome(context, await write(context, settleLicenseByRuling, { licenseId, offer }), (event) => ({
    licenseId,
    refunded: event && amountText(event.refunded, units),
    released: event && amountText(event.released, units),
  }));
}

/** `colophon dispute`: claims, evidence, and how a dispute stands. Judging and ending are in `dispute-judge.ts`. */
import {
  bondLock,
  disputeBonds,
  disputeClaimId,
  disputeJudge,
  disputeRuling,
  disputeStake,
  isRuled,
  openDispute,
  postCounterBond,
  prepareCounterBond,
  prepareOpenDispute,
  previewRuling,
  respondToDispute,
  submitDisputeEvidence,
} from "@colophon-protocol/sdk";
import { type DisputeSummary, getDispute, getDisputes } from "@colophon-protocol/sdk/indexer";
import type { Command } from "commander";
import { actingAddress, parseAddress } from "../account.js";
import { createContext } from "../context.js";
import { CliError, EXIT } from "../exit-codes.js";
import { checksummed } from "../output.js";
import { parseAmount, parseId, parseTime } from "../parse.js";
import { runPrepared } from "../prepared.js";
import { printOutcome, write } from "../send.js";
import { requireSetting, type Settings } from "../settings.js";
import { addChunkVerbs } from "./dispute-chunk.js";
import { addJudgeVerbs } from "./dispute-judge.js";
import { addOutsideVerbs } from "./dispute-outside.js";
import { addSealedVerbs } from "./dispute-sealed.js";
import {
  addSubjectOptions,
  disputeContext,
  rulingText,
  type SubjectOptions,
  subjectOf,
  subjectText,
} from "./dispute-values.js";
import { amountText, tokenUnits } from "./token.js";
import {
  addEvidenceOptions,
  chainNow,
  checkAmount,
  type EvidenceOptions,
  evidenceOf,
  kebab,
  licenseWithOffer,
  lower,
  tokenOf,
} from "./trust-values.js";
import { addVerb } from "./verbs.js";

export function addDispute(program: Command): void {
  const dispute = program.command("dispute").description("claims: raise, answer, judge, settle and carry them out");
  addClaimVerbs(dispute);
  addJudgeVerbs(dispute);
  addOutsideVerbs(dispute);
  addSealedVerbs(dispute);
}

function addClaimVerbs(dispute: Command): void {
  addEvidenceOptions(
    addSubjectOptions(
      addVerb(
        dispute,
        "raise",
        "file a claim with its bond; --dry-run shows what it costs and what the chain says against it",
        'dispute raise --license 1 --reason not-as-described --statement "A tenth of it is noise."',
        "dispute raise --of 1/1 --reason copyright --evidence claim.pdf --uri ipfs://bafy…",
      ),
    ),
  )
    .requiredOption("--reason <reason>", "such as not-delivered, not-as-described, copyright, misconduct")
    .option("--claimed <amount>", "what was lost, in whole tokens; of a license, its price unless told")
    .option("--token <token>", "about a provider: of the bond that is claimed from")
    .option("--occurred-at <time>", "seconds or date; now unless told")
    .option("--no-freeze", "leave a license's money where it is")
    .action((_, command) => runRaise(command.optsWithGlobals()));
  for (const [name, text, action] of [
    ["respond", "answer a claim in its window: the respondent, or for a license its provider", respondToDispute],
    ["evidence", "add evidence until the dispute ends; anyone may", submitDisputeEvidence],
  ] as const) {
    addEvidenceOptions(
      addVerb(dispute, `${name} <dispute>`, text, `dispute ${name} 1 --evidence log.json --uri ipfs://bafy…`),
    ).action((id, _, command) => runEvidence(action, id, command.optsWithGlobals()));
  }
  addChunkVerbs(dispute);
  addVerb(
    dispute,
    "counter-bond <dispute>",
    "let sales go on during a takedown, against a bond; only the respondent",
    "dispute counter-bond 1",
  ).action((id, _, command) => runCounterBond(id, command.optsWithGlobals()));
  addVerb(
    dispute,
    "show <dispute>",
    "a dispute: clock, money at stake, who is who; with --indexer its timeline and evidence",
    "dispute show 1",
    "dispute show 1 --indexer http://127.0.0.1:42069 --json",
  ).action((id, _, command) => runShow(id, command.optsWithGlobals()));
  addVerb(
    dispute,
    "list",
    "disputes from the indexer, newest first",
    "dispute list --account 0x70997970C51812dc3A010C7d01b50e0d17dc79C8",
  )
    .option("--account <address>", "on either side")
    .option("--license <id>", "about a license")
    .action((_, command) => runList(command.optsWithGlobals()));
}

interface RaiseOptions extends Settings, SubjectOptions, EvidenceOptions {
  reason: string;
  claimed?: string;
  token?: string;
  occurredAt?: string;
  freeze: boolean;
}

async function runRaise(options: RaiseOptions): Promise<void> {
  const { reason, subject, id } = subjectOf(options);
  if (options.claimed !== undefined) checkAmount("--claimed", options.claimed);
  const { occurredAt } = options;
  const at = occurredAt === undefined ? undefined : parseTime("--occurred-at", occurredAt);
  if ((subject === "Provider") !== (options.token !== undefined)) {
    throw new CliError("--token goes with --provider.", EXIT.usage, "It names the bond that is claimed from.");
  }
  const evidence = await evidenceOf(options);
  const context = await createContext(options);
  const { client, deployment, settings } = context;
  const sold = subject === "License" ? await licenseWithOffer(context, id) : undefined;
  const from = options.token === undefined ? undefined : await tokenOf(context, options.token);
  const lossUnits = from?.units ?? sold?.units;
  if (options.claimed !== undefined && !lossUnits) {
    throw new CliError("--claimed goes with a license or a provider.", EXIT.usage, "Other claims are not about money.");
  }
  const claim = {
    reason,
    id,
    occurredAt: at ?? (await chainNow(context)),
    freeze: options.freeze,
    ...(from ? { token: from.token } : {}),
    ...(options.claimed !== undefined && lossUnits
      ? { claimed: parseAmount("--claimed", options.claimed, lossUnits.decimals) }
      : {}),
  };
  const account = await actingAddress(settings);
  const offer = sold ? { offer: sold.offer } : {};
  const prepared = await prepareOpenDispute(client, { deployment, account, claim, evidence, ...offer });
  if (prepared.answer !== "Fine") {
    throw new CliError(
      `The chain itself answers this claim: ${kebab(prepared.answer)}.`,
      EXIT.refused,
      "See docs/trust.md for what each answer means.",
    );
  }
  const units = await tokenUnits(context, prepared.token);
  const facts = {
    about: subject.toLowerCase(),
    reason: kebab(reason),
    bond: amountText(prepared.bond, units),
    respondent: prepared.respondent,
    judge: prepared.judge,
  };
  await runPrepared(context, prepared, facts, ({ receipt }) => {
    const { disputeId } = openDispute.extractEvent(receipt.logs);
    return { disputeId };
  });
}

async function runEvidence(
  action: typeof respondToDispute | typeof submitDisputeEvidence,
  id: string,
  options: Settings & EvidenceOptions,
): Promise<void> {
  parseId("<dispute>", id);
  const evidence = await evidenceOf(options);
  const { context, case: of } = await disputeContext(id, options);
  const outcome = await write(context, action as typeof respondToDispute, { ...of, evidence });
  printOutcome(context, outcome, () => ({ disputeId: of.disputeId, evidence: evidence.hash, uri: evidence.uri }));
}

async function runCounterBond(id: string, options: Settings): Promise<void> {
  const { context, disputeId, units } = await disputeContext(id, options);
  const { client, deployment, settings } = context;
  const prepared = await prepareCounterBond(client, { deployment, account: await actingAddress(settings), disputeId });
  await runPrepared(context, prepared, { disputeId, counterBond: amountText(prepared.bond, units) }, ({ receipt }) => ({
    posted: postCounterBond.extractEvents(receipt.logs).length > 0,
  }));
}

async function runShow(id: string, options: Settings): Promise<void> {
  const { context, disputeId, dispute, units, stakeUnits, case: of } = await disputeContext(id, options);
  const { client, deployment, output, settings, chainId } = context;
  const place = { deployment, disputeId };
  const claimId = disputeClaimId(client, place);
  const [latest, bonds, stake, judge, now, lock] = await Promise.all([
    disputeRuling(client, place),
    disputeBonds(client, place),
    disputeStake(client, place),
    disputeJudge(client, { deployment, judge: dispute.judge }),
    chainNow(context),
    bondLock(client, { deployment, claimId }),
  ]);
  const record = settings.indexer ? await getDispute({ url: settings.indexer }, { chainId, disputeId }) : undefined;
  const ruling = isRuled(dispute) ? latest : undefined;
  const left = dispute.phase === "Closed" ? undefined : Math.max(0, dispute.deadline - now);
  const would = ruling && dispute.phase !== "Closed" && (await previewRuling(client, { deployment, ...of, ruling }));
  output.result(
    checksummed({
      disputeId,
      about: dispute.subject.toLowerCase(),
      subject: subjectText(dispute.subject, dispute.subjectId),
      reason: kebab(dispute.reason),
      phase: kebab(dispute.phase),
      outcome: dispute.outcome === "None" ? undefined : kebab(dispute.outcome),
      claimant: dispute.claimant,
      respondent: dispute.respondent,
      arbitrator: judge.arbitrator,
      ...(left === undefined ? {} : { deadline: dispute.deadline, secondsLeft: left }),
      holds: dispute.flags,
      claimed: amountText(stake.claimed, stakeUnits),
      bond: amountText(dispute.bond, units),
      ...(lock
        ? { lockedBond: { claim: claimId, amount: amountText(lock.amount, stakeUnits), since: lock.since } }
        : {}),
      ...(bonds.counterBond > 0n ? { counterBond: amountText(bonds.counterBond, units) } : {}),
      ...(bonds.appealBond > 0n ? { appellant: bonds.appellant, appealBond: amountText(bonds.appealBond, units) } : {}),
      ...(ruling ? { ruling: rulingText(ruling, units, stakeUnits) } : {}),
      ...(would
        ? {
            ifItStands: {
              held: amountText(would.held, units),
              refund: amountText(would.refund, units),
              released: amountText(would.released, units),
              fromBond: amountText(would.fromBond, stakeUnits),
            },
          }
        : {}),
      ...(record ? { timeline: record.events, evidence: record.evidence, votes: record.votes } : {}),
    }),
  );
}

async function runList(options: Settings & { account?: string; license?: string }): Promise<void> {
  const filters = {
    ...(options.account === undefined ? {} : { account: parseAddress("--account", options.account) }),
    ...(options.license === undefined ? {} : { licenseId: parseId("--license", options.license) }),
  };
  const context = await createContext(options);
  const url = requireSetting(context.settings, "indexer", "--indexer");
  const { items } = await getDisputes({ url }, { chainId: context.chainId, ...filters });
  const tokens = [...new Set(items.map(({ token }) => token))];
  const units = new Map(
    await Promise.all(tokens.map(async (token) => [token, await tokenUnits(context, token)] as const)),
  );
  context.output.result(
    items.map((item) => listed(item, (amount) => amountText(amount, units.get(item.token) as Units))),
  );
}

type Units = Awaited<ReturnType<typeof tokenUnits>>;

const listed = (item: DisputeSummary, text: (amount: bigint) => string) =>
  checksummed({
    disputeId: item.disputeId,
    about: lower(item.subject),
    subject: subjectText(item.subject, item.subjectId),
    reason: lower(item.reason),
    phase: lower(item.phase),
    outcome: item.outcome === "NONE" ? undefined : lower(item.outcome),
    claimant: item.claimant,
    respondent: item.respondent,
    bond: text(item.bond),
    deadline: item.phase === "CLOSED" ? undefined : (item.deadline ?? undefined),
    openedAt: item.openedAt,
    closedAt: item.closedAt ?? undefined,
  });

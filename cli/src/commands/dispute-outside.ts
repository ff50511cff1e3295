/** Disputes that another protocol judges: UMA's oracle, or a court that speaks ERC-792. */
import {
  type OutsideCase,
  outsideCase,
  type PreparedOutside,
  prepareAppealAtCourt,
  prepareContestAssertion,
  prepareOutsideRuling,
  submitCourtEvidence,
} from "@colophon-protocol/sdk";
import type { Command } from "commander";
import { actingAddress } from "../account.js";
import { CliError, EXIT } from "../exit-codes.js";
import { runPrepared } from "../prepared.js";
import { printOutcome, write } from "../send.js";
import type { Settings } from "../settings.js";
import { costText, disputeContext } from "./dispute-values.js";
import { addVerb } from "./verbs.js";

/** Adds the verbs about oracles and courts. */
export function addOutsideVerbs(dispute: Command): void {
  addVerb(
    dispute,
    "deliver <dispute>",
    "bring the ruling of an oracle or court to the dispute; anyone may",
    "dispute deliver 1",
  ).action((id, _, command) => runDeliver(id, command.optsWithGlobals()));
  addVerb(
    dispute,
    "contest-assertion <dispute>",
    "say at UMA's oracle, against a bond, that the claim is wrong: its voters decide then",
    "dispute contest-assertion 1 --dry-run",
    "dispute contest-assertion 1",
  ).action((id, _, command) => runCostly(prepareContestAssertion, id, command.optsWithGlobals()));
  addVerb(
    dispute,
    "court-appeal <dispute>",
    "appeal within an ERC-792 court, in its own appeal period; `dispute appeal` asks the higher arbitrator",
    "dispute court-appeal 1",
  ).action((id, _, command) => runCostly(prepareAppealAtCourt, id, command.optsWithGlobals()));
  addVerb(
    dispute,
    "court-evidence <dispute>",
    "show evidence to an ERC-792 court by its own standard",
    "dispute court-evidence 1 --uri ipfs://bafy…",
  )
    .requiredOption("--uri <uri>", "where the court finds it: ipfs://…, https://…")
    .action((id, _, command) => runCourtEvidence(id, command.optsWithGlobals()));
}

const shown = ({ arbitrator, round, key }: OutsideCase) => ({ arbitrator, round, case: key });

async function runDeliver(id: string, options: Settings): Promise<void> {
  const { context, disputeId } = await disputeContext(id, options);
  const { client, deployment } = context;
  const prepared = await prepareOutsideRuling(client, { deployment, disputeId });
  await runPrepared(context, prepared, { disputeId, ...shown(prepared), step: prepared.step });
}

async function runCostly(
  prepare: typeof prepareContestAssertion | typeof prepareAppealAtCourt,
  id: string,
  options: Settings,
): Promise<void> {
  const { context, disputeId } = await disputeContext(id, options);
  const { client, deployment, settings } = context;
  const account = await actingAddress(settings);
  const prepared: PreparedOutside = await prepare(client, { deployment, account, disputeId });
  await runPrepared(context, prepared, { disputeId, ...shown(prepared), ...(await costText(context, prepared.cost)) });
}

async function runCourtEvidence(id: string, options: Settings & { uri: string }): Promise<void> {
  const { context, disputeId } = await disputeContext(id, options);
  const { client, deployment } = context;
  const found = await outsideCase(client, { deployment, disputeId });
  const { arbitrator: address, round, court } = found;
  if (!court) {
    throw new CliError(
      `Dispute ${disputeId} is not before a court.`,
      EXIT.refused,
      "Other judges read what `colophon dispute evidence` submits.",
    );
  }
  const given = { disputeId, round, uri: options.uri, address };
  const outcome = await write(context, submitCourtEvidence, given);
  printOutcome(context, outcome, () => ({ disputeId, ...shown(found), evidence: options.uri }));
}

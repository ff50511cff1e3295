/** `colophon recall`: what leaves a version, and what its licensees do about it. */
import {
  acknowledgeRecall,
  acknowledgeRecallBySignature,
  nameRevokedRoot,
  openRecall,
  RECALL_ACTION,
  RECALL_REASON,
  type RecallAction,
  type RecallReason,
  recallAcknowledgementOf,
  recallActionNumber,
  recallOf,
  recallStanding,
  resolveRecall,
  revokedRootAt,
  setRevokedRoot,
  signRecallAcknowledgement,
} from "@colophon-protocol/sdk";
import { getRecallInbox, getRecallLicenses, type RecallLicenseEntity } from "@colophon-protocol/sdk/indexer";
import type { Command } from "commander";
import { zeroHash } from "viem";
import { actingAddress, parseAddress, requireSigner } from "../account.js";
import { createContext } from "../context.js";
import { checksummed } from "../output.js";
import { parseDuration, parseHash, parseId, parseInteger } from "../parse.js";
import { printOutcome, write } from "../send.js";
import { requireSetting, type Settings } from "../settings.js";
import { readSigned, shownSigned, writeSigned } from "../signed-file.js";
import { MAX_VERSION } from "./component.js";
import {
  addVersionOptions,
  chainNow,
  fileHash,
  kebab,
  lower,
  parseNamed,
  type VersionOptions,
  versionOf,
} from "./trust-values.js";
import { addVerb } from "./verbs.js";

export function addRecall(program: Command): void {
  const recall = program
    .command("recall")
    .description("recalls: what leaves a version, and what licensees do about it");
  addVersionOptions(
    addVerb(
      recall,
      "open",
      "recall leaves of a version, as its owner: sets the root that covers them, where it is not in force yet, and opens",
      "recall open --dataset 1 --reason takedown --leaves leaves.json --root 0x4e…",
    ),
  )
    .requiredOption("--reason <reason>", "opt-out, takedown or defect; consents that end open recalls by themselves")
    .requiredOption("--leaves <file>", "canonical list of leaves and records that leave, or its SHA-256")
    .requiredOption("--root <hash>", "root of all that has left the version, these leaves included")
    .option("--period <duration>", "that licensees have; the governed least unless told")
    .action((_, command) => runOpen(command.optsWithGlobals()));
  addVerb(
    recall,
    "name-root <recall>",
    "name the root that covers what left, for a recall by consent; only the owner, once",
    "recall name-root 1 --root 0x4e…",
  )
    .requiredOption("--root <hash>", "root of all that has left the version")
    .action((id, _, command) => runNameRoot(id, command.optsWithGlobals()));
  const answer = (name: string, text: string, ...examples: string[]) =>
    addVerb(recall, `${name} <recall> <license>`, text, ...examples)
      .option("--evidence <file>", "what shows it, or its SHA-256; kept off chain")
      .option("--out <file>", "write the signed answer for somebody else to send, and send nothing");
  answer(
    "acknowledge",
    "say that you deleted, or retrained without, what was recalled",
    "recall acknowledge 1 1 --action delete",
  )
    .requiredOption("--action <action>", "delete or retrain")
    .action((id, license, _, command) => runAnswer(id, license, command.optsWithGlobals()));
  answer(
    "contest",
    "say that the recall is wrong; it holds until somebody rules, or the contest period ends",
    "recall contest 1 1",
  ).action((id, license, _, command) => runAnswer(id, license, { ...command.optsWithGlobals(), action: "contest" }));
  addVerb(recall, "submit <file>", "send a licensee's signed answer; anyone may", "recall submit answer.json").action(
    (file, _, command) => runSubmit(file, command.optsWithGlobals()),
  );
  addVerb(
    recall,
    "resolve <recall>",
    "link the version without what left; only the owner, once",
    "recall resolve 1 --new-version 2",
  )
    .requiredOption("--new-version <n>", "published, and after the recalled one")
    .action((id, _, command) => runResolve(id, command.optsWithGlobals()));
  addVerb(
    recall,
    "show <recall>",
    "a recall and its times; with --license how that stands, with --indexer all affected licenses",
    "recall show 1",
    "recall show 1 --license 1",
  )
    .option("--license <id>", "a license")
    .action((id, _, command) => runShow(id, command.optsWithGlobals()));
  addVerb(
    recall,
    "inbox",
    "recalls of the licenses that an account holds, from the indexer",
    "recall inbox --indexer http://127.0.0.1:42069",
  )
    .option("--holder <address>", "account; the signing one unless told")
    .action((_, command) => runInbox(command.optsWithGlobals()));
}

const OWNERS = RECALL_REASON.filter((reason) => reason !== "ConsentRevoked");

async function runOpen(
  options: Settings & VersionOptions & { reason: string; leaves: string; root: string; period?: string },
): Promise<void> {
  const version = versionOf(options);
  const reason = parseNamed<RecallReason>("--reason", options.reason, OWNERS) as "OptOut" | "Takedown" | "Defect";
  const root = parseHash("--root", options.root);
  const period = options.period === undefined ? 0 : parseDuration("--period", options.period);
  const leavesHash = await fileHash("--leaves", options.leaves);
  const context = await createContext(options);
  const { client, deployment, settings } = context;
  const revokedRoot = await revokedRootAt(client, { deployment, ...version, timestamp: await chainNow(context) });
  // A recall names the root in force: so it is set first, and a dry run shows that as the step to come.
  const set =
    revokedRoot === root ? undefined : await write(context, setRevokedRoot, { ...version, revokedRoot: root });
  if (set && settings.dryRun) return printOutcome(context, set, () => ({}));
  const outcome = await write(context, openRecall, { ...version, reason, leavesHash, revokedRoot: root, period });
  printOutcome(context, outcome, (event) => ({
    recallId: event?.recallId,
    ...version,
    reason: kebab(reason),
    leavesHash,
    revokedRoot: root,
    deadline: event?.recall.deadline,
  }));
}

async function runNameRoot(id: string, options: Settings & { root: string }): Promise<void> {
  const recallId = parseId("<recall>", id);
  const root = parseHash("--root", options.root);
  const context = await createContext(options);
  const { client, deployment, settings } = context;
  const { datasetId, version } = await recallOf(client, { deployment, recallId });
  const revokedRoot = await revokedRootAt(client, {
    deployment,
    datasetId,
    version,
    timestamp: await chainNow(context),
  });
  const set =
    revokedRoot === root ? undefined : await write(context, setRevokedRoot, { datasetId, version, revokedRoot: root });
  if (set && settings.dryRun) return printOutcome(context, set, () => ({}));
  printOutcome(context, await write(context, nameRevokedRoot, { recallId, revokedRoot: root }), () => ({
    recallId,
    revokedRoot: root,
  }));
}

interface AnswerOptions extends Settings {
  action: string;
  evidence?: string;
  out?: string;
}

async function runAnswer(id: string, license: string, options: AnswerOptions): Promise<void> {
  const recallId = parseId("<recall>", id);
  const licenseId = parseId("<license>", license);
  const action = parseNamed<RecallAction>("--action", options.action, RECALL_ACTION) as Exclude<RecallAction, "None">;
  const evidenceHash = options.evidence === undefined ? zeroHash : await fileHash("--evidence", options.evidence);
  const context = await createContext(options);
  const { client, deployment, settings, output } = context;
  if (options.out === undefined) {
    const outcome = await write(context, acknowledgeRecall, { recallId, licenseId, action, evidenceHash });
    printOutcome(context, outcome, () => ({ recallId, licenseId, action: kebab(action) }));
    return;
  }
  const account = await requireSigner(settings);
  const last = await recallAcknowledgementOf(client, { deployment, recallId, licenseId });
  const message = {
    recallId,
    licenseId,
    action: recallActionNumber(action),
    evidenceHash,
    sequence: (last?.sequence ?? 0n) + 1n,
    signedAt: await chainNow(context),
  };
  const signature = await signRecallAcknowledgement(client, { deployment, account, message });
  await writeSigned<"RecallAcknowledgement">(options.out, { message, signature });
  output.result(shownSigned<"RecallAcknowledgement">({ message, signature }));
}

async function runSubmit(file: string, options: Settings): Promise<void> {
  const { message: answer, signature } = await readSigned("RecallAcknowledgement", file);
  const context = await createContext(options);
  printOutcome(context, await write(context, acknowledgeRecallBySignature, { answer, signature }), (event) => ({
    recallId: answer.recallId,
    licenseId: answer.licenseId,
    holder: event?.holder,
  }));
}

async function runResolve(id: string, options: Settings & { newVersion: string }): Promise<void> {
  const recallId = parseId("<recall>", id);
  const newVersion = parseInteger("--new-version", options.newVersion, 1, MAX_VERSION);
  const context = await createContext(options);
  printOutcome(context, await write(context, resolveRecall, { recallId, newVersion }), () => ({
    recallId,
    newVersion,
  }));
}

async function runShow(id: string, options: Settings & { license?: string }): Promise<void> {
  const recallId = parseId("<recall>", id);
  const licenseId = options.license === undefined ? undefined : parseId("--license", options.license);
  const { client, deployment, output, settings } = await createContext(options);
  const { reason, newVersion, revokedRoot, ...found } = await recallOf(client, { deployment, recallId });
  const of = licenseId === undefined ? undefined : { deployment, recallId, licenseId };
  const [standing, answer] = of
    ? await Promise.all([recallStanding(client, of), recallAcknowledgementOf(client, of)])
    : [undefined, undefined];
  const listed = settings.indexer ? await getRecallLicenses({ url: settings.indexer }, { recallId }) : undefined;
  output.result(
    checksummed({
      recallId,
      reason: kebab(reason),
      ...found,
      revokedRoot: revokedRoot === zeroHash ? "not named yet" : revokedRoot,
      newVersion: newVersion || undefined,
      ...(standing ? { licenseId, standing: kebab(standing), action: answer && kebab(answer.action) } : {}),
      ...(listed ? { licenses: listed.items.map(shownLicense) } : {}),
    }),
  );
}

const shownLicense = ({ licenseId, holder, standing, action, answeredAt }: RecallLicenseEntity) => ({
  licenseId,
  holder,
  standing: lower(standing),
  action: action === "NONE" ? undefined : lower(action),
  answeredAt: answeredAt ?? undefined,
});

async function runInbox(options: Settings & { holder?: string }): Promise<void> {
  const named = options.holder === undefined ? undefined : parseAddress("--holder", options.holder);
  const { output, settings } = await createContext(options);
  const url = requireSetting(settings, "indexer", "--indexer");
  const holder = named ?? (await actingAddress(settings));
  const { items } = await getRecallInbox({ url }, { holder });
  output.result(
    items.map(({ recall: { recallId, datasetRef, version, reason, deadline }, ...entry }) => ({
      recallId,
      dataset: datasetRef.split("-")[1],
      version,
      reason: lower(reason),
      deadline,
      licenseId: entry.licenseId,
      standing: lower(entry.standing),
    })),
  );
}

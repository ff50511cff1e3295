/** `colophon consent`: what people agreed to, and its end. */
import {
  anchorConsents,
  type ConsentProof,
  consentBatch,
  consentHashOf,
  consentStatus,
  guardianOf,
  isConsentInForce,
  linkConsent,
  linkConsentBatch,
  nameGuardian,
  recordConsent,
  recordConsentFromBatch,
  revokeConsent,
  revokeConsentBySignature,
  signConsent,
  startRecall,
  startRecallOfBatch,
  type Uses,
  usesBits,
  withdrawalOf,
} from "@colophon-protocol/sdk";
import type { UseName } from "@colophon-protocol/sdk/formats";
import type { Command } from "commander";
import { type Hex, isHex, keccak256, zeroAddress } from "viem";
import { parseAddress, requireSigner } from "../account.js";
import { createContext } from "../context.js";
import { CliError, EXIT } from "../exit-codes.js";
import { parseHash, parseId, parseTime } from "../parse.js";
import { printOutcome, write } from "../send.js";
import { readJsonFile, type Settings } from "../settings.js";
import { readSigned, shownSigned, writeSigned } from "../signed-file.js";
import {
  addVersionOptions,
  chainNow,
  fileHash,
  parseReason,
  parseVersion,
  type VersionOptions,
  versionOf,
} from "./trust-values.js";
import { addVerb } from "./verbs.js";

const CONTROLLER = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";

export function addConsent(program: Command): void {
  const consent = program.command("consent").description("consents of people whose data is used, and their end");
  addVerb(
    consent,
    "sign",
    "consent to a controller, by signature; a file that the controller records",
    `consent sign --controller ${CONTROLLER} --uses train --receipt receipt.json --out consent.json`,
  )
    .requiredOption("--controller <address>", "who may use the data")
    .requiredOption("--uses <use...>", "for what: names of uses, such as train")
    .requiredOption("--receipt <file>", "the consent receipt, salted, or its SHA-256; it stays off chain")
    .option("--valid-from <time>", "seconds or date; now unless told")
    .option("--valid-until <time>", "seconds or date; 0 for no end", "0")
    .option("--nonce <n>", "tells consents apart that are equal in all else", "1")
    .requiredOption("--out <file>", "where to write it")
    .action((_, command) => runSign(command.optsWithGlobals()));
  addVerb(
    consent,
    "record <file>",
    "put a signed consent on record, alone or out of its batch; anyone may",
    "consent record consent.json",
  ).action((file, _, command) => runRecord(file, command.optsWithGlobals()));
  addVerb(
    consent,
    "anchor <files...>",
    "anchor many consents at once, as their controller; each file gets its proof",
    "consent anchor one.json two.json --leaves leaves.json",
  )
    .requiredOption("--leaves <file>", "list of the leaves and records that came with them, or its SHA-256")
    .action((files, _, command) => runAnchor(files, command.optsWithGlobals()));
  addVersionOptions(
    addVerb(
      consent,
      "link <file>",
      "say that a recorded consent is of a version, as controller and owner; a batch by its root",
      "consent link consent.json --dataset 1 --leaves leaves.json",
      `consent link 0x${"1b".repeat(32)} --dataset 1`,
    ),
  )
    .option("--leaves <file>", "list of the leaves that came with the consent, or its SHA-256")
    .action((file, _, command) => runLink(file, command.optsWithGlobals()));
  addVerb(
    consent,
    "guardian <address>",
    'name who else may revoke your consents; "none" for nobody',
    `consent guardian ${CONTROLLER}`,
  ).action((who, _, command) => runGuardian(who, command.optsWithGlobals()));
  addVerb(
    consent,
    "revoke <file>",
    "revoke a consent for good and start recalls: its grantor, a guardian, or anyone with the grantor's signature",
    'consent revoke consent.json --reason "I changed my mind" --of 1/1',
    "consent revoke consent.json --out withdrawal.json",
    "consent revoke consent.json --file withdrawal.json",
  )
    .option("--reason <text>", "at most 32 bytes, or 32 bytes of hex", "withdrawn")
    .option("--of <dataset/version...>", "versions that it is linked to, which are recalled in the same transaction")
    .option("--out <file>", "sign the withdrawal for somebody else to send, and send nothing")
    .option("--file <file>", "the grantor's signed withdrawal")
    .action((file, _, command) => runRevoke(file, command.optsWithGlobals()));
  addVersionOptions(
    addVerb(
      consent,
      "recall <file>",
      "start the recall of a version that a revoked consent, or its batch, is linked to; anyone may",
      "consent recall consent.json --dataset 1",
    ),
  ).action((file, _, command) => runRecall(file, command.optsWithGlobals()));
  addVerb(
    consent,
    "status <consent>",
    "a consent by its file or hash: recorded, in force, revoked",
    "consent status consent.json",
  ).action((what, _, command) => runStatus(what, command.optsWithGlobals()));
}

interface SignOptions extends Settings {
  controller: string;
  uses: string[];
  receipt: string;
  validFrom?: string;
  validUntil: string;
  nonce: string;
  out: string;
}

async function runSign(options: SignOptions): Promise<void> {
  const controller = parseAddress("--controller", options.controller);
  const uses = usesBits(options.uses.flatMap((each) => each.split(",")) as UseName[] as Uses);
  const validUntil = parseTime("--valid-until", options.validUntil);
  const from = options.validFrom === undefined ? undefined : parseTime("--valid-from", options.validFrom);
  const nonce = parseId("--nonce", options.nonce);
  const receiptHash = await fileHash("--receipt", options.receipt);
  const context = await createContext(options);
  const { client, deployment, settings, output } = context;
  const account = await requireSigner(settings);
  const validFrom = from ?? (await chainNow(context));
  const message = { receiptHash, grantor: account.address, controller, uses, validFrom, validUntil, nonce };
  const signature = await signConsent(client, { deployment, account, message });
  await writeSigned<"Consent">(options.out, { message, signature });
  output.result({ consentHash: consentHashOf(message), ...shownSigned<"Consent">({ message, signature }) });
}

/** A consent's file, with its place in a batch where it has one. */
async function readConsent(path: string) {
  const { message: consent, signature } = await readSigned("Consent", path);
  const { proof } = (await readJsonFile(path)) as { proof?: Record<string, unknown> };
  if (proof === undefined) return { consent, signature };
  const { root, index, leavesHash, path: nodes } = proof;
  if (!isHex(root) || !isHex(leavesHash) || !Array.isArray(nodes) || !/^\d+$/.test(String(index))) {
    throw new CliError(
      `${path} has a proof that is none.`,
      EXIT.usage,
      "Expected what `consent anchor` wrote into it.",
    );
  }
  const found: ConsentProof = { root, index: BigInt(String(index)), leavesHash, path: nodes as Hex[] };
  return { consent, signature, proof: found };
}

async function runRecord(file: string, options: Settings): Promise<void> {
  const { consent, signature, proof } = await readConsent(file);
  const context = await createContext(options);
  const outcome = proof
    ? await write(context, recordConsentFromBatch, { consent, signature, proof })
    : await write(context, recordConsent, { consent, signature });
  printOutcome(context, outcome, () => ({
    consentHash: consentHashOf(consent),
    grantor: consent.grantor,
    controller: consent.controller,
  }));
}

async function runAnchor(files: string[], options: Settings & { leaves: string }): Promise<void> {
  const leavesHash = await fileHash("--leaves", options.leaves);
  const consents = await Promise.all(files.map(readConsent));
  const batch = consentBatch(consents.map(({ consent, signature }) => ({ consent, signature, leavesHash })));
  const context = await createContext(options);
  const outcome = await write(context, anchorConsents, { root: batch.root, size: batch.size });
  if (!outcome.dryRun) {
    for (const [i, file] of files.entries()) {
      const [signed, proof] = [consents[i], batch.proofs[i]];
      if (!signed || !proof) continue;
      const { consent: message, signature } = signed;
      await writeSigned<"Consent">(file, { message, signature }, { proof: { ...proof, path: [...proof.path] } });
    }
  }
  printOutcome(context, outcome, () => ({ root: batch.root, consents: batch.size }));
}

async function runLink(what: string, options: Settings & VersionOptions & { leaves?: string }): Promise<void> {
  const version = versionOf(options);
  if (isHex(what)) {
    const root = parseHash("<file>", what);
    const context = await createContext(options);
    printOutcome(context, await write(context, linkConsentBatch, { root, ...version }), () => ({ root, ...version }));
    return;
  }
  if (options.leaves === undefined) {
    throw new CliError("--leaves is missing.", EXIT.usage, "Say which leaves came with the consent.");
  }
  const leavesHash = await fileHash("--leaves", options.leaves);
  const { consent } = await readConsent(what);
  const context = await createContext(options);
  printOutcome(context, await write(context, linkConsent, { consent, ...version, leavesHash }), () => ({
    consentHash: consentHashOf(consent),
    ...version,
    leavesHash,
  }));
}

async function runGuardian(who: string, options: Settings): Promise<void> {
  const guardian = who === "none" ? zeroAddress : parseAddress("<address>", who);
  const context = await createContext(options);
  printOutcome(context, await write(context, nameGuardian, { guardian }), () => ({
    guardian: who === "none" ? who : guardian,
  }));
}

interface RevokeOptions extends Settings {
  reason: string;
  of?: string[];
  out?: string;
  file?: string;
}

async function runRevoke(path: string, options: RevokeOptions): Promise<void> {
  const reason = parseReason("--reason", options.reason);
  const versions = (options.of ?? []).map((each) => parseVersion("--of", each));
  if (options.file !== undefined && versions.length > 0) {
    throw new CliError("--of does not go with --file.", EXIT.usage, "Start the recalls by `colophon consent recall`.");
  }
  const { consent } = await readConsent(path);
  const withdrawal = options.file === undefined ? undefined : await readSigned("Consent", options.file);
  const context = await createContext(options);
  const { client, deployment, settings, output } = context;
  const consentHash = consentHashOf(consent);
  if (options.out !== undefined) {
    const account = await requireSigner(settings);
    const message = withdrawalOf(consent, await chainNow(context));
    const signature = await signConsent(client, { deployment, account, message });
    await writeSigned<"Consent">(options.out, { message, signature });
    output.result({ consentHash, ...shownSigned<"Consent">({ message, signature }) });
    return;
  }
  if (withdrawal) {
    const given = { consent, withdrawal: withdrawal.message, signature: withdrawal.signature };
    printOutcome(context, await write(context, revokeConsentBySignature, given), () => ({
      consentHash,
      revoked: true,
    }));
    return;
  }
  const outcome = await write(context, revokeConsent, { consent, reason, versions });
  printOutcome(context, outcome, () => {
    const logs = outcome.dryRun ? [] : outcome.sent.receipt.logs;
    const recalls = startRecall.extractEvents(logs).map(({ recallId }) => recallId);
    return { consentHash, revoked: true, recalls };
  });
}

async function runRecall(path: string, options: Settings & VersionOptions): Promise<void> {
  const version = versionOf(options);
  const { consent, signature, proof } = await readConsent(path);
  const context = await createContext(options);
  const outcome = proof
    ? await write(context, startRecallOfBatch, { consent, signatureHash: keccak256(signature), proof, ...version })
    : await write(context, startRecall, { consentHash: consentHashOf(consent), ...version });
  printOutcome(context, outcome, (event) => ({ recallId: event?.recallId, ...version }));
}

async function runStatus(what: string, options: Settings): Promise<void> {
  const consent = isHex(what) ? undefined : (await readConsent(what)).consent;
  const consentHash = consent ? consentHashOf(consent) : parseHash("<consent>", what);
  const context = await createContext(options);
  const { client, deployment, output } = context;
  const { recordedAt, revokedAt } = await consentStatus(client, { deployment, consentHash });
  const now = await chainNow(context);
  const details = consent && {
    inForce: await isConsentInForce(client, { deployment, consent, at: now }),
    grantor: consent.grantor,
    controller: consent.controller,
    guardian: await guardianOf(client, { deployment, grantor: consent.grantor }),
  };
  output.result({
    consentHash,
    recorded: recordedAt !== undefined,
    recordedAt,
    revoked: revokedAt !== undefined,
    revokedAt,
    ...details,
  });
}

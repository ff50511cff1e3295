/** Evidence that an arbitrator alone reads: its key, sealing a file to it, and opening one. Nothing is sent. */
import { createHash } from "node:crypto";
import { stat, writeFile } from "node:fs/promises";
import { fromHex, toHex } from "@colophon-protocol/sdk/formats";
import {
  evidenceKeyOf,
  evidenceRecipient,
  newEvidenceKey,
  openEvidence,
  sealEvidence,
} from "@colophon-protocol/sdk/keys";
import type { Command } from "commander";
import { CliError, EXIT } from "../exit-codes.js";
import { terminalOutput } from "../output.js";
import { parseHash } from "../parse.js";
import { readPrivate, writePrivate } from "../secrets.js";
import { completeSettings, readBytes, type Settings } from "../settings.js";
import { addVerb } from "./verbs.js";

const PUBLIC_KEY = `0x${"8f".repeat(32)}`;

/** Adds the verbs of sealed evidence. */
export function addSealedVerbs(dispute: Command): void {
  addVerb(
    dispute,
    "new-key",
    "as a councillor: make a key for evidence that is for you alone; give the public one out",
    "dispute new-key --out evidence.key",
  )
    .requiredOption("--out <file>", "file for the secret key, readable by you alone")
    .action((_, command) => runNewKey(command.optsWithGlobals()));
  addVerb(
    dispute,
    "seal <file>",
    "encrypt a file to a councillor's public key, to be given as evidence with --recipient",
    `dispute seal log.json --to ${PUBLIC_KEY} --out log.sealed`,
  )
    .requiredOption("--to <key>", "the public key, 32 bytes of hex")
    .requiredOption("--out <file>", "where to write it")
    .action((file, _, command) => runSeal(file, command.optsWithGlobals()));
  addVerb(
    dispute,
    "unseal <file>",
    "as a councillor: open evidence that was sealed to your key",
    "dispute unseal log.sealed --key evidence.key --out log.json",
  )
    .requiredOption("--key <file>", "what `dispute new-key` wrote")
    .requiredOption("--out <file>", "where to write what was in it")
    .action((file, _, command) => runUnseal(file, command.optsWithGlobals()));
}

async function runNewKey(options: Settings & { out: string }): Promise<void> {
  if (await stat(options.out).catch(() => undefined)) {
    throw new CliError(
      `${options.out} is there already.`,
      EXIT.usage,
      "A key that is lost opens nothing: name another.",
    );
  }
  const { json } = await completeSettings(options);
  const { secretKey, publicKey } = newEvidenceKey();
  await writePrivate(options.out, `${toHex(secretKey)}\n`);
  terminalOutput(json).result({
    keyFile: options.out,
    publicKey: toHex(publicKey),
    recipient: evidenceRecipient(publicKey),
  });
}

async function runSeal(path: string, options: Settings & { to: string; out: string }): Promise<void> {
  const publicKey = fromHex(parseHash("--to", options.to), 32);
  const file = await readBytes(path);
  const { json } = await completeSettings(options);
  const sealed = await sealEvidence(file, publicKey);
  await writeFile(options.out, sealed);
  const hash = `0x${createHash("sha256").update(sealed).digest("hex")}`;
  terminalOutput(json).result({ file: options.out, hash, recipient: evidenceRecipient(publicKey) });
}

async function runUnseal(path: string, options: Settings & { key: string; out: string }): Promise<void> {
  const text = await readPrivate(options.key);
  if (text === undefined) {
    throw new CliError(`There is no key ${options.key}.`, EXIT.usage, "Make one with `colophon dispute new-key`.");
  }
  const sealed = await readBytes(path);
  const { json } = await completeSettings(options);
  await writeFile(options.out, await openEvidence(sealed, evidenceKeyOf(fromHex(text.trim(), 32))));
  terminalOutput(json).result({ file: options.out });
}

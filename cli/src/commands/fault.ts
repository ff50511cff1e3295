/** `colophon fault`: what a provider signed, brought against it, and requests that nobody answered. */
import {
  answerChallenge,
  challengeCost,
  challengeOf,
  compensatedOf,
  encodingOf,
  encodingProof,
  faultChallenge,
  faultMarksOf,
  forkEvidence,
  lastChallengeOf,
  type Offer,
  openChallenge,
  prepareChallenge,
  proveEquivocation,
  proveLateReceipt,
  proveWrongContent,
  proveWrongRoot,
  type SignedHead,
  type SignedReceipt,
  signAvailabilityReceipt,
  signDeliveryRequest,
  wrongContentEvidence,
} from "@colophon-protocol/sdk";
import type { Message } from "@colophon-protocol/sdk/formats";
import type { Command } from "commander";
import { bytesToHex } from "viem";
import { actingAddress, parseAddress, requireSigner } from "../account.js";
import { type Context, createContext } from "../context.js";
import { CliError, EXIT } from "../exit-codes.js";
import { parseAmount, parseId, parseInteger } from "../parse.js";
import { runPrepared } from "../prepared.js";
import { printOutcome, write } from "../send.js";
import { readBytes, type Settings } from "../settings.js";
import { readSigned, shownSigned, writeSigned } from "../signed-file.js";
import { amountText } from "./token.js";
import { chainNow, checkAmount, kebab, licenseWithOffer, readLeaves, signerOf, tokenOf } from "./trust-values.js";
import { addVerb } from "./verbs.js";

interface SignerOptions extends Settings {
  signer?: string;
}

export function addFault(program: Command): void {
  const fault = program.command("fault").description("prove a provider's fault on chain, or challenge it to serve");
  const ofReceipt = (name: string, text: string, example: string) =>
    addVerb(fault, `${name} <receipt>`, text, example).option(
      "--signer <address>",
      "who signed the receipt; whose key the signature is of, unless told",
    );
  ofReceipt(
    "wrong-content",
    "prove that a receipt covers a chunk that the encoding contradicts: refunds, ends the license, slashes",
    "fault wrong-content receipt.json --served served.leaves --encoding encoding.leaves",
  )
    .requiredOption("--served <file>", "leaves of all chunks that were served under the receipt, ascending")
    .requiredOption("--encoding <file>", "leaves of the encoding, as its provider published them")
    .action((file, _, command) => runWrongContent(file, command.optsWithGlobals()));
  ofReceipt(
    "wrong-root",
    "prove that a receipt names another root for its encoding than the registry has",
    "fault wrong-root receipt.json",
  ).action((file, _, command) => runReceipt(proveWrongRoot, file, command.optsWithGlobals()));
  ofReceipt(
    "late-receipt",
    "prove that a license was served after its end and grace",
    "fault late-receipt receipt.json",
  ).action((file, _, command) => runReceipt(proveLateReceipt, file, command.optsWithGlobals()));
  addVerb(
    fault,
    "equivocation <head> <other>",
    "prove by two signed log heads that a log has two histories",
    "fault equivocation one.json other.json --token TestUSDC",
    "fault equivocation older.json newer.json --entries newer.entries --token TestUSDC",
  )
    .requiredOption("--token <token>", "of the bond that is slashed")
    .option("--entries <file>", "leaf hashes of the larger log, 32 bytes each; not needed for heads of one size")
    .option("--signer <address>", "who signed both; whose key the signatures are of, unless told")
    .action((one, other, _, command) => runEquivocation([one, other], command.optsWithGlobals()));
  addVerb(
    fault,
    "challenge <license>",
    "ask on chain, for a fee, for a chunk that the provider does not serve; only the holder, or with its request",
    "fault challenge 1 --chunk 5 --max-fee 3",
    "fault challenge 1 --chunk 5 --out request.json",
    "fault challenge 1 --file request.json",
  )
    .option("--chunk <n>", "index of the chunk, from 0")
    .option("--sequence <n>", "of the request; one more than the last challenge's unless told")
    .option("--max-fee <amount>", "most that the fee may be, in whole tokens")
    .option("--out <file>", "write the signed request instead of sending it")
    .option("--file <file>", "send this signed request")
    .action((id, _, command) => runChallenge(id, command.optsWithGlobals()));
  addVerb(
    fault,
    "answer <challenge>",
    "answer a challenge in time, as the provider or its key for receipts; earns the fee",
    "fault answer 1 --encoding encoding.leaves",
  )
    .requiredOption("--encoding <file>", "leaves of the encoding")
    .action((id, _, command) => runAnswer(id, command.optsWithGlobals()));
  addVerb(
    fault,
    "close <challenge>",
    "end a challenge that nobody answered in time; anyone may",
    "fault close 1",
  ).action((id, _, command) => runClose(id, command.optsWithGlobals()));
  addVerb(
    fault,
    "show <license>",
    "what a license's provider was slashed for, and its last challenge",
    "fault show 1",
  ).action((id, _, command) => runShow(id, command.optsWithGlobals()));
}

/** A receipt's file, its license's offer, and who signed it. */
async function receiptContext(file: string, options: SignerOptions) {
  if (options.signer !== undefined) parseAddress("--signer", options.signer);
  const { message: receipt, signature } = await readSigned("DeliveryReceipt", file);
  const context = await createContext(options);
  const signer = await signerOf(context, "DeliveryReceipt", { message: receipt, signature }, options.signer);
  const signed: SignedReceipt = { receipt, signature, signer };
  return { context, signed, ...(await licenseWithOffer(context, receipt.licenseId)) };
}

async function runWrongContent(
  file: string,
  options: SignerOptions & { served: string; encoding: string },
): Promise<void> {
  const [served, encoding] = await Promise.all([
    readLeaves("--served", options.served),
    readLeaves("--encoding", options.encoding),
  ]);
  const { context, signed, offer, units, licenseId } = await receiptContext(file, options);
  const proof = wrongContentEvidence({ served, encoding, receipt: signed.receipt });
  if (!proof) {
    throw new CliError(
      "What was served is what the encoding has.",
      EXIT.usage,
      "There is no fault in it. Content that decrypts to something else is a dispute: `colophon dispute raise`.",
    );
  }
  printOutcome(context, await write(context, proveWrongContent, { offer, signed, proof }), (event) => ({
    licenseId,
    chunk: proof.served.index,
    refunded: event && amountText(event.refunded, units),
  }));
}

async function runReceipt(
  prove: typeof proveWrongRoot | typeof proveLateReceipt,
  file: string,
  options: SignerOptions,
): Promise<void> {
  const { context, signed, offer, units, licenseId } = await receiptContext(file, options);
  printOutcome(context, await write(context, prove as typeof proveWrongRoot, { offer, signed }), (event) => ({
    licenseId,
    refunded: event && amountText(event.refunded, units),
  }));
}

async function runEquivocation(
  files: readonly [string, string],
  options: SignerOptions & { token: string; entries?: string },
): Promise<void> {
  if (options.signer !== undefined) parseAddress("--signer", options.signer);
  const read = await Promise.all(files.map((file) => readSigned("Checkpoint", file)));
  const entries = options.entries === undefined ? [] : await readHashes(options.entries);
  const context = await createContext(options);
  const heads = await Promise.all(
    read.map(async ({ message, signature }): Promise<SignedHead> => {
      const signer = await signerOf(context, "Checkpoint", { message, signature }, options.signer);
      return { head: message, signature, signer };
    }),
  );
  const fork = forkEvidence(heads as [SignedHead, SignedHead], entries);
  const { token } = await tokenOf(context, options.token);
  printOutcome(context, await write(context, proveEquivocation, { ...fork, token }), () => ({
    provider: fork.larger.head.provider,
    originHash: fork.larger.head.originHash,
    sizes: [fork.smaller.head.size, fork.larger.head.size],
  }));
}

async function readHashes(path: string): Promise<Uint8Array[]> {
  const bytes = await readBytes(path);
  if (bytes.length % 32 !== 0 || bytes.length === 0) {
    throw new CliError(`--entries ${path} has ${bytes.length} bytes.`, EXIT.usage, "Expected hashes of 32 bytes each.");
  }
  return Array.from({ length: bytes.length / 32 }, (_, i) => bytes.subarray(i * 32, (i + 1) * 32));
}

interface ChallengeOptions extends Settings {
  chunk?: string;
  sequence?: string;
  maxFee?: string;
  out?: string;
  file?: string;
}

async function runChallenge(id: string, options: ChallengeOptions): Promise<void> {
  const licenseId = parseId("<license>", id);
  if ((options.chunk === undefined) === (options.file === undefined)) {
    throw new CliError(
      "What is asked for is missing, or given twice.",
      EXIT.usage,
      "Pass --chunk <n>, or --file <signed request>.",
    );
  }
  const chunk = options.chunk === undefined ? 0 : parseInteger("--chunk", options.chunk, 0, 2 ** 40 - 1);
  if (options.maxFee !== undefined) checkAmount("--max-fee", options.maxFee);
  const given = options.file === undefined ? undefined : await readSigned("DeliveryRequest", options.file);
  if (given && given.message.licenseId !== licenseId) {
    throw new CliError(
      `${options.file} asks for license ${given.message.licenseId}.`,
      EXIT.usage,
      `Expected ${licenseId}.`,
    );
  }
  const context = await createContext(options);
  const { client, deployment, settings } = context;
  const { offer, units } = await licenseWithOffer(context, licenseId);
  const request = given?.message ?? (await requestOf(context, licenseId, offer, chunk, options.sequence));
  if (options.out !== undefined) {
    const signature = await signDeliveryRequest(client, {
      deployment,
      account: await requireSigner(settings),
      message: request,
    });
    await writeSigned<"DeliveryRequest">(options.out, { message: request, signature });
    context.output.result(shownSigned<"DeliveryRequest">({ message: request, signature }));
    return;
  }
  const account = await actingAddress(settings);
  const most = options.maxFee === undefined ? {} : { maxFee: parseAmount("--max-fee", options.maxFee, units.decimals) };
  const signature = given ? { signature: given.signature } : {};
  const prepared = await prepareChallenge(client, { deployment, account, offer, request, ...signature, ...most });
  const facts = {
    licenseId,
    chunk: request.chunk,
    fee: amountText(prepared.fee, units),
    penalty: amountText(prepared.penalty, units),
  };
  await runPrepared(context, prepared, facts, ({ receipt }) => {
    const { challengeId, deadline } = openChallenge.extractEvent(receipt.logs);
    return { challengeId, answerUntil: deadline };
  });
}

async function requestOf(
  context: Context,
  licenseId: bigint,
  offer: Offer,
  chunk: number,
  sequence: string | undefined,
): Promise<Message<"DeliveryRequest">> {
  const { client, deployment } = context;
  const last = await lastChallengeOf(client, { deployment, licenseId });
  return {
    licenseId,
    version: offer.version,
    encoding: offer.encoding,
    chunk: BigInt(chunk),
    sequence: sequence === undefined ? last.sequence + 1n : parseId("--sequence", sequence),
    signedAt: await chainNow(context),
  };
}

/** A challenge with the offer of its license. @throws CliError when there is none */
async function challengeContext(id: string, options: Settings) {
  const challengeId = parseId("<challenge>", id);
  const context = await createContext(options);
  const { client, deployment } = context;
  const challenge = await challengeOf(client, { deployment, challengeId });
  if (!challenge) throw new CliError(`There is no challenge ${challengeId}.`, EXIT.usage, "Challenges count from 1.");
  return { context, challengeId, challenge, ...(await licenseWithOffer(context, challenge.licenseId)) };
}

async function runAnswer(id: string, options: Settings & { encoding: string }): Promise<void> {
  const leaves = await readLeaves("--encoding", options.encoding);
  const { context, challengeId, challenge, offer } = await challengeContext(id, options);
  const { client, deployment, settings } = context;
  const index = Number(challenge.chunk);
  const leaf = leaves[index];
  if (!leaf) {
    throw new CliError(
      `--encoding has ${leaves.length} leaves, and chunk ${index} was asked for.`,
      EXIT.usage,
      "Give all leaves of the encoding.",
    );
  }
  const { datasetId } = offer;
  const { version, encoding } = challenge;
  const { encodingRoot } = await encodingOf(client, { deployment, datasetId, version, encoding });
  const message = {
    challengeId,
    encodingRoot,
    chunk: challenge.chunk,
    digest: bytesToHex(leaf.digest),
    signedAt: await chainNow(context),
  };
  const account = await requireSigner(settings);
  const signature = await signAvailabilityReceipt(client, { deployment, account, message });
  const answer = {
    offer,
    receipt: message,
    size: leaf.size,
    flags: leaf.flags,
    proof: encodingProof(leaves, index),
    signer: account.address,
    signature,
  };
  printOutcome(context, await write(context, answerChallenge, answer), (event) => ({
    challengeId,
    state: "Answered",
    paidTo: event?.paidTo,
  }));
}

async function runClose(id: string, options: Settings): Promise<void> {
  const { context, challengeId, offer, units } = await challengeContext(id, options);
  printOutcome(context, await write(context, faultChallenge, { challengeId, offer }), (event) => ({
    challengeId,
    // Nobody is at fault when access was cut meanwhile: the fee goes back, and that is all.
    state: event ? "Faulted" : "Void",
    ...(event ? { refunded: amountText(event.refunded, units) } : {}),
  }));
}

async function runShow(id: string, options: Settings): Promise<void> {
  const licenseId = parseId("<license>", id);
  const context = await createContext(options);
  const { client, deployment, output } = context;
  const { offer, units } = await licenseWithOffer(context, licenseId);
  const place = { deployment, licenseId };
  const [faults, compensated, last, cost] = await Promise.all([
    faultMarksOf(client, place),
    compensatedOf(client, place),
    lastChallengeOf(client, place),
    challengeCost(client, { deployment, offer }),
  ]);
  const challenge = last.challengeId === 0n ? undefined : await challengeOf(client, { deployment, ...last });
  output.result({
    licenseId,
    provider: offer.provider,
    faults,
    compensated: amountText(compensated, units),
    challengeFee: amountText(cost.fee, units),
    missedAnswerCosts: amountText(cost.penalty, units),
    ...(challenge
      ? {
          lastChallenge: {
            challengeId: last.challengeId,
            chunk: challenge.chunk,
            state: kebab(challenge.state),
            answerUntil: challenge.deadline,
          },
        }
      : {}),
  });
}

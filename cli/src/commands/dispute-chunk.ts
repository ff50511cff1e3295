/** One chunk's key in a dispute: shown on chain, and what an arbitrator finds with it. */
import { writeFile } from "node:fs/promises";
import { nodeEngine } from "@colophon-protocol/ingest";
import {
  type ChunkFinding,
  chunkKeysShownIn,
  findEnvelopeHash,
  judgeShownChunk,
  licenseOf,
  type ShownChunk,
  showChunkKey,
} from "@colophon-protocol/sdk";
import { type EncodingAddress, encodingPath } from "@colophon-protocol/sdk/delivery";
import { readEnvelope } from "@colophon-protocol/sdk/formats";
import type { Command } from "commander";
import type { Context } from "../context.js";
import { CliError, EXIT } from "../exit-codes.js";
import { parseInteger } from "../parse.js";
import { reach } from "../reach.js";
import { printOutcome, write } from "../send.js";
import { readBytes, readJsonFile, requireSetting, type Settings } from "../settings.js";
import { type DisputeContext, disputeContext } from "./dispute-values.js";
import { kebab } from "./trust-values.js";
import { addVerb } from "./verbs.js";

/** Adds the verbs about a chunk's key. */
export function addChunkVerbs(dispute: Command): void {
  addVerb(
    dispute,
    "chunk-key <dispute> <file>",
    "show one chunk's key on chain, which `keys chunk` writes: with it the arbitrator can decrypt that chunk alone",
    "dispute chunk-key 1 chunk-key.json",
  )
    .option("--encoding <n>", "that the chunk is of; the license's unless told")
    .action((id, file, _, command) => runChunkKey(id, file, command.optsWithGlobals()));
  addVerb(
    dispute,
    "check-chunk <dispute> <sealed>",
    "decrypt a chunk with the key that was shown, and compare it with what was licensed: what a councillor does",
    "dispute check-chunk 1 chunk.bin --gateway http://127.0.0.1:8080",
    "dispute check-chunk 1 chunk.bin --envelope envelope.json --out plain.bin",
  )
    .option("--chunk <n>", "which chunk, when several keys were shown; the last one's unless told")
    .option("--envelope <file>", "the encoding's envelope; the gateway's unless told. Its hash on chain decides")
    .option("--out <file>", "where to write what the chunk decrypts to")
    .action((id, sealed, _, command) => runCheckChunk(id, sealed, command.optsWithGlobals()));
}

async function runChunkKey(id: string, file: string, options: Settings & { encoding?: string }): Promise<void> {
  const given = (await readJsonFile(file)) as Record<keyof ShownChunk, unknown>;
  const named = options.encoding === undefined ? undefined : parseInteger("--encoding", options.encoding, 1, 65_535);
  if (typeof given?.chunkKey !== "string" || !Array.isArray(given.keyProof) || given.index === undefined) {
    throw new CliError(`${file} shows no chunk's key.`, EXIT.usage, "Write it with `colophon keys chunk`.");
  }
  const evidence = { ...given, index: BigInt(String(given.index)) } as ShownChunk;
  const { context, disputeId, case: of } = await disputeContext(id, options);
  const encoding = named ?? of.offer?.encoding;
  if (encoding === undefined)
    throw new CliError("--encoding is missing.", EXIT.usage, "This dispute is about no license.");
  printOutcome(context, await write(context, showChunkKey, { disputeId, encoding, evidence }), () => ({
    disputeId,
    encoding,
    chunk: evidence.index,
  }));
}

interface CheckOptions extends Settings {
  chunk?: string;
  envelope?: string;
  out?: string;
}

const FINDINGS: Record<ChunkFinding, string> = {
  "as-licensed": "It is the content that was licensed: this chunk does not bear the claim out.",
  "other-content": "It is other content than was licensed: the encoding is false.",
  "does-not-decrypt": "Its own key does not open it: the encoding is false.",
};

async function runCheckChunk(id: string, path: string, options: CheckOptions): Promise<void> {
  const wanted = options.chunk === undefined ? undefined : parseInteger("--chunk", options.chunk, 0, 2 ** 40 - 1);
  const sealed = await readBytes(path);
  const place = await disputeContext(id, options);
  const { context, disputeId } = place;
  const { client, deployment } = context;
  const all = await chunkKeysShownIn(client, { deployment, disputeId });
  const shown = all.findLast(({ evidence }) => wanted === undefined || evidence.index === BigInt(wanted));
  if (!shown) {
    throw new CliError(
      `Nobody showed ${wanted === undefined ? "a chunk's key" : `the key of chunk ${wanted}`} in dispute ${disputeId}.`,
      EXIT.refused,
      "It is shown with `colophon dispute chunk-key`.",
    );
  }
  const { by, encoding, evidence } = shown;
  const { header } = await envelopeOf(context, await placeOf(place, encoding), options.envelope);
  const { finding, plain } = await judgeShownChunk({ header, shown: evidence, sealed, engine: nodeEngine });
  if (plain && options.out !== undefined) await writeFile(options.out, plain);
  context.output.result({
    disputeId,
    encoding,
    chunk: evidence.index,
    shownBy: by,
    finding,
    says: FINDINGS[finding],
    licensed: evidence.plain,
    ...(plain && options.out !== undefined ? { file: options.out } : {}),
  });
}

/** The encoding that a chunk is of: of the license's own version. @throws CliError when the dispute is about no license */
async function placeOf({ context, dispute }: DisputeContext, encoding: number): Promise<EncodingAddress> {
  if (dispute.subject !== "License") {
    throw new CliError(`This dispute is about a ${kebab(dispute.subject)}.`, EXIT.usage, "Chunks are of licenses.");
  }
  const { client, deployment } = context;
  const { datasetId, version } = await licenseOf(client, { deployment, licenseId: dispute.subjectId });
  return { datasetId, version, encoding };
}

/** An encoding's envelope, by its hash on chain. */
async function envelopeOf({ client, deployment, settings }: Context, place: EncodingAddress, file?: string) {
  const envelopeHash = await findEnvelopeHash(client, { deployment, ...place });
  if (file !== undefined) return readEnvelope(await readBytes(file), envelopeHash);
  const url = `${requireSetting(settings, "gateway", "--gateway or --envelope")}${encodingPath(place)}/envelope`;
  const answer = await reach(() => fetch(url));
  if (answer.ok) return readEnvelope(new Uint8Array(await answer.arrayBuffer()), envelopeHash);
  throw new CliError(
    `The gateway answered ${answer.status} for the envelope.`,
    EXIT.unreachable,
    "Pass --envelope <file>, which whoever serves the encoding has.",
  );
}

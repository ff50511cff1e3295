/** `colophon keys chunk`: one chunk's key with what it is committed to, for a dispute about that chunk. */
import { writeFile } from "node:fs/promises";
import { type BlobName, FolderBlobStore, nodeEngine, readRecord } from "@colophon-protocol/ingest";
import { type ShowChunkInput, type ShownChunk, showChunk, versionOf } from "@colophon-protocol/sdk";
import {
  type ChunkLeaf,
  chunkLeafHash,
  decodeChunkLeaves,
  equalBytes,
  fromHex,
  root,
} from "@colophon-protocol/sdk/formats";
import type { Command } from "commander";
import { createContext } from "../context.js";
import { CliError, EXIT } from "../exit-codes.js";
import { terminalOutput, toJson } from "../output.js";
import { parseHash, parseId, parseInteger } from "../parse.js";
import { writePrivate } from "../secrets.js";
import { completeSettings, type Settings } from "../settings.js";
import { encodingRootIn, keptDatasetKey, readDatasetKey } from "./dataset-files.js";
import { licensedEncoding, releaseKey } from "./licensed-key.js";
import { addVerb } from "./verbs.js";

interface ChunkKeyOptions extends Settings {
  out: string;
  sealed?: string;
  store?: string;
  encodingRoot?: string;
  license?: string;
  key?: string;
}

export function addChunkKey(keys: Command): void {
  addVerb(
    keys,
    "chunk <chunk>",
    "write one chunk's key with its commitments, which opens no other chunk, for `dispute chunk-key`; sends nothing",
    "keys chunk 3 --license 1 --out chunk-key.json --sealed chunk.bin",
    "keys chunk 3 --store ./store --out chunk-key.json",
  )
    .requiredOption("--out <file>", "where to write it, readable by you alone until a dispute makes it public")
    .option("--sealed <file>", "where to write the chunk's ciphertext, which the arbitrator decrypts with the key")
    .option("--license <id>", "as its licensee: leaves and chunk come from the gateway")
    .option("--key <file>", "with --license: what `keys release` wrote; released anew unless told")
    .option("--store <folder>", "as the publisher: out of the store of `dataset ingest`")
    .option("--encoding-root <hash>", "with --store: which encoding, when it holds several")
    .action((chunk, _, command) => runChunk(chunk, command.optsWithGlobals()));
}

/** A chunk's key, and its ciphertext, which is fetched only when it is wanted. */
interface Found {
  shown: ShownChunk;
  sealed: () => Promise<Uint8Array>;
}

async function runChunk(chunk: string, options: ChunkKeyOptions): Promise<void> {
  const index = parseInteger("<chunk>", chunk, 0, 2 ** 40 - 1);
  if ((options.store === undefined) === (options.license === undefined)) {
    throw new CliError(
      "Whose chunk it is is missing, or given twice.",
      EXIT.usage,
      "Pass --license <id> as its licensee, or --store <folder> as its publisher.",
    );
  }
  const { json } = await completeSettings(options);
  const { shown, sealed } =
    options.store === undefined
      ? await ofLicense(options.license as string, index, options)
      : await ofStore(options.store, index, options);
  await writePrivate(options.out, `${toJson(shown)}\n`);
  if (options.sealed !== undefined) await writeFile(options.sealed, await sealed());
  const { keyRoot, file: fileNumber } = shown;
  terminalOutput(json).result({ file: options.out, sealed: options.sealed, chunk: index, keyRoot, fileNumber });
}

async function ofStore(folder: string, index: number, { encodingRoot }: ChunkKeyOptions): Promise<Found> {
  const named = encodingRoot === undefined ? undefined : parseHash("--encoding-root", encodingRoot);
  const record = await readRecord(folder, await encodingRootIn(folder, named));
  const store = new FolderBlobStore(folder);
  const [encoding, content] = await Promise.all([
    store.get(record.encodingLeaves).then(decodeChunkLeaves),
    store.get(record.contentLeaves).then(decodeChunkLeaves),
  ]);
  const datasetKey = await keptDatasetKey(folder, record.encodingRoot);
  const shown = show({ header: record.header, datasetKey, encoding, content, index });
  return { shown, sealed: () => store.get(shown.cipher.slice(2) as BlobName) };
}

async function ofLicense(license: string, index: number, options: ChunkKeyOptions): Promise<Found> {
  const licenseId = parseId("<license>", license);
  const context = await createContext(options);
  const { client, deployment } = context;
  const licensed = await licensedEncoding(context, licenseId);
  const { place, delivery, envelope, encodingRoot } = licensed;
  const datasetKey =
    options.key === undefined ? (await releaseKey(context, licensed)).key : await readDatasetKey(options.key);
  const [encoding, content, { contentRoot }] = await Promise.all([
    delivery.encodingLeaves(place).then(decodeChunkLeaves),
    delivery.contentLeaves(place).then(decodeChunkLeaves),
    versionOf(client, { deployment, ...place }),
  ]);
  requireRoot("encoding", encoding, encodingRoot);
  requireRoot("content", content, contentRoot);
  const shown = show({ header: envelope.header, datasetKey, encoding, content, index });
  return { shown, sealed: () => delivery.sealedChunk(place, index) };
}

/** @throws CliError when there is no such chunk */
function show(input: ShowChunkInput): ShownChunk {
  if (input.index >= input.encoding.length) {
    const most = `The encoding has ${input.encoding.length} chunks, from 0 on.`;
    throw new CliError(`<chunk> is ${input.index}.`, EXIT.usage, most);
  }
  return showChunk({ ...input, engine: nodeEngine });
}

/** @throws CliError when the gateway's leaves are not those of the tree on chain */
function requireRoot(what: string, leaves: readonly ChunkLeaf[], expected: string): void {
  if (equalBytes(root(leaves.map((leaf) => chunkLeafHash(leaf))), fromHex(expected))) return;
  throw new CliError(`The gateway's ${what} leaves are not those on chain.`, EXIT.corrupt, "Ask another gateway.");
}

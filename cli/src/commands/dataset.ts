/** `colophon dataset`: from files to a version on chain that sells. */
import { type IngestProgress, ingest, type ManifestFields, readRecord } from "@colophon-protocol/ingest";
import {
  addVersion,
  datasetCount,
  encodingOf,
  parentsOf,
  publishDataset,
  versionCount,
  versionOf,
  versionUri,
} from "@colophon-protocol/sdk";
import type { Command } from "commander";
import { actingAddress } from "../account.js";
import { createContext } from "../context.js";
import { CliError, EXIT } from "../exit-codes.js";
import { type Output, terminalOutput } from "../output.js";
import { parseHash, parseId, parseInteger } from "../parse.js";
import { printOutcome, write } from "../send.js";
import { completeSettings, readJsonFile, type Settings } from "../settings.js";
import { encodingRootIn, keepDatasetKey, signerFrom } from "./dataset-files.js";
import { addEncode } from "./encode.js";
import { addGrantVerbs, PARENT_HELP, readParents, requireGrantedTo, shownParents } from "./lineage.js";

export function addDataset(program: Command): void {
  const dataset = program
    .command("dataset")
    .description("ingest, publish, encode and show datasets, and grant parents");
  dataset
    .command("ingest")
    .argument("<folder>", "files to publish")
    .description("chunk, hash, encrypt and store files, and sign their manifest; sends nothing")
    .requiredOption("--manifest <file>", "what the publisher says of the data, JSON")
    .requiredOption("--out <folder>", "store for ciphertext, tables and records; outside <folder>")
    .option("--signing-key <file>", "P-256 key of manifests (JWK); made when missing", "colophon-signing-key.json")
    .action((folder, _, command) => runIngest(folder, command.optsWithGlobals()));
  dataset
    .command("publish")
    .argument("<store>", "what `dataset ingest` wrote")
    .description("put a version on chain: a new dataset, or with --dataset the next version of one")
    .option("--encoding-root <hash>", "which encoding's version, when the store holds several")
    .option("--dataset <id>", "dataset that gets the version")
    .option("--parent <link...>", PARENT_HELP)
    .action((store, _, command) => runPublish(store, command.optsWithGlobals()));
  addEncode(dataset);
  addGrantVerbs(dataset);
  dataset
    .command("show")
    .argument("<id>", "dataset")
    .description("versions, encodings and parents of a dataset")
    .option("--version-number <n>", "only this version")
    .action((id, _, command) => runShow(id, command.optsWithGlobals()));
}

type IngestOptions = Settings & { manifest: string; out: string; signingKey: string };

async function runIngest(folder: string, options: IngestOptions): Promise<void> {
  const settings = await completeSettings(options);
  const output = terminalOutput(settings.json);
  const manifest = (await readJsonFile(options.manifest)) as ManifestFields;
  if (settings.dryRun)
    throw new CliError(
      "dataset ingest has no --dry-run.",
      EXIT.usage,
      "It sends nothing; remove --out's folder to undo it.",
    );
  const signer = await signerFrom(options.signingKey);
  const result = await ingest({
    source: folder,
    out: options.out,
    manifest,
    signer,
    progress: (at) => showIngest(output, at),
  });
  const { version, record } = result;
  const datasetKey = await keepDatasetKey(options.out, record.encodingRoot, result.datasetKey);
  await result.forget();
  output.progress("\n");
  output.result({ ...version, encodingRoot: record.encodingRoot, store: options.out, datasetKeyFile: datasetKey });
}

function showIngest(output: Output, { chunks, totalChunks, bytes, totalBytes }: IngestProgress): void {
  output.progress(`ingest: ${chunks}/${totalChunks} chunks, ${percent(bytes, totalBytes)}`);
}

const percent = (part: number, whole: number) => `${whole === 0 ? 100 : Math.floor((100 * part) / whole)} %`;

type PublishOptions = Settings & { encodingRoot?: string; dataset?: string; parent?: string[] };

async function runPublish(store: string, options: PublishOptions): Promise<void> {
  const named = options.encodingRoot && parseHash("--encoding-root", options.encodingRoot);
  const datasetId = options.dataset ? parseId("--dataset", options.dataset) : undefined;
  const links = await readParents(options.parent ?? []);
  const record = await readRecord(store, await encodingRootIn(store, named));
  const input = {
    contentRoot: record.contentRoot,
    recordRoot: record.recordRoot,
    manifestHash: record.manifestHash,
    chunkCount: record.chunks,
    recordCount: BigInt(record.recordCount),
    byteSize: BigInt(record.bytes),
  };
  const context = await createContext(options);
  const { contentRoot, manifestHash } = input;
  const owner = await actingAddress(context.settings);
  requireGrantedTo(links, { owner, contentRoot });
  const parents = links.map(({ link }) => link);
  const shown = { owner, contentRoot, manifestHash, ...(links.length > 0 ? { parents: shownParents(links) } : {}) };
  if (datasetId !== undefined) {
    const outcome = await write(context, addVersion, { datasetId, input, parents });
    printOutcome(context, outcome, (event) => ({ datasetId, version: event?.version, ...shown }));
    return;
  }
  const outcome = await write(context, publishDataset, { owner, input, parents });
  printOutcome(context, outcome, (event) => ({ datasetId: event?.datasetId, version: 1, ...shown }));
}

async function runShow(id: string, options: Settings & { versionNumber?: string }): Promise<void> {
  const datasetId = parseId("<id>", id);
  const only = options.versionNumber
    ? parseInteger("--version-number", options.versionNumber, 1, 2 ** 24 - 1)
    : undefined;
  const { client, deployment, output } = await createContext(options);
  const count = await versionCount(client, { deployment, datasetId });
  if (count === 0) {
    const total = await datasetCount(client, { deployment });
    throw new CliError(`There is no dataset ${datasetId}.`, EXIT.usage, `Ids run from 1 to ${total}.`);
  }
  const numbers = only === undefined ? Array.from({ length: count }, (_, i) => i + 1) : [only];
  const versions = await Promise.all(
    numbers.map(async (version) => {
      const place = { deployment, datasetId, version };
      const [stored, parents, uri] = await Promise.all([
        versionOf(client, place),
        parentsOf(client, place),
        versionUri(client, place),
      ]);
      const encodings = await Promise.all(
        Array.from({ length: stored.encodingCount }, (_, i) => encodingOf(client, { ...place, encoding: i + 1 })),
      );
      return {
        version,
        ...stored,
        manifest: uri,
        parents: parents.map((parent) => ({ ...parent })),
        encodings: encodings.map((encoding, i) => ({ encoding: i + 1, ...encoding })),
      };
    }),
  );
  output.result({ datasetId, versions });
}

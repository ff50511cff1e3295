/** `colophon fetch`: a license turned into files, everything verified and decrypted on the way. */
import { join } from "node:path";
import { registeredKeyNetwork } from "@colophon-protocol/sdk";
import { type DeliverySink, deliverLicensed } from "@colophon-protocol/sdk/delivery";
import { verifiedKeyNetwork } from "@colophon-protocol/sdk/keys";
import { deliveredVersion } from "@colophon-protocol/sdk/proofs";
import type { Command } from "commander";
import { requireSigner } from "../account.js";
import { createContext } from "../context.js";
import { CliError, EXIT } from "../exit-codes.js";
import { FolderChunkStore, FolderSink } from "../folder-sink.js";
import { parseId, parseInteger } from "../parse.js";
import { requireSetting, type Settings } from "../settings.js";
import { type ComponentOptions, componentOf } from "./component.js";
import { meteringFor } from "./metering.js";
import { requireNew, saveJson } from "./run-files.js";

interface FetchOptions extends Settings, ComponentOptions {
  budget?: string;
  only?: string[];
  concurrency: string;
  encoding?: string;
  delivered?: string;
}

export function addFetch(program: Command): void {
  program
    .command("fetch")
    .argument("<license>", "license")
    .argument("<folder>", "where the files go")
    .description("release the key, fetch chunks with proofs, verify, decrypt; run again to resume")
    .option("--only <path...>", "only these files of the version")
    .option("--encoding <n>", "a later encoding of the license's version; its holder asks for it by signature")
    .option("--dataset <id>", "a component of the bundle that the license is for, instead of the bundle itself")
    .option("--version-number <n>", "version of the component", "1")
    .option("--budget <amount>", "metered licenses: most that vouchers may say in all, in whole tokens")
    .option("--delivered <file>", "write what a proof of use needs: which chunks came, and the version's leaf table")
    .option("--concurrency <n>", "requests at once", "4")
    .action((license, folder, _, command) => runFetch(license, folder, command.optsWithGlobals()));
}

async function runFetch(license: string, folder: string, options: FetchOptions): Promise<void> {
  const licenseId = parseId("<license>", license);
  const concurrency = parseInteger("--concurrency", options.concurrency, 1, 32);
  const asked = options.encoding ? parseInteger("--encoding", options.encoding, 1, 65_535) : undefined;
  const component = componentOf(options);
  const context = await createContext(options);
  const { client, deployment, chainId, settings, output } = context;
  if (settings.dryRun) throw new CliError("fetch has no --dry-run.", EXIT.usage, "It sends no transaction.");
  if (options.delivered) await requireNew(options.delivered);
  const gatewayUrl = requireSetting(settings, "gateway", "--gateway");
  const account = await requireSigner(settings);
  const store = new FolderChunkStore(join(folder, ".colophon-chunks"));
  const keys = await verifiedKeyNetwork(await registeredKeyNetwork(client, { deployment }));
  const wanted = options.only && new Set(options.only);
  const metering = await meteringFor(context, licenseId, options.budget);
  const refetched: { chunk: number; why: string }[] = [];
  const sink = countingSink(new FolderSink(folder));
  const interrupt = new AbortController();
  const stop = () => interrupt.abort();
  process.once("SIGINT", stop);
  try {
    const delivered = await deliverLicensed(client, {
      licenseId,
      chainId,
      deployment,
      gatewayUrl,
      account,
      keys,
      store,
      concurrency,
      sink,
      signal: interrupt.signal,
      metering,
      ...(component ? { component: { ...component, encoding: asked } } : {}),
      ...(asked && !component ? { encoding: asked, encodingSigner: account } : {}),
      ...(wanted ? { filter: (file) => wanted.has(file.path) } : {}),
      onStage: (stage) => output.progress(`fetch: ${stage}`),
      onProgress: ({ chunks, totalChunks, bytes, totalBytes }) =>
        output.progress(`fetch: ${chunks}/${totalChunks} chunks, ${bytes}/${totalBytes} bytes verified`),
      onRefetch: (chunk, why) => refetched.push({ chunk, why }),
    });
    output.progress("\n");
    await store.clear();
    const { datasetId, version, encoding, contentRoot, files, progress, unpaid } = delivered;
    if (options.delivered) {
      const leaves = await delivered.delivery.contentLeaves({ datasetId, version, encoding });
      const of = { licenseId, datasetId, version, contentRoot };
      await saveJson(options.delivered, deliveredVersion(of, leaves, sink.chunks));
    }
    output.result({
      licenseId,
      datasetId,
      version,
      encoding,
      contentRoot,
      folder,
      ...(options.delivered ? { delivered: options.delivered } : {}),
      files: files.map(({ path, size }) => ({ path, size })),
      chunks: progress.chunks,
      bytes: progress.bytes,
      refetched,
      ...(metering ? { paid: metering.paid() } : {}),
      ...(unpaid ? { unpaid: unpaid.message } : {}),
    });
  } finally {
    process.off("SIGINT", stop);
  }
}

/** Remembers which chunks came. */
function countingSink(sink: DeliverySink): DeliverySink & { chunks: Set<number> } {
  const chunks = new Set<number>();
  return {
    chunks,
    start: (files) => sink.start?.(files),
    write: async (chunk) => {
      await sink.write(chunk);
      chunks.add(chunk.index);
    },
    finish: () => sink.finish?.(),
  };
}

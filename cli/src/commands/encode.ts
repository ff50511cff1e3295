/** `colophon dataset encode`: wrap the dataset key, hand the encoding to a provider, put its acceptance on chain. */
import { FolderBlobStore, readRecord, sealEnvelope } from "@colophon-protocol/ingest";
import { addEncoding, registeredKeyNetwork, resolveAddress, versionOf } from "@colophon-protocol/sdk";
import { offerEncoding } from "@colophon-protocol/sdk/delivery";
import { CHUNK_LEAF_SIZE, decodeChunkLeaf, type EnvelopeKey, toHex } from "@colophon-protocol/sdk/formats";
import { hashConditions, licenseConditions, USE_READ_RAW, wrapDatasetKey } from "@colophon-protocol/sdk/keys";
import type { Command } from "commander";
import { parseAddress, requireSigner } from "../account.js";
import { type Context, createContext } from "../context.js";
import { CliError, EXIT } from "../exit-codes.js";
import { parseDuration, parseHash, parseId, parseInteger } from "../parse.js";
import { printOutcome, write } from "../send.js";
import { requireSetting, type Settings } from "../settings.js";
import { encodingRootIn, keptDatasetKey } from "./dataset-files.js";

type EncodeOptions = Settings & {
  dataset: string;
  versionNumber: string;
  encodingRoot?: string;
  provider: string;
  retirementNotice?: string;
};

export function addEncode(dataset: Command): void {
  dataset
    .command("encode")
    .argument("<store>", "what `dataset ingest` wrote")
    .description("wrap the key for the key network, hand the encoding to the gateway's provider, add it on chain")
    .requiredOption("--dataset <id>", "dataset")
    .requiredOption("--provider <address>", "who serves it and signs the acceptance")
    .option("--version-number <n>", "version", "1")
    .option("--encoding-root <hash>", "which encoding, when the store holds several")
    .option("--retirement-notice <duration>", 'notice to ask for, such as "90d"; the provider\'s own unless told')
    .action((store, _, command) => runEncode(store, command.optsWithGlobals()));
}

async function runEncode(folder: string, options: EncodeOptions): Promise<void> {
  const datasetId = parseId("--dataset", options.dataset);
  const version = parseInteger("--version-number", options.versionNumber, 1, 2 ** 24 - 1);
  const provider = parseAddress("--provider", options.provider);
  const named = options.encodingRoot && parseHash("--encoding-root", options.encodingRoot);
  const notice = options.retirementNotice ? parseDuration("--retirement-notice", options.retirementNotice) : undefined;
  const record = await readRecord(folder, await encodingRootIn(folder, named));
  const key = await keptDatasetKey(folder, record.encodingRoot);

  const context = await createContext(options);
  const { client, deployment, chainId, settings, output } = context;
  const stored = await versionOf(client, { deployment, datasetId, version });
  if (stored.contentRoot !== record.contentRoot) {
    throw new CliError(
      `Version ${version} of dataset ${datasetId} has other contents than this store.`,
      EXIT.usage,
      "Publish the store first, or name its dataset and version.",
    );
  }
  const encoding = stored.encodingCount + 1;
  const { wrapped, conditionsHash, licenseToken } = await wrapKey(context, { datasetId, version, key });
  if (settings.dryRun) {
    output.result({
      dryRun: true,
      datasetId,
      version,
      encoding,
      provider,
      encodingRoot: record.encodingRoot,
      conditionsHash,
    });
    return;
  }
  const gatewayUrl = requireSetting(settings, "gateway", "--gateway");
  const account = await requireSigner(settings);
  const store = new FolderBlobStore(folder);
  const sealed = await sealEnvelope({
    store,
    record,
    chainId,
    licenseToken,
    datasetId,
    version,
    key: wrapped,
    provider,
  });
  const encodingLeaves = await store.get(record.encodingLeaves);
  const { acceptance, signature } = await offerEncoding(
    { gatewayUrl, chainId, account, datasetId },
    {
      datasetId,
      version,
      encoding,
      encodingRoot: record.encodingRoot,
      manifest: await store.get(record.manifest),
      envelope: await store.get(sealed.name),
      encodingLeaves,
      contentLeaves: await store.get(record.contentLeaves),
      chunk: (index) => store.get(chunkName(encodingLeaves, index)),
      retirementNotice: notice,
      onProgress: (checked, total) => output.progress(`provider checks: ${checked}/${total} chunks`),
    },
  );
  output.progress("\n");
  const outcome = await write(context, addEncoding, { datasetId, version, input: { ...acceptance, signature } });
  printOutcome(context, outcome, () => ({ datasetId, version, encoding, provider, envelopeHash: sealed.hash }));
}

async function wrapKey(
  context: Context,
  { datasetId, version, key }: { datasetId: bigint; version: number; key: Uint8Array },
) {
  const { client, deployment, chainId } = context;
  const network = await registeredKeyNetwork(client, { deployment });
  if (network.epoch === 0n) throw new CliError("No key network is registered on this chain.", EXIT.usage);
  const licenseToken = resolveAddress(client, "LicenseToken", { deployment });
  const conditions = licenseConditions({ chainId, licenseToken, datasetId, version, uses: USE_READ_RAW });
  const wrapped = wrapDatasetKey({ networkPublicKey: network.publicKey, conditions, key }) as EnvelopeKey;
  return { wrapped, licenseToken, conditionsHash: hashConditions(conditions) };
}

/** A chunk's blob is named by the digest in its leaf. */
function chunkName(leaves: Uint8Array, index: number): string {
  const { digest } = decodeChunkLeaf(leaves.subarray(index * CHUNK_LEAF_SIZE, (index + 1) * CHUNK_LEAF_SIZE));
  return toHex(digest).slice(2);
}

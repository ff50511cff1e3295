/** Gateways in this process, on free ports, with the logs kept. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Writable } from "node:stream";
import { createDeliveryClient, type DeliveryClientOptions, offerEncoding } from "@colophon-protocol/sdk/delivery";
import type { Manifest } from "@colophon-protocol/sdk/formats";
import type { Hex } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { DEFAULT_LIMITS, type GatewayConfig, type Limits } from "../../src/config.js";
import { startGateway } from "../../src/server.js";
import { account, type TestChain } from "./chain.js";
import { blobsOf, makeDataset, storeBlobs, type TestDataset } from "./dataset.js";

export const PROVIDER_KEY: Hex = "0x6f1f0b3f6d1e4a5c8b7d9e0f1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d";
export const OPERATOR_TOKEN = "operator-token-for-tests-0123456789";
export const provider = privateKeyToAccount(PROVIDER_KEY);
export const owner = account(1);
export const buyer = account(2);
export const stranger = account(3);

/** All tests come from one address, as few accounts. */
const UNLIMITED = { challengesPerClient: 1_000_000, signInsPerAccount: 1_000_000 };

export interface GatewayOptions {
  databaseUrl?: string | undefined;
  blobFolder?: string;
  limits?: Partial<Limits>;
  now?: () => number;
  config?: Partial<GatewayConfig>;
}

export type TestGateway = Awaited<ReturnType<typeof startTestGateway>>;

export async function startTestGateway(chain: TestChain, options: GatewayOptions = {}) {
  const folder = options.blobFolder ?? mkdtempSync(path.join(tmpdir(), "colophon-blobs-"));
  const lines: string[] = [];
  const logDestination = new Writable({
    write(part, _encoding, done) {
      lines.push(String(part));
      done();
    },
  });
  const config: GatewayConfig = {
    host: "127.0.0.1",
    port: 0,
    publicUrl: undefined,
    chain: chain.config,
    databaseUrl: options.databaseUrl,
    dataFolder: undefined,
    blobFolder: folder,
    providerKey: PROVIDER_KEY,
    operatorToken: OPERATOR_TOKEN,
    publishers: "*",
    corsOrigins: ["*"],
    trustProxy: false,
    logLevel: "debug",
    limits: { ...DEFAULT_LIMITS, ...UNLIMITED, accessTtlMs: 0, accountingMs: 20, drainMs: 2000, ...options.limits },
    ...options.config,
  };
  const gateway = await startGateway(config, { logDestination, ...(options.now ? { now: options.now } : {}) });
  return {
    ...gateway,
    folder,
    lines,
    client: (more: Partial<DeliveryClientOptions> = {}) =>
      createDeliveryClient({ gatewayUrl: gateway.url, chainId: 31337, licenseId: 1n, account: buyer, ...more }),
    stop: async () => {
      await gateway.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Three files over several chunks: 2 whole chunks and a rest, one small, one empty; with the file list 6 chunks. */
const FILES = { "a/large.bin": 2 * 1_048_560 + 12_345, "b/small.bin": 777, "c/empty.bin": 0 };

/** A dataset that the provider accepted and the chain knows as dataset `id`, encoding 1, with license `id` held by the buyer. */
export async function publishDataset(
  chain: TestChain,
  gateway: TestGateway,
  id = 1n,
  files: Record<string, number> = FILES,
  consents?: Manifest["consents"],
): Promise<TestDataset> {
  const dataset = await makeDataset({
    ...{ datasetId: id, provider: provider.address, licenseToken: chain.address, files },
    ...(consents && { consents }),
  });
  storeBlobs(gateway.folder, blobsOf(dataset));
  await chain.set("setVersion", [id, owner.address, dataset.contentRoot, dataset.manifestHash, dataset.chunks.length]);
  await offerEncoding(
    { gatewayUrl: gateway.url, chainId: 31337, account: owner, datasetId: id },
    { datasetId: id, version: 1, encoding: 1, ...dataset },
  );
  await chain.set("addEncoding", [id, dataset.encodingRoot, dataset.envelopeHash, provider.address]);
  await chain.set("setLicense", [id, buyer.address, id, 1, 0]);
  return dataset;
}

/** A second encoding of the same version, under a new key, that the provider accepted and the chain knows. */
export async function addEncoding(chain: TestChain, gateway: TestGateway, first: TestDataset): Promise<TestDataset> {
  const licenseToken = chain.address;
  const dataset = await makeDataset({ datasetId: 1n, provider: provider.address, licenseToken, from: first });
  storeBlobs(gateway.folder, blobsOf(dataset));
  await chain.set("addEncoding", [1n, dataset.encodingRoot, dataset.envelopeHash, provider.address]);
  await offerEncoding(
    { gatewayUrl: gateway.url, chainId: 31337, account: owner, datasetId: 1n },
    { datasetId: 1n, version: 1, encoding: 2, ...dataset },
  );
  return dataset;
}

/** Parameters of `fetchVersion` for a dataset. */
export function versionOf(dataset: TestDataset, id = 1n) {
  const { encodingRoot, contentRoot, datasetKey, header } = dataset;
  return { datasetId: id, version: 1, encoding: 1, encodingRoot, contentRoot, datasetKey, encodingHeader: header };
}

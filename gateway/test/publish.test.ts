import { rmSync, writeFileSync } from "node:fs";
import { offerEncoding } from "@colophon-protocol/sdk/delivery";
import { typedData } from "@colophon-protocol/sdk/formats";
import { type Hex, recoverTypedDataAddress } from "viem";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { startChain, type TestChain } from "./support/chain.js";
import { blobFile, blobsOf, hashHex, makeDataset, storeBlobs, type TestDataset } from "./support/dataset.js";
import { buyer, owner, provider, startTestGateway, type TestGateway } from "./support/gateway.js";
import { DATABASES, startPostgres, type TestPostgres } from "./support/postgres.js";
import { problem, RawClient } from "./support/raw.js";

let chain: TestChain;
let postgres: TestPostgres | undefined;
let gateway: TestGateway;
let dataset: TestDataset;
let datasetId = 0n;

beforeAll(async () => {
  chain = await startChain();
  postgres = DATABASES.includes("postgres") ? await startPostgres() : undefined;
  gateway = await startTestGateway(chain, {
    databaseUrl: await postgres?.database(),
    limits: { maxBlobBytes: 1_100_000 },
  });
});
afterAll(async () => {
  await gateway?.stop();
  await postgres?.remove();
  await chain?.stop();
});

beforeEach(async () => {
  datasetId++;
  const files = { "one.bin": 1_048_560 + 5, "two.bin": 9 };
  dataset = await makeDataset({ datasetId, provider: provider.address, licenseToken: chain.address, files });
  await chain.set("setVersion", [
    datasetId,
    owner.address,
    dataset.contentRoot,
    dataset.manifestHash,
    dataset.chunks.length,
  ]);
});

const offer = (changes: object = {}, chunk?: (index: number) => Promise<Uint8Array>) =>
  offerEncoding(
    { gatewayUrl: gateway.url, chainId: 31337, account: owner, datasetId },
    { datasetId, version: 1, encoding: 1, ...dataset, ...(chunk ? { chunk } : {}), ...changes },
  );
const upload = async (index: number) => dataset.chunks[index] as Uint8Array;

describe("offering an encoding", () => {
  it("uploads what is missing and gets the provider's signed acceptance", async () => {
    const { acceptance, signature } = await offer({ retirementNotice: 86_400 }, upload);
    const { timestamp } = await chain.client.getBlock();
    expect(acceptance).toEqual({
      datasetId,
      version: 1,
      encoding: 1,
      encodingRoot: dataset.encodingRoot,
      envelopeHash: dataset.envelopeHash,
      provider: provider.address,
      retirementNotice: 86_400,
      deadline: Number(timestamp) + 86_400,
    });
    const data = typedData("EncodingAcceptance", { chainId: 31337, licenseToken: chain.address }, acceptance);
    expect(await recoverTypedDataAddress({ ...data, signature } as never)).toBe(provider.address);
  });

  it("takes a folder that is already there, and answers the same offer again", async () => {
    storeBlobs(gateway.folder, blobsOf(dataset));
    const first = await offer();
    expect(await offer()).toEqual(first);
  });

  it("serves nothing before the encoding is on chain, nor when another one is there", async () => {
    await offer({}, upload);
    const path = `${gateway.url}/v1/datasets/${datasetId}/versions/1/encodings/1`;
    expect(await problem(await fetch(path))).toMatchObject({ status: 409, code: "conflict" });
    await chain.set("addEncoding", [datasetId, dataset.encodingRoot, hashHex(new Uint8Array(3)), provider.address]);
    expect(await problem(await fetch(path))).toMatchObject({
      status: 409,
      detail: expect.stringContaining("not the one"),
    });
  });

  it("brings an encoding back that the chain knows but the database lost", async () => {
    await chain.set("addEncoding", [datasetId, dataset.encodingRoot, dataset.envelopeHash, provider.address]);
    expect((await offer({}, upload)).acceptance.encoding).toBe(1);
    expect((await fetch(`${gateway.url}/v1/datasets/${datasetId}/versions/1/encodings/1`)).status).toBe(200);
  });

  it("names the chunk that is missing or corrupt", async () => {
    storeBlobs(gateway.folder, blobsOf(dataset));
    const file = blobFile(gateway.folder, dataset.chunks[1] as Uint8Array);
    writeFileSync(file, new Uint8Array((dataset.chunks[1] as Uint8Array).length));
    await expect(offer()).rejects.toMatchObject({ status: 400, message: expect.stringContaining("Chunk 1 ") });
    rmSync(file);
    await expect(offer()).rejects.toMatchObject({ status: 400, message: expect.stringMatching(/Chunk 1 .*missing/) });
  });

  it.each<[string, () => object, number]>([
    ["another encoding root", () => ({ encodingRoot: hashHex(new Uint8Array(1)) }), 400],
    ["a table of other contents", () => ({ contentLeaves: dataset.encodingLeaves }), 400],
    ["a short table", () => ({ contentLeaves: dataset.contentLeaves.slice(45) }), 400],
    ["a number that is not the next", () => ({ encoding: 3 }), 409],
    ["a version that is not on chain", () => ({ datasetId: 999n }), 403],
    ["a notice beyond the provider's limit", () => ({ retirementNotice: 99_999_999 }), 400],
    ["an envelope that is none", () => ({ envelope: new TextEncoder().encode("{}") }), 400],
  ])("refuses %s", async (_what, changes, status) => {
    storeBlobs(gateway.folder, blobsOf(dataset));
    await expect(offer(changes())).rejects.toMatchObject({ name: "DeliveryError", status });
  });

  it("refuses an envelope of another provider", async () => {
    const other = await makeDataset({
      datasetId,
      provider: buyer.address,
      licenseToken: chain.address,
      files: { a: 1 },
    });
    await chain.set("setVersion", [
      datasetId,
      owner.address,
      other.contentRoot,
      other.manifestHash,
      other.chunks.length,
    ]);
    storeBlobs(gateway.folder, blobsOf(other));
    await expect(offer(other)).rejects.toMatchObject({
      status: 400,
      message: expect.stringContaining("envelope provider"),
    });
  });
});

describe("uploading blobs", () => {
  const put = async (name: string, body: Uint8Array) => {
    const client = await RawClient.signedIn(gateway.url, { account: owner, scope: `dataset:31337:${datasetId}` });
    return client.get(`/v1/blobs/${name}`, {}, {}, "PUT", body as BodyInit);
  };

  it("stores a blob under its hash, once", async () => {
    const bytes = new TextEncoder().encode(`blob of ${datasetId}`);
    const name = hashHex(bytes).slice(2);
    expect((await put(name, bytes)).status).toBe(201);
    expect((await put(name, bytes)).status).toBe(200);
  });

  it("refuses a blob under another hash, one that is too large, and names that are no hashes", async () => {
    const wrong = hashHex(new Uint8Array(7)).slice(2);
    expect(await problem(await put(wrong, new Uint8Array(8)))).toMatchObject({ status: 400 });
    const large = new Uint8Array(1_100_001);
    expect(await problem(await put(hashHex(large).slice(2), large))).toMatchObject({
      status: 413,
      code: "body_too_large",
    });
    for (const name of ["..%2f..%2f..%2ftmp%2fowned", "A".repeat(64), `0x${wrong}`, "..", `${wrong}%00`]) {
      const answer = await put(name, new Uint8Array(1)).catch(() => undefined);
      expect(answer === undefined || [400, 401, 404].includes(answer.status)).toBe(true);
    }
    await expect(gateway.services.blobs.size(wrong)).resolves.toBeUndefined();
  });

  it("lets nobody publish whom the provider does not allow", async () => {
    const closed = await startTestGateway(chain, {
      databaseUrl: await postgres?.database(),
      config: { publishers: [buyer.address] },
    });
    const refused = offerEncoding(
      { gatewayUrl: closed.url, chainId: 31337, account: owner, datasetId },
      { datasetId, version: 1, encoding: 1, ...dataset },
    );
    await expect(refused).rejects.toMatchObject({ status: 403, problem: "not_allowed" });
    await closed.stop();
  });

  it("needs a publish token", async () => {
    const answer = await fetch(`${gateway.url}/v1/blobs/${"0".repeat(64)}` as Hex, { method: "PUT", body: "x" });
    expect(await problem(answer)).toMatchObject({ status: 401, code: "invalid_token" });
  });
});

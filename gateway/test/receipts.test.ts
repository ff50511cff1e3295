import { memorySink, parseReceipt, type SignedDeliveryReceipt } from "@colophon-protocol/sdk/delivery";
import { chunkLeafHash, decodeChunkLeaf, root, toHex, typedData } from "@colophon-protocol/sdk/formats";
import { recoverTypedDataAddress } from "viem";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { startChain, type TestChain } from "./support/chain.js";
import type { TestDataset } from "./support/dataset.js";
import {
  buyer,
  OPERATOR_TOKEN,
  provider,
  publishDataset,
  startTestGateway,
  type TestGateway,
  versionOf,
} from "./support/gateway.js";
import { DATABASES, startPostgres, type TestPostgres } from "./support/postgres.js";
import { problem, RawClient } from "./support/raw.js";

const BASE = "/v1/datasets/1/versions/1/encodings/1";

describe.each(DATABASES)("delivery receipts on %s", (kind) => {
  let chain: TestChain;
  let postgres: TestPostgres | undefined;
  let databaseUrl: string | undefined;
  let gateway: TestGateway;
  let dataset: TestDataset;

  beforeAll(async () => {
    chain = await startChain();
    postgres = kind === "postgres" ? await startPostgres() : undefined;
    databaseUrl = await postgres?.database();
    gateway = await startTestGateway(chain, { databaseUrl });
    dataset = await publishDataset(chain, gateway);
    for (const license of [2n, 3n, 4n]) await chain.set("setLicense", [license, buyer.address, 1n, 1, 0]);
  });
  afterAll(async () => {
    await gateway?.stop();
    await postgres?.remove();
    await chain?.stop();
  });

  const asOperator = async (licenseId: bigint, method: string, token = OPERATOR_TOKEN, url = gateway.url) =>
    fetch(`${url}/v1/licenses/${licenseId}/receipt`, { method, headers: { authorization: `Bearer ${token}` } });
  const signerOf = ({ receipt, signature }: SignedDeliveryReceipt) => {
    const data = typedData("DeliveryReceipt", { chainId: 31337, licenseToken: chain.address }, receipt);
    return recoverTypedDataAddress({ ...data, signature } as never);
  };
  const leafHashes = (indexes: number[]) =>
    indexes.map((i) => chunkLeafHash(decodeChunkLeaf(dataset.encodingLeaves.subarray(i * 45, i * 45 + 45))));

  it("covers a full delivery: the served root is the encoding root", async () => {
    const client = gateway.client();
    await client.fetchVersion({ ...versionOf(dataset), sink: memorySink() });
    const signed = await client.requestReceipt();
    const bytes = dataset.chunks.reduce((sum, chunk) => sum + chunk.length, 0);
    expect(signed.receipt).toMatchObject({ licenseId: 1n, datasetId: 1n, version: 1, encoding: 1, sequence: 1n });
    expect(signed.receipt).toMatchObject({ encodingRoot: dataset.encodingRoot, servedRoot: dataset.encodingRoot });
    expect(signed.receipt).toMatchObject({ chunks: 6n, bytesServed: BigInt(bytes) });
    const { timestamp } = await chain.client.getBlock();
    expect(signed.receipt.servedUntil).toBeLessThanOrEqual(Number(timestamp));
    expect(signed.receipt.servedFrom).toBeLessThanOrEqual(signed.receipt.servedUntil);
    expect(signed.receipt.deadline).toBe(Number(timestamp) + 604_800);
    expect(signed.provider).toBe(provider.address);
    expect(await signerOf(signed)).toBe(provider.address);
  });

  it("gives the same receipt again when nothing was added, also after chunks were sent twice", async () => {
    const client = gateway.client();
    const first = await client.requestReceipt();
    await client.fetchVersion({ ...versionOf(dataset), sink: memorySink() });
    expect(await client.requestReceipt()).toEqual(first);
    expect(parseReceipt(await (await asOperator(1n, "GET")).json())).toEqual(first);
  });

  it("covers exactly the chunks that went out whole, in ascending order, with rising sequences", async () => {
    const raw = await RawClient.signedIn(gateway.url, { scope: "license:31337:2" });
    await (await raw.get(`${BASE}/chunks/4`)).arrayBuffer();
    await (await raw.get(`${BASE}/chunks/2`)).arrayBuffer();
    await (await raw.get(`${BASE}/chunks/3`, { range: "bytes=0-99" })).arrayBuffer();
    const first = parseReceipt(await (await asOperator(2n, "POST")).json());
    expect(first.receipt).toMatchObject({ chunks: 2n, sequence: 1n, servedRoot: toHex(root(leafHashes([2, 4]))) });
    await (await raw.get(`${BASE}/chunks/3`, { range: "bytes=100-" })).arrayBuffer();
    const second = parseReceipt(await (await asOperator(2n, "POST")).json());
    expect(second.receipt).toMatchObject({ chunks: 3n, sequence: 2n, servedRoot: toHex(root(leafHashes([2, 3, 4]))) });
  });

  it("signs nothing when nothing was delivered, or after the license has ended", async () => {
    expect(await problem(await asOperator(3n, "POST"))).toMatchObject({ status: 409, code: "conflict" });
    expect(await problem(await asOperator(3n, "GET"))).toMatchObject({ status: 404 });
    await chain.set("setAnswer", [2n, 4]);
    expect(await problem(await asOperator(2n, "POST"))).toMatchObject({ status: 409, code: "conflict" });
    expect((await asOperator(2n, "GET")).status).toBe(200);
  });

  it("refuses a wrong operator token", async () => {
    expect(await problem(await asOperator(1n, "POST", `${OPERATOR_TOKEN}x`))).toMatchObject({ status: 401 });
  });

  // PGlite belongs to one process.
  if (kind !== "postgres") return;

  it("adds up over two processes on one database, and never repeats a sequence", async () => {
    const second = await startTestGateway(chain, { databaseUrl, blobFolder: gateway.folder });
    const [one, two] = await Promise.all(
      [gateway.url, second.url].map((url) => RawClient.signedIn(url, { scope: "license:31337:4" })),
    );
    await (await (one as RawClient).get(`${BASE}/chunks?first=0&count=3`)).arrayBuffer();
    await (await (two as RawClient).get(`${BASE}/chunks?first=3&count=3`)).arrayBuffer();
    // What the client has read, the server counts a moment later, when its socket took it.
    await vi.waitFor(async () => {
      await second.services.accounting.flush();
      const totals = await gateway.services.accounting.totals({
        licenseId: 4n,
        datasetId: 1n,
        version: 1,
        encoding: 1,
      });
      expect(totals?.served.length).toBe(6);
    });
    const answers = await Promise.all(
      Array.from({ length: 6 }, (_, i) => asOperator(4n, "POST", OPERATOR_TOKEN, i % 2 ? gateway.url : second.url)),
    );
    const receipts = await Promise.all(answers.map(async (answer) => parseReceipt(await answer.json()).receipt));
    for (const receipt of receipts)
      expect(receipt).toMatchObject({ servedRoot: dataset.encodingRoot, chunks: 6n, sequence: 1n });
    await second.close();
  });
});

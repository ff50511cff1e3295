import { appendFileSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { type BatchHead, memoryChunkStore, memorySink, verifyLeafRun } from "@colophon-protocol/sdk/delivery";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { startChain, type TestChain } from "./support/chain.js";
import { blobFile, hashHex, type TestDataset } from "./support/dataset.js";
import { publishDataset, startTestGateway, type TestGateway, versionOf } from "./support/gateway.js";
import { DATABASES, startPostgres, type TestPostgres } from "./support/postgres.js";
import { problem, RawClient } from "./support/raw.js";

const BASE = "/v1/datasets/1/versions/1/encodings/1";
let chain: TestChain;
let postgres: TestPostgres | undefined;
let gateway: TestGateway;
let dataset: TestDataset;
let raw: RawClient;

beforeAll(async () => {
  chain = await startChain();
  postgres = DATABASES.includes("postgres") ? await startPostgres() : undefined;
  gateway = await startTestGateway(chain, {
    databaseUrl: await postgres?.database(),
    limits: { streamsPerLicense: 3 },
  });
  dataset = await publishDataset(chain, gateway);
  raw = await RawClient.signedIn(gateway.url);
});
afterAll(async () => {
  await gateway?.stop();
  await postgres?.remove();
  await chain?.stop();
});

const chunkOf = (index: number) => dataset.chunks[index] as Uint8Array;
const bytesOf = async (answer: Response) => Buffer.from(await answer.arrayBuffer());
/** Reads the answer to its end: an answer that nobody reads keeps its stream open. */
const statusOf = async (answer: Promise<Response>) => {
  await (await answer).arrayBuffer();
  return (await answer).status;
};
const expectFiles = (files: Map<string, Uint8Array>) => {
  for (const [name, bytes] of dataset.files) expect(hashHex(files.get(name) as Uint8Array)).toBe(hashHex(bytes));
};

/** A `fetch` that lets a test change the answer to each request for chunks. */
function tampering(change: (bytes: Uint8Array, request: number) => Uint8Array | undefined) {
  let requests = 0;
  return async (input: string | URL | Request, init?: RequestInit) => {
    const answer = await fetch(input, init);
    if (!String(input).includes("/chunks?") || !answer.ok) return answer;
    const changed = change(new Uint8Array(await answer.arrayBuffer()), requests++);
    return changed ? new Response(changed as BodyInit, { status: 200, headers: answer.headers }) : Response.error();
  };
}

/** Flips a bit of chunk `at` within a batch of all chunks. */
function flip(bytes: Uint8Array, at: number): Uint8Array {
  const head = 4 + new DataView(bytes.buffer).getUint32(0);
  const offset = dataset.chunks.slice(0, at).reduce((sum, chunk) => sum + chunk.length, head) + 5;
  const changed = bytes.slice();
  changed[offset] = (changed[offset] as number) ^ 1;
  return changed;
}

describe("chunks by index", () => {
  it("gives ciphertext with its hash as ETag and a proof for both trees", async () => {
    const answer = await raw.get(`${BASE}/chunks/2`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get("etag")).toBe(`"${hashHex(chunkOf(2)).slice(2)}"`);
    const proof = JSON.parse(
      Buffer.from(answer.headers.get("colophon-proof") as string, "base64url").toString(),
    ) as BatchHead;
    const size = dataset.chunks.length;
    const [leaf] = verifyLeafRun(proof.encoding, 2, { root: dataset.encodingRoot, size });
    expect(leaf).toMatchObject({ index: 2, size: chunkOf(2).length, flags: 1 });
    expect(verifyLeafRun(proof.content, 2, { root: dataset.contentRoot, size })).toHaveLength(1);
    expect(Buffer.compare(await bytesOf(answer), chunkOf(2))).toBe(0);
  });

  it("answers 304 to the ETag, and sends it again to another", async () => {
    const etag = `"${hashHex(chunkOf(1)).slice(2)}"`;
    expect(await statusOf(raw.get(`${BASE}/chunks/1`, { "if-none-match": etag }))).toBe(304);
    expect(await statusOf(raw.get(`${BASE}/chunks/1`, { "if-none-match": '"other"' }))).toBe(200);
  });

  it.each([
    ["bytes=0-9", 0, 10],
    ["bytes=1000-", 1000, 12_361],
    ["bytes=-16", 12_345, 12_361],
    ["bytes=12360-99999", 12_360, 12_361],
  ])("serves Range %s", async (range, start, end) => {
    const answer = await raw.get(`${BASE}/chunks/2`, { range });
    expect(answer.status).toBe(206);
    expect(answer.headers.get("content-range")).toBe(`bytes ${start}-${end - 1}/12361`);
    expect(Buffer.compare(await bytesOf(answer), chunkOf(2).subarray(start, end))).toBe(0);
  });

  it("refuses a Range outside with 416, and ignores one whose If-Range is of other contents", async () => {
    const outside = await raw.get(`${BASE}/chunks/2`, { range: "bytes=99999-" });
    expect(outside.headers.get("content-range")).toBe("bytes */12361");
    expect(await problem(outside)).toMatchObject({ status: 416, code: "range_not_satisfiable" });
    expect(await statusOf(raw.get(`${BASE}/chunks/2`, { range: "bytes=0-9", "if-range": '"old"' }))).toBe(200);
  });

  it("answers HEAD without the chunk, and does not count it", async () => {
    const { accounting } = gateway.services;
    const key = { licenseId: 1n, datasetId: 1n, version: 1, encoding: 1 };
    const before = await accounting.totals(key);
    const answer = await raw.get(`${BASE}/chunks/2`, {}, {}, "HEAD");
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-length")).toBe("12361");
    expect(await accounting.totals(key)).toEqual(before);
  });

  it.each([
    ["99", 404],
    ["-1", 400],
    ["1e3", 400],
    ["..%2f..%2fetc%2fpasswd", 400],
  ])("refuses index %s", async (index, status) => {
    expect(await statusOf(raw.get(`${BASE}/chunks/${index}`))).toBe(status);
  });
});

describe("batches, proofs and documents", () => {
  it("serves chunks by byte range: every chunk that it touches", async () => {
    const answer = await raw.get(`${BASE}/chunks?start=1048575&end=1048577`);
    const bytes = await bytesOf(answer);
    const head = JSON.parse(bytes.subarray(4, 4 + bytes.readUInt32BE(0)).toString()) as BatchHead;
    expect(head.first).toBe(0);
    expect(head.encoding.leaves).toHaveLength(2);
    expect(bytes.length).toBe(4 + bytes.readUInt32BE(0) + chunkOf(0).length + chunkOf(1).length);
  });

  it.each([
    ["first=0&count=0", 400],
    ["first=0&count=7", 416],
    ["first=x", 400],
    ["start=5&end=5", 400],
    ["start=0&end=99999999", 416],
    ["", 400],
  ])("refuses ?%s", async (query, status) => {
    expect(await statusOf(raw.get(`${BASE}/chunks?${query}`))).toBe(status);
  });

  it("gives proofs alone, manifest, envelope and leaf tables", async () => {
    const head = (await (await raw.get(`${BASE}/proofs?first=1&count=3`)).json()) as BatchHead;
    expect(verifyLeafRun(head.encoding, 1, { root: dataset.encodingRoot, size: 6 })).toHaveLength(3);
    const read = async (path: string) => hashHex(await bytesOf(await fetch(gateway.url + path)));
    expect(await read(`${BASE}/manifest`)).toBe(dataset.manifestHash);
    expect(await read(`/v1/manifests/${dataset.manifestHash}`)).toBe(dataset.manifestHash);
    expect(await read(`/manifests/${dataset.manifestHash.slice(2)}`)).toBe(dataset.manifestHash);
    expect(await read(`${BASE}/envelope`)).toBe(dataset.envelopeHash);
    expect(await read(`${BASE}/leaves/encoding`)).toBe(hashHex(dataset.encodingLeaves));
    expect(hashHex(await bytesOf(await raw.get(`${BASE}/leaves/content`)))).toBe(hashHex(dataset.contentLeaves));
    const described = await (await fetch(gateway.url + BASE)).json();
    expect(described).toMatchObject({
      chunks: 6,
      encodingRoot: dataset.encodingRoot,
      contentRoot: dataset.contentRoot,
    });
  });

  it("keeps plaintext hashes and data from the public, and serves no blob as manifest that is none", async () => {
    expect((await fetch(`${gateway.url}${BASE}/leaves/content`)).status).toBe(401);
    expect((await fetch(`${gateway.url}${BASE}/proofs?first=0`)).status).toBe(401);
    expect((await fetch(`${gateway.url}/v1/manifests/${hashHex(chunkOf(2))}`)).status).toBe(404);
    expect((await fetch(`${gateway.url}/v1/manifests/..%2f..%2fetc%2fpasswd`)).status).toBe(400);
  });
});

describe("the SDK's delivery", () => {
  it("gets every file, verified and decrypted, with progress", async () => {
    const sink = memorySink();
    const seen: number[] = [];
    const { progress } = await gateway
      .client()
      .fetchVersion({ ...versionOf(dataset), sink, onProgress: (p) => seen.push(p.chunks) });
    expectFiles(sink.files);
    expect(progress).toEqual({ chunks: 5, totalChunks: 5, bytes: 2_110_242, totalBytes: 2_110_242, refetched: 0 });
    expect(seen).toEqual([1, 2, 3, 4, 5]);
    expect(sink.leafHashes.size).toBe(5);
    const leaves = await gateway.client().contentLeaves(versionOf(dataset));
    expect(hashHex(leaves)).toBe(hashHex(dataset.contentLeaves));
  });

  it("gets chosen files only", async () => {
    const sink = memorySink();
    await gateway.client().fetchVersion({ ...versionOf(dataset), sink, filter: (file) => file.path === "b/small.bin" });
    expect([...sink.files.keys()]).toEqual(["b/small.bin"]);
  });

  it("detects a chunk that was corrupted on the way, says which, and fetches it again", async () => {
    const sink = memorySink();
    const refetched: number[] = [];
    const client = gateway.client({
      fetch: tampering((bytes, request) => (request === 1 ? flip(bytes, 1) : bytes)) as typeof fetch,
    });
    const onRefetch = (index: number) => refetched.push(index);
    const { progress } = await client.fetchVersion({ ...versionOf(dataset), sink, onRefetch, concurrency: 1 });
    expectFiles(sink.files);
    expect(refetched).toEqual([1]);
    expect(progress.refetched).toBe(1);
  });

  it("gives up on a chunk that stays corrupt on the provider's disk, naming it", async () => {
    const file = blobFile(gateway.folder, chunkOf(1));
    const good = readFileSync(file);
    const bad = Buffer.from(good);
    bad[100] = (bad[100] as number) ^ 0xff;
    writeFileSync(file, bad);
    const fetching = gateway.client().fetchVersion({ ...versionOf(dataset), sink: memorySink(), maxAttempts: 2 });
    await expect(fetching).rejects.toMatchObject({ name: "DeliveryError", code: "corrupt", chunk: 1 });
    writeFileSync(file, good);
  });

  it("survives a stream that is cut, and gives up when it always is", async () => {
    const cut = (bytes: Uint8Array) => bytes.slice(0, bytes.length - 2000);
    const sink = memorySink();
    const once = gateway.client({
      fetch: tampering((bytes, request) => (request === 1 ? cut(bytes) : bytes)) as typeof fetch,
    });
    await once.fetchVersion({ ...versionOf(dataset), sink, concurrency: 1 });
    expectFiles(sink.files);
    const always = gateway.client({ fetch: tampering((bytes) => cut(bytes)) as typeof fetch });
    const failing = always.fetchVersion({ ...versionOf(dataset), sink: memorySink(), maxAttempts: 2 });
    await expect(failing).rejects.toMatchObject({ code: "unavailable" });
  });

  it("cuts the connection when a blob on disk is too short", async () => {
    const file = blobFile(gateway.folder, chunkOf(3));
    const good = readFileSync(file);
    truncateSync(file, good.length - 1);
    expect(await problem(await raw.get(`${BASE}/chunks/3`))).toMatchObject({
      status: 503,
      code: "storage_unavailable",
    });
    appendFileSync(file, good.subarray(good.length - 1));
    expect(await statusOf(raw.get(`${BASE}/chunks/3`))).toBe(200);
  });

  it("goes on where it was interrupted, and does not trust what it stored", async () => {
    const store = memoryChunkStore();
    const abort = new AbortController();
    const interrupted = gateway.client().fetchVersion({
      ...versionOf(dataset),
      sink: memorySink(),
      store,
      signal: abort.signal,
      batchChunks: 1,
      concurrency: 1,
      onProgress: ({ chunks }) => chunks === 2 && abort.abort(),
    });
    await expect(interrupted).rejects.toMatchObject({ code: "aborted" });
    const spoiled = (await store.get(dataset.encodingRoot, 0)) as Uint8Array;
    await store.put(dataset.encodingRoot, 0, spoiled.slice().fill(7, 0, 10));
    const asked: string[] = [];
    const spy = ((input: URL, init?: RequestInit) => {
      if (String(input).includes("/chunks?")) asked.push(new URL(input).search);
      return fetch(input, init);
    }) as typeof fetch;
    const sink = memorySink();
    await gateway.client({ fetch: spy }).fetchVersion({ ...versionOf(dataset), sink, store, batchChunks: 64 });
    expectFiles(sink.files);
    expect(asked).toEqual(["?first=0&count=1", "?first=2&count=3"]);
  });

  it("refuses another dataset's key at once, and roots that are not the gateway's", async () => {
    const wrongKey = gateway
      .client()
      .fetchVersion({ ...versionOf(dataset), sink: memorySink(), datasetKey: new Uint8Array(32) });
    await expect(wrongKey).rejects.toMatchObject({ name: "FormatError", code: "wrong-key" });
    const wrongRoot = { ...versionOf(dataset), contentRoot: hashHex(new Uint8Array(1)) };
    const fetching = gateway.client().fetchVersion({ ...wrongRoot, sink: memorySink(), maxAttempts: 1 });
    await expect(fetching).rejects.toMatchObject({ code: "corrupt" });
  });
});

describe("limits and cuts", () => {
  it("answers 429 with Retry-After above the streams of one license, and gives the place back", async () => {
    const { limiter } = gateway.services.delivery;
    await vi.waitFor(() => expect(limiter.count).toBe(0)); // Answers that earlier tests broke off.
    const holds = [limiter.acquire(1n), limiter.acquire(1n), limiter.acquire(1n)];
    const refused = await raw.get(`${BASE}/chunks/0`);
    expect(refused.headers.get("retry-after")).toBe("1");
    expect(await problem(refused)).toMatchObject({ status: 429, code: "too_many_streams" });
    for (const release of holds) release();
    expect(limiter.count).toBe(0);
    const sink = memorySink();
    await gateway.client().fetchVersion({ ...versionOf(dataset), sink, concurrency: 6, batchChunks: 1 });
    expectFiles(sink.files);
  });

  it("cuts a stream that is under way when its license is revoked", async () => {
    await publishDataset(chain, gateway, 5n, { "big.bin": 24 * 1_048_560 });
    const client = await RawClient.signedIn(gateway.url, { scope: "license:31337:5" });
    const answer = await client.get("/v1/datasets/5/versions/1/encodings/1/chunks?first=0&count=24");
    expect(answer.status).toBe(200);
    await chain.set("setAnswer", [5n, 4]);
    await new Promise((resolve) => setTimeout(resolve, 600));
    await expect(answer.arrayBuffer()).rejects.toThrow();
    const totals = await gateway.services.accounting.totals({ licenseId: 5n, datasetId: 5n, version: 1, encoding: 1 });
    expect(totals?.served.length ?? 0).toBeLessThan(24);
  });

  it("cuts a license off that was revoked or frozen or has expired, with the reason", async () => {
    for (const [answer, reason] of [
      [4, "Revoked"],
      [5, "Frozen"],
      [3, "Expired"],
    ] as const) {
      await chain.set("setAnswer", [1n, answer]);
      await new Promise((resolve) => setTimeout(resolve, 600));
      expect(await problem(await raw.get(`${BASE}/chunks/0`))).toMatchObject({
        status: 403,
        code: "access_denied",
        reason,
      });
      await expect(gateway.client().fetchVersion({ ...versionOf(dataset), sink: memorySink() })).rejects.toMatchObject({
        code: "denied",
        reason,
      });
      await chain.set("setAnswer", [1n, 0]);
    }
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(await statusOf(raw.get(`${BASE}/chunks/0`))).toBe(200);
  });
});

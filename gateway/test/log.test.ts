import { memorySink } from "@colophon-protocol/sdk/delivery";
import { MerkleTree, toHex } from "@colophon-protocol/sdk/formats";
import { LogReader, parseNote, TILE_WIDTH } from "@colophon-protocol/sdk/log";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Database } from "../src/db/open.js";
import { appendEvent, openLog, readLog, readTile } from "../src/log/store.js";
import { startChain, type TestChain } from "./support/chain.js";
import type { TestDataset } from "./support/dataset.js";
import { provider, publishDataset, startTestGateway, type TestGateway, versionOf } from "./support/gateway.js";
import { DATABASES, startPostgres, type TestPostgres } from "./support/postgres.js";
import { problem } from "./support/raw.js";

const ORIGIN = "provider.example/log";
const text = (entry: Uint8Array) => JSON.parse(new TextDecoder().decode(entry));

describe.each(DATABASES)("the provider's log on %s", (kind) => {
  let chain: TestChain;
  let postgres: TestPostgres | undefined;
  let databaseUrl: string | undefined;
  let gateway: TestGateway;
  let dataset: TestDataset;
  let now = Date.now();

  beforeAll(async () => {
    chain = await startChain();
    postgres = kind === "postgres" ? await startPostgres() : undefined;
    databaseUrl = await postgres?.database();
    gateway = await startTestGateway(chain, { databaseUrl, now: () => now, config: { logOrigin: ORIGIN } });
  });
  afterAll(async () => {
    await gateway?.stop();
    await postgres?.remove();
    await chain?.stop();
  });

  const reader = async () => {
    const verifierKey = (await (await fetch(`${gateway.url}/log/key`)).text()).trim();
    const authority = {
      chainId: 31337,
      licenseToken: chain.address,
      provider: provider.address,
      signer: provider.address,
    };
    return new LogReader({ url: `${gateway.url}/log`, verifierKey, authority });
  };
  const entriesOf = async (log: LogReader, from = 0) => {
    const head = await log.head();
    const entries = [];
    for await (const entry of log.entries(from, head.size, head)) entries.push(text(entry));
    return entries;
  };

  it("begins empty, under its name and both signatures", async () => {
    const head = await (await reader()).head();
    expect(head).toMatchObject({ origin: ORIGIN, size: 0 });
    expect(toHex(head.root)).toBe("0xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    expect(head.onChain).toMatchObject({ signer: provider.address, head: { size: 0n, provider: provider.address } });
  });

  it("tells what was taken in, sold and delivered, in order, each proven", async () => {
    dataset = await publishDataset(chain, gateway);
    const client = gateway.client();
    await client.fetchVersion({ ...versionOf(dataset), sink: memorySink() });
    const { receipt } = await client.requestReceipt();
    await client.requestReceipt();
    now += 2000;
    const log = await reader();
    const entries = await entriesOf(log);
    expect(entries).toMatchObject([
      { type: "ingest", datasetId: "1", version: 1, encoding: 1, encodingRoot: dataset.encodingRoot },
      { type: "sale", licenseId: "1", datasetId: "1", version: 1, encoding: 1 },
      { type: "delivery", licenseId: "1", sequence: Number(receipt.sequence) },
    ]);
    expect(entries.every(({ time }) => Number.isInteger(time))).toBe(true);
    const head = await log.head();
    expect(text((await log.entry(2, head)).entry)).toEqual(entries[2]);
    expect(await log.verifyTiles(head)).toBe(true);
  });

  it("signs a new head when it has grown, not more often than once a second, and each begins with the one before", async () => {
    const log = await reader();
    const before = await log.head();
    await publishDataset(chain, gateway, 7n, { "x.bin": 10 });
    now += 500;
    expect((await log.head()).size).toBe(before.size);
    now += 600;
    const after = await log.head();
    expect(after.size).toBe(before.size + 1);
    expect(await log.consistency(before, after)).not.toHaveLength(0);
  });

  it("tells with what it took in on which consents that rests, without their note", async () => {
    const consents = { basis: "receipts", root: `0x${"c5".repeat(32)}`, count: 3, note: "by hand" } as const;
    const { manifestHash } = await publishDataset(chain, gateway, 8n, { "y.bin": 10 }, consents);
    now += 2000;
    const [ingest, consent] = (await entriesOf(await reader())).slice(-2);
    expect([ingest.type, ingest.datasetId]).toEqual(["ingest", "8"]);
    const { root, count } = consents;
    expect(consent).toEqual({
      ...{ type: "consent", datasetId: "8", version: 1, manifestHash, basis: "receipts", root, count },
      time: ingest.time,
    });
  });

  it.each([
    ["tile/0/000", 404],
    ["tile/0/000.p/200", 404],
    ["tile/entries/001", 404],
    ["tile/0/0", 404],
    ["tile/64/000", 404],
    ["tile/0/..%2f000", 404],
    ["other", 404],
  ])("has no %s", async (path, status) => {
    expect(await problem(await fetch(`${gateway.url}/log/${path}`))).toMatchObject({ status, code: "not_found" });
  });

  it("lets tiles be kept for good, and heads for a second", async () => {
    const tile = await fetch(`${gateway.url}/log/tile/0/000.p/1`);
    expect(tile.headers.get("cache-control")).toContain("immutable");
    expect((await tile.arrayBuffer()).byteLength).toBe(32);
    const head = await fetch(`${gateway.url}/log/checkpoint`);
    expect(head.headers.get("content-type")).toBe("text/plain; charset=utf-8");
    expect(head.headers.get("cache-control")).toBe("public, max-age=1");
    expect(parseNote(await head.text()).signatures).toHaveLength(2);
  });

  it("has the same name and key after a restart, and refuses another name", async () => {
    if (!databaseUrl) return;
    const key = (await reader()) && (await (await fetch(`${gateway.url}/log/key`)).text());
    const { folder } = gateway;
    const second = await startTestGateway(chain, { databaseUrl, config: { logOrigin: ORIGIN }, blobFolder: folder });
    expect(await (await fetch(`${second.url}/log/key`)).text()).toBe(key);
    await second.close();
    const other = startTestGateway(chain, {
      databaseUrl,
      config: { logOrigin: "other.example/log" },
      blobFolder: folder,
    });
    await expect(other).rejects.toThrow(`is named ${ORIGIN}`);
  });

  it("gives one order to what several processes append at once, with full tiles", { timeout: 120_000 }, async () => {
    const url = await postgres?.database();
    const first = await Database.open({ url });
    const processes = url ? [first, await Database.open({ url })] : [first];
    await openLog(first, undefined, ORIGIN);
    const count = 2 * TILE_WIDTH + 44;
    const append = (i: number) =>
      (processes[i % processes.length] as Database).transaction((db) =>
        appendEvent(db, { type: "metering", licenseId: String(i), sequence: "1", units: "1" }, i),
      );
    for (let i = 0; i < count; i += 20) {
      await Promise.all(Array.from({ length: Math.min(20, count - i) }, (_, k) => append(i + k)));
    }
    expect(await readLog(first)).toMatchObject({ size: count, checkpoint: null });
    const entries = await first.run((db) => readTile(db, { level: "entries", index: 2, width: 44 }, count));
    expect(entries?.length).toBeGreaterThan(44 * 60);
    const leaves = await Promise.all(
      [0, 1, 2].map((index) =>
        first.run((db) => readTile(db, { level: 0, index, width: index < 2 ? 256 : 44 }, count)),
      ),
    );
    const tree = new MerkleTree();
    for (const tile of leaves)
      for (let at = 0; at < (tile?.length ?? 0); at += 32) tree.append((tile as Uint8Array).slice(at, at + 32));
    const upper = (await first.run((db) => readTile(db, { level: 1, index: 0, width: 2 }, count))) as Uint8Array;
    const roots = [0, 1].map((i) => {
      const part = new MerkleTree();
      for (let k = 0; k < 256; k++) part.append((leaves[i] as Uint8Array).slice(32 * k, 32 * k + 32));
      return toHex(part.root());
    });
    expect([toHex(upper.slice(0, 32)), toHex(upper.slice(32))]).toEqual(roots);
    expect(await first.run((db) => readTile(db, { level: 1, index: 0, width: 3 }, count))).toBeUndefined();
    await Promise.all(processes.map((db) => db.close()));
  });

  it("takes back what it appended when its transaction fails", async () => {
    const db = await Database.open({ url: await postgres?.database() });
    await openLog(db, ORIGIN, "unused");
    const failing = db.transaction(async (tx) => {
      await appendEvent(tx, { type: "metering", licenseId: "1", sequence: "1", units: "1" }, 1);
      throw new Error("afterwards");
    });
    await expect(failing).rejects.toMatchObject({ code: "database_unavailable" });
    expect((await readLog(db)).size).toBe(0);
    await db.close();
  });
});

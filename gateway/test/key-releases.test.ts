/** What key nodes release, in the provider's log: once each, by known nodes alone, and never in a release's way. */
import { hkdfSync } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Message, messageToJson, typedData } from "@colophon-protocol/sdk/formats";
import { licenseConditions, wrapDatasetKey } from "@colophon-protocol/sdk/keys";
import { LogReader, readLogEntry } from "@colophon-protocol/sdk/log";
import { type Hex, hashTypedData, numberToHex } from "viem";
import { generatePrivateKey, type PrivateKeyAccount, privateKeyToAccount } from "viem/accounts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { keyReleases } from "../src/db/schema.js";
import { type DealtNetwork, dealNetworkKey, type RunningKeyNode, releaseAccount, withUrls } from "../src/keys/index.js";
import { freePort, type Chain as KeyChain, release, startNode } from "./keys-support.js";
import { account, startChain, type TestChain } from "./support/chain.js";
import { buyer, type GatewayOptions, publishDataset, startTestGateway, type TestGateway } from "./support/gateway.js";
import { DATABASES, startPostgres } from "./support/postgres.js";
import { problem } from "./support/raw.js";

const key = new Uint8Array(32).fill(9);
const word = (byte: string): Hex => `0x${byte.repeat(32)}`;

let chain: TestChain;
let dealt: DealtNetwork;
let signers: PrivateKeyAccount[];
let folder: string;
let blobFolder: string;
let gateway: TestGateway;
let gatewayUrl: string;
let port: number;
let clock = Date.now();

/** The same gateway again, after it was closed. */
const startGateway = (options: GatewayOptions = {}) =>
  startTestGateway(chain, {
    ...{ blobFolder, now: () => clock, ...options },
    config: {
      port,
      dataFolder: join(folder, "db"),
      keyNodes: signers.map(({ address }) => address),
      ...options.config,
    },
  });

beforeAll(async () => {
  chain = await startChain();
  dealt = dealNetworkKey(3, 2);
  signers = dealt.shares.map(releaseAccount);
  folder = await mkdtemp(join(tmpdir(), "colophon-releases-"));
  blobFolder = await mkdtemp(join(tmpdir(), "colophon-blobs-"));
  port = await freePort();
  gateway = await startGateway();
  gatewayUrl = gateway.url;
  await publishDataset(chain, gateway);
});
afterAll(async () => {
  await gateway?.close();
  await chain?.stop();
  for (const each of [folder, blobFolder]) await rm(each, { recursive: true, force: true });
});

const readerOf = async () => {
  clock += 2000;
  const verifierKey = (await (await fetch(`${gatewayUrl}/log/key`)).text()).trim();
  return new LogReader({ url: `${gatewayUrl}/log`, verifierKey });
};

/** The log's entries about releases. */
async function logged() {
  const log = await readerOf();
  const head = await log.head();
  const found = [];
  for await (const bytes of log.entries(0, head.size, head)) {
    const entry = readLogEntry(bytes);
    if (entry?.type === "key-release") found.push(entry);
  }
  return found;
}

async function eventually<T>(read: () => Promise<T>, holds: (value: T) => boolean): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    const value = await read();
    if (holds(value) || attempt > 100) return value;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const statement = (change: Partial<Message<"KeyRelease">> = {}): Message<"KeyRelease"> => ({
  ...{ account: buyer.address, licenseId: 1n, datasetId: 1n, version: 1, keyHash: word("a1") },
  ...{ networkKey: dealt.publicKey, node: 1, releasedAt: 1_700_000_000, nonce: generatePrivateKey() },
  ...change,
});

async function signed(release: Message<"KeyRelease">, by: PrivateKeyAccount = signers[0] as PrivateKeyAccount) {
  const data = typedData("KeyRelease", { chainId: 31337, licenseToken: chain.address }, release);
  const body = { release: messageToJson<"KeyRelease">(release), signature: await by.signTypedData(data as never) };
  return { body, releaseHash: hashTypedData(data as never) };
}

const post = (body: unknown, url = gatewayUrl) =>
  fetch(`${url}/v1/key-releases`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });

describe("a statement about a release", () => {
  it("is logged once, however often it comes, and without who asked", async () => {
    const before = (await logged()).length;
    const release = statement();
    const { body, releaseHash } = await signed(release);
    const answers = await Promise.all(Array.from({ length: 5 }, () => post(body)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 200, 201]);
    for (const answer of answers) expect(await answer.json()).toEqual({ releaseHash });
    const [entry, ...more] = (await logged()).slice(before);
    expect(more).toEqual([]);
    expect(entry).toEqual({
      ...{ type: "key-release", licenseId: "1", datasetId: "1", version: 1, keyHash: word("a1"), node: 1 },
      ...{ releasedAt: 1_700_000_000, releaseHash, time: expect.any(Number) },
    });
    expect(JSON.stringify(entry).toLowerCase()).not.toContain(buyer.address.slice(2).toLowerCase());
    const rows = await gateway.services.db.run((db) => db.select().from(keyReleases));
    expect(rows.find((row) => row.releaseHash === releaseHash)).toMatchObject({
      ...{ release: body.release, signature: body.signature, signer: signers[0]?.address },
    });
  });

  it("is the same under another spelling of its hex and under a second signature", async () => {
    const release = statement({ keyHash: word("ab") });
    expect((await post((await signed(release)).body)).status).toBe(201);
    const upper = { ...release, keyHash: `0x${"AB".repeat(32)}` as Hex };
    expect((await post((await signed(upper)).body)).status).toBe(200);
    expect((await logged()).at(-1)?.keyHash).toBe(word("ab"));
  });

  it("is taken from the key nodes alone, and for this chain alone", async () => {
    const before = (await logged()).length;
    const stranger = privateKeyToAccount(generatePrivateKey());
    const { body } = await signed(statement(), stranger);
    expect(await problem(await post(body))).toMatchObject({ status: 403, code: "not_allowed" });
    const own = await signed(statement());
    const altered = { ...own.body, release: { ...own.body.release, licenseId: "2" } };
    expect(await problem(await post(altered))).toMatchObject({ status: 403, code: "not_allowed" });
    const release = statement();
    const data = typedData("KeyRelease", { chainId: 1, licenseToken: chain.address }, release);
    const signature = await (signers[0] as PrivateKeyAccount).signTypedData(data as never);
    const foreign = { release: messageToJson<"KeyRelease">(release), signature };
    expect(await problem(await post(foreign))).toMatchObject({ status: 403 });
    expect(await logged()).toHaveLength(before);
  });

  it("is refused where this provider serves nothing of the data", async () => {
    for (const change of [{ datasetId: 99n }, { version: 2 }]) {
      const { body } = await signed(statement(change));
      expect(await problem(await post(body))).toMatchObject({ status: 409, code: "conflict" });
    }
  });

  it.each<[string, (body: { release: Record<string, unknown>; signature: Hex }) => unknown, number, string]>([
    ["is no JSON", () => "{", 400, "invalid_json"],
    ["is a list", () => [], 400, "invalid_json"],
    ["has no statement", ({ signature }) => ({ signature }), 400, "invalid_request"],
    ["has no signature", ({ release }) => ({ release }), 400, "invalid_request"],
    ["has a short signature", (body) => ({ ...body, signature: "0x12" }), 400, "invalid_request"],
    [
      "has a field too many",
      ({ release, ...b }) => ({ ...b, release: { ...release, share: "x" } }),
      400,
      "invalid_request",
    ],
    [
      "lacks a field",
      ({ release, ...b }) => ({ ...b, release: { ...release, nonce: undefined } }),
      400,
      "invalid_request",
    ],
    [
      "has a negative id",
      ({ release, ...b }) => ({ ...b, release: { ...release, licenseId: "-1" } }),
      400,
      "invalid_request",
    ],
    ["names node 0", ({ release, ...b }) => ({ ...b, release: { ...release, node: 0 } }), 400, "invalid_request"],
    ["names node 256", ({ release, ...b }) => ({ ...b, release: { ...release, node: 256 } }), 400, "invalid_request"],
    ["is too long", (body) => ({ ...body, more: "x".repeat(5000) }), 413, "body_too_large"],
  ])("is refused when it %s", async (_, change, status, code) => {
    const { body } = await signed(statement());
    expect(await problem(await post(change(body)))).toMatchObject({ status, code });
  });

  it("comes no more often than the gateway takes them, and not at all where it knows of no key node", async () => {
    const limits = { keyReleasesPerMinute: 2 };
    const other = await startTestGateway(chain, { limits, now: () => clock });
    const { body } = await signed(statement());
    const statuses = [];
    for (let i = 0; i < 3; i++) statuses.push((await post(body, other.url)).status);
    expect(statuses).toEqual([403, 403, 429]);
    expect((await post(body, other.url)).headers.get("retry-after")).toBe("30");
    await other.stop();
  });

  it("waits while the chain does not answer", async () => {
    const { body } = await signed(statement());
    chain.freeze();
    clock += 10_000;
    expect(await problem(await post(body))).toMatchObject({ status: 503 });
    chain.thaw();
    const again = await eventually(
      () => post(body),
      ({ status }) => status !== 503,
    );
    expect(again.status).toBe(201);
  });
});

describe.skipIf(!DATABASES.includes("postgres"))("a statement at several processes of a provider", () => {
  it("is logged once", async () => {
    const postgres = await startPostgres();
    const databaseUrl = await postgres.database();
    const config = { keyNodes: signers.map(({ address }) => address) };
    const processes = await Promise.all([0, 1].map(() => startTestGateway(chain, { databaseUrl, blobFolder, config })));
    await publishDataset(chain, processes[0] as TestGateway, 21n, { "x.bin": 10 });
    const { body } = await signed(statement({ datasetId: 21n }));
    const answers = await Promise.all(Array.from({ length: 8 }, (_, i) => post(body, processes[i % 2]?.url)));
    expect(answers.map(({ status }) => status).sort()).toEqual([...Array(7).fill(200), 201]);
    await Promise.all(processes.map((each) => each.close()));
    await postgres.remove();
  }, 60_000);
});

describe("a node's release signer", () => {
  it("is the account that the formats say", () => {
    const { secret } = dealt.shares[0] as DealtNetwork["shares"][number];
    const share = Buffer.from(secret.toString(16).padStart(64, "0"), "hex");
    const seed = Buffer.from(hkdfSync("sha256", share, "", "colophon/key-release-signer/v1", 48));
    const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
    const scalar = (BigInt(`0x${seed.toString("hex")}`) % (order - 1n)) + 1n;
    expect(signers[0]?.address).toBe(privateKeyToAccount(numberToHex(scalar, { size: 32 })).address);
    expect(new Set(signers.map(({ address }) => address)).size).toBe(3);
  });
});

describe("key nodes", () => {
  let nodes: RunningKeyNode[] = [];

  const startNodes = (more: { url?: string | undefined } = { url: gatewayUrl }) =>
    Promise.all(
      dealt.shares.map(({ index }) =>
        startNode(dealt, index, chain as unknown as KeyChain, chain.address, {
          chain: more.url === undefined ? {} : { gatewayUrl: more.url },
          config: { outboxFile: join(folder, `node-${index}.releases`) },
        }),
      ),
    );
  const stopNodes = async () => {
    await Promise.all(nodes.map((node) => node.close(200)));
    nodes = [];
  };
  const ask = () => {
    const network = withUrls(
      dealt,
      nodes.map(({ url }) => url),
    );
    const at = { chainId: 31337, licenseToken: chain.address };
    const conditions = licenseConditions({ ...at, datasetId: 1n, version: 1, uses: 1 });
    const wrapped = wrapDatasetKey({ networkPublicKey: network.publicKey, conditions, key });
    return release(network, wrapped, chain.address, 1n, { account: account(2) });
  };
  const pendingIn = async (index: number) =>
    (await readFile(join(folder, `node-${index}.releases.goerli`), "utf8")).split("\n").filter(Boolean);
  const metricsOf = async ({ url }: RunningKeyNode) => (await fetch(`${url}/metrics`)).text();

  it("tell the provider's log of each share that they released", async () => {
    const before = (await logged()).length;
    nodes = await startNodes();
    expect(nodes.map(({ releaseSigner }) => releaseSigner)).toEqual(signers.map(({ address }) => address));
    expect(await (await fetch(`${nodes[0]?.url}/v1/info`)).json()).toMatchObject({
      releaseSigner: signers[0]?.address,
    });
    const { key: released, usedNodes } = await ask();
    expect(released).toEqual(key);
    const entries = (await eventually(logged, (all) => all.length >= before + usedNodes.length)).slice(before);
    expect(entries.map(({ node }) => node)).toEqual(expect.arrayContaining(usedNodes));
    for (const entry of entries) {
      expect(entry).toMatchObject({ type: "key-release", licenseId: "1", datasetId: "1", version: 1 });
      expect(Math.abs(entry.releasedAt - Date.now() / 1000)).toBeLessThan(60);
    }
    await stopNodes();
  });

  it("release while the log is down, keep what they have to say over a restart, and then say it once", async () => {
    const before = (await logged()).length;
    await gateway.close();
    nodes = await startNodes();
    const started = performance.now();
    expect((await ask()).key).toEqual(key);
    expect(performance.now() - started).toBeLessThan(5000);
    await stopNodes();
    const waiting = (await Promise.all([1, 2, 3].map(pendingIn))).flat();
    expect(waiting.length).toBeGreaterThanOrEqual(2);
    expect(waiting.join()).not.toContain(Buffer.from(key).toString("hex"));

    gateway = await startGateway();
    nodes = await startNodes();
    const entries = await eventually(logged, (all) => all.length >= before + waiting.length);
    expect(entries).toHaveLength(before + waiting.length);
    await stopNodes();
    expect((await Promise.all([1, 2, 3].map(pendingIn))).flat()).toEqual([]);
    // One that was sent and not crossed off, because the node ended in between, is sent again.
    const [line] = waiting as [string];
    expect((await post(line)).status).toBe(200);
    expect(await logged()).toHaveLength(before + waiting.length);
  });

  it("drop what the gateway will never take, keep what it cannot take now, and say nothing where they are told of none", async () => {
    const answers = [503, 429, 409];
    const seen: string[] = [];
    const server: Server = createServer((request, response) => {
      let body = "";
      request.on("data", (part) => {
        body += part;
      });
      request.on("end", () => {
        seen.push(body);
        response.writeHead(answers.shift() ?? 201).end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    nodes = [
      await startNode(dealt, 1, chain as unknown as KeyChain, chain.address, {
        chain: { gatewayUrl: url },
        config: { outboxFile: join(folder, "alone") },
      }),
      ...(await startNodes({})).slice(1),
    ];
    await ask();
    const metrics = await eventually(
      () => metricsOf(nodes[0] as RunningKeyNode),
      (text) => text.includes('statements_total{outcome="refused"'),
    );
    expect(metrics).toMatch(/statements_total\{outcome="refused",node="1"\} 1/);
    expect(new Set(seen).size).toBe(1);
    expect(seen).toHaveLength(3);
    expect(await metricsOf(nodes[1] as RunningKeyNode)).not.toMatch(/statements_total\{/);
    await stopNodes();
    await new Promise((resolve) => server.close(resolve));
  }, 20_000);
});
